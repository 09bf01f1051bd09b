"""The daily digest: what is on within a week, to each group that wants it, once a day at the store's hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from events import clock, leases
from events.announce import announcements, fitting, links, programmes
from events.announce.channels import known
from events.announce.programmes import Programme
from events.announce.tables import Announcement, Delivery, Group, Template
from events.catalog import quiet
from events.catalog.tables import Store
from events.db import lock, writing
from events.people import audit

LATEST = timedelta(hours=2)  # after its hour; a digest that could not be made by then is left out for the day

Write = Callable[[Programme], str]
"""A programme in the groups' words: a paragraph for each event, which holds the event's mark, and nothing empty between its lines."""


LONGEST = 4000  # bytes; some platforms take more, nobody reads it

_WANTED = Group.has_digest.eq(True) & Group.archived_at.is_null()


async def make_due(write: Write, base: str) -> None:
    """The digests of every store whose hour it is. One store's error keeps no other's from being made; it is raised at the end."""
    moment, errors = clock.now(), []
    for store in await _wanting():
        at = due_at(store, moment)
        if at is None or await leases.until(_lease(store)) > moment:
            continue
        try:
            await make(store, at, write, base)
        except Exception as error:  # noqa: BLE001 -- raised below
            errors.append(error)
    if errors:
        raise errors[0]


async def make(store: Store, at: datetime, write: Write, base: str) -> list[Announcement]:
    """The announcements of the day, due at once: one for each text and host. None when nothing is on, or when the day had its digest.

    Robots' are due, by hand it is a to-do. `at` is the day's hour; what is on is read under the store's lock, as whoever changes a session
    waits for it.
    """
    day = at.astimezone(ZoneInfo(store.zone)).date()
    async with writing():
        await lock(Store, store.id)
        moment = clock.now()
        if not await leases.turn(_lease(store), holder="digests", seconds=(_over(store, at) - moment).total_seconds()):
            return []
        if await Announcement.exists().where(Announcement.key == _key(store, day.isoformat(), 0)):
            return []
        week = await programmes.week(store, moment)
        texts = _texts([(group, programmes.of_group(week, group)) for group in await _groups(store)], write, base)
        made = []
        for n, ((host, text), groups) in enumerate(texts.items()):
            made.append(await _insert(store, _key(store, day.isoformat(), n), host, text, groups, moment))
        return made


def due_at(store: Store, moment: datetime) -> datetime | None:
    """The hour of the digest that may be made at `moment`, in UTC; None when it is too early or too late.

    One in quiet hours waits for their end.
    """
    today = moment.astimezone(ZoneInfo(store.zone)).date()
    for day in (today, today - timedelta(days=1)):
        hour = _hour(store, datetime.combine(day, store.digest_at, ZoneInfo(store.zone)))
        if hour <= moment < hour + LATEST:
            return hour
    return None


def next_at(store: Store, moment: datetime) -> datetime:
    """When the next digest is made, in UTC: today's while its hour is to come."""
    today = moment.astimezone(ZoneInfo(store.zone)).date()
    hours = [_hour(store, datetime.combine(today + timedelta(days=n), store.digest_at, ZoneInfo(store.zone))) for n in (-1, 0, 1)]
    return next(hour for hour in hours if hour > moment)


def written(programme: Programme, group: Group, write: Write, base: str) -> str:
    """The text with its marks, with as many events as the group's channel has room for; empty when there is none.

    The room is measured with the group's own links in it.
    """
    room = min(known.CHANNELS[group.channel].CARRIES.max_bytes, LONGEST)
    while programme.items:
        text = write(programme)
        if fitting.size(links.filled(text, group, base), "") <= room or len(programme.items) == 1:
            return text
        programme = programme.shorter()
    return ""


async def of_day(group: Group, moment: datetime) -> Announcement | None:
    """The last digest this group was given within a day."""
    row = (
        await Delivery.select(Delivery.announcement)
        .where((Delivery.group == group.id) & (Delivery.created_at > moment - timedelta(days=1)))
        .where(Delivery.announcement.template == Template.DIGEST)
        .order_by(Delivery.id, ascending=False)
        .first()
    )
    return None if row is None else await Announcement.objects().get(Announcement.id == row["announcement"])


def _texts(programmes_of: Sequence[tuple[Group, Programme]], write: Write, base: str) -> dict[tuple[int, str], list[Group]]:
    """The groups that read the same from the same host."""
    found: dict[tuple[int, str], list[Group]] = {}
    for group, programme in programmes_of:
        if text := written(programme, group, write, base):
            found.setdefault((group.host, text), []).append(group)
    return found


async def _insert(store: Store, key: str, host: int, text: str, groups: Sequence[Group], moment: datetime) -> Announcement:
    """About its first event, which is the soonest; in the host's name."""
    soonest = int(links.MARK.findall(text)[0])
    row = Announcement(store=store.id, event=soonest, template=Template.DIGEST, text=text, key=key, made_by=host, created_at=moment)
    await row.save()
    deliveries = [
        Delivery(
            announcement=row.id,
            group=group.id,
            channel=group.channel,
            state=announcements.first_state(group.channel),
            due_at=moment,
            created_at=moment,
        )
        for group in groups
    ]
    await Delivery.insert(*deliveries)
    await audit.record(None, "digest.made", row, store=store.id)
    return row


async def _wanting() -> list[Store]:
    """Stores with a group that wants it."""
    rows = await Group.select(Group.store).where(_WANTED).distinct()
    return await Store.objects().where(Store.id.is_in([row["store"] for row in rows])).order_by(Store.id) if rows else []


async def _groups(store: Store) -> list[Group]:
    return await Group.objects().where((Group.store == store.id) & _WANTED).order_by(Group.name, Group.id)


def _hour(store: Store, local: datetime) -> datetime:
    return quiet.over_at(store, local.astimezone(UTC))


def _over(store: Store, at: datetime) -> datetime:
    """Until when the day's digest is not made again: its time is over, and the day is another."""
    local = at.astimezone(ZoneInfo(store.zone))
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(at + LATEST, midnight.astimezone(UTC))


def _lease(store: Store) -> str:
    return f"digest {store.id}"


def _key(store: Store, day: str, n: int) -> str:
    return f"digest {store.id} {day} {n}"
