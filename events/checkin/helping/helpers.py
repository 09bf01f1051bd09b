"""Helpers' links: a borrowed hand at one session's door (or on a chef's day), by an address and a PIN, in its hours only.

Each link has a row of staff, in whose name its acts are kept. That row is out of service from its first moment, has no password and
a role that the desk knows nothing of: whoever asks for staff at work finds nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from events import clock, codes, db
from events.catalog import sessions
from events.catalog.tables import Session, SessionState, Store
from events.checkin.helping import helper_making
from events.checkin.helping.helper_making import Made
from events.checkin.tables import HelperDevice, HelperLink, Use
from events.errors import NotThere, Refused, _
from events.people import attempts, audit, passwords
from events.people.tables import Staff

BEFORE, AFTER = timedelta(hours=1), timedelta(minutes=30)  # a session, unless said otherwise
EARLIEST, LATEST = timedelta(hours=24), timedelta(hours=12)  # before a session begins; after it ended
LATE = timedelta(hours=24)  # after its hours a device may still tell what it did in them
TRIES, TRIES_IN_ALL = 5, 60  # wrong PINs: of one link from one network in a quarter of an hour; of one link in a day
SEEN = timedelta(minutes=1)  # how exactly it is known when a device was last heard of
DAY = timedelta(days=1)


class Standing(StrEnum):
    """What a link is worth at a moment."""

    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Helper:
    """Who holds a device in. `staff` is for the record only: no right hangs on it."""

    link: HelperLink
    staff: Staff
    device: HelperDevice


def hours(session: Session) -> tuple[datetime, datetime]:
    """From when until when a link is good, unless somebody says otherwise."""
    opens_at = session.starts_at - BEFORE
    return opens_at, min(session.ends_at + AFTER, opens_at + helper_making.LONGEST)


async def make(session: Session, *, name: str, opens_at: datetime, closes_at: datetime, by: Staff) -> Made:
    """A link to this session's door. Refused by field (name, opens_at, closes_at); the hours stay near the session's own."""
    _row, _event, store = await sessions.whole(session.id)
    if session.state == SessionState.CANCELLED:
        raise Refused(_("这一场取消了，用不着帮手"))
    helper_making.check_hours(opens_at, closes_at)
    if opens_at < session.starts_at - EARLIEST:
        raise Refused(_("最早从开始前一天起"), field="opens_at")
    if closes_at > session.ends_at + LATEST:
        raise Refused(_("最晚到结束后 %(n)s 小时"), field="closes_at", n=int(LATEST.total_seconds()) // 3600)
    of = {"use": Use.DOOR.value, "session": session.id}
    return await helper_making.make(store, of, name=name, opens_at=opens_at, closes_at=closes_at, by=by)


async def make_route(store: Store, *, day: date, chef: str, name: str, opens_at: datetime, closes_at: datetime, by: Staff) -> Made:
    """A link to a chef's day: that day's visits of one chef (empty: of the store) and nothing else."""
    helper_making.check_hours(opens_at, closes_at)
    of = {"use": Use.ROUTE.value, "day": day, "chef": chef}
    return await helper_making.make(store, of, name=name, opens_at=opens_at, closes_at=closes_at, by=by)


async def revoke(link: HelperLink, by: Staff) -> None:
    """Good for nothing from now on: the next time a device asks, it is told to forget. Again changes nothing."""
    helper_making.check_seen(link.store, by)
    async with db.writing():
        ended = HelperLink.update({HelperLink.revoked_at: clock.now()}).where((HelperLink.id == link.id) & HelperLink.revoked_at.is_null())
        if await ended.returning(HelperLink.id):
            await audit.record(by, "helper.revoked", link)


async def by_secret(secret: str) -> HelperLink:
    """The link of an address, in either case. Raises NotThere; so too once who made it was put out of service."""
    named = (HelperLink.digest == codes.digest(secret.upper())) & HelperLink.made_by._.disabled_at.is_null()
    found = await HelperLink.objects().where(named).first() if len(secret) == helper_making.SECRET else None
    if found is None:
        raise NotThere
    return found


def standing(link: HelperLink, now: datetime | None = None) -> Standing:
    """What the link is worth now."""
    moment = now or clock.now()
    if link.revoked_at is not None:
        return Standing.REVOKED
    if moment >= link.closes_at:
        return Standing.OVER
    return Standing.EARLY if moment < link.opens_at else Standing.OPEN


async def open_(secret: str, pin: str, *, network: str) -> str:
    """A token for the device on which the right PIN was typed; `network` is the address it was typed from.

    Wrong ones are counted before they are looked at: TRIES from one network, TRIES_IN_ALL of the link. A device that is in already
    is asked for none, so nobody can shut it out. Refused by field `pin`, or without one where the link is not open.
    """
    link = await by_secret(secret)
    check_open(link)
    here, in_all = attempts.key("helper", f"{link.id} {attempts.network(network)}"), attempts.key("helper", str(link.id))
    await attempts.take({here: TRIES})
    try:
        await attempts.take({in_all: TRIES_IN_ALL}, window=DAY)
    except Refused:
        raise Refused(_("这个链接试错太多次了，请店里换一个"), field="pin") from None
    if not await passwords.matches(pin, link.pin):
        raise Refused(_("数字不对，再问一下给您链接的人"), field="pin")
    token = codes.token()
    async with db.writing():
        await attempts.clear(here)
        await attempts.give_back(in_all)
        await db.add(HelperDevice(link=link.id, digest=codes.digest(token)))
    return token


def check_open(link: HelperLink) -> None:
    """Refused, in words for whoever opened it, outside of its hours and once it was revoked."""
    now = standing(link)
    if now is not Standing.OPEN:
        raise Refused(CLOSED[now])


CLOSED = {
    Standing.EARLY: _("还没到时间，到了再打开"),
    Standing.OVER: _("时间过了，这个链接用不了了"),
    Standing.REVOKED: _("店里收回了这个链接"),
}


async def of_device(token: str) -> Helper | None:
    """Whose device this is; nobody's outside of its link's hours, once that was revoked, or once who made it was put out of service."""
    helper = await of_late(token)
    return helper if helper is not None and standing(helper.link) is Standing.OPEN else None


async def of_late(token: str) -> Helper | None:
    """The same until LATE after its hours: for telling what was done in them, and for nothing else."""
    moment = clock.now()
    found = await _of_device(codes.digest(token), moment - LATE, moment)
    if not found:
        return None
    device, link, staff = found[0], found[0].link, found[0].link.staff
    device.link, link.staff = link.id, staff.id  # plain ids, as everywhere
    return Helper(link, staff, device)


_of_device = db.Prepared(
    lambda digest, ended, moment: HelperDevice.objects(HelperDevice.link, HelperDevice.link._.staff).where(
        (HelperDevice.digest == digest)
        & HelperDevice.link._.revoked_at.is_null()
        & (HelperDevice.link._.closes_at > ended)
        & (HelperDevice.link._.opens_at <= moment)
        & HelperDevice.link._.made_by._.disabled_at.is_null()
    )
)


async def sweep(before: datetime) -> None:
    """Forget on which phones links were opened whose hours ended before then."""
    over = HelperLink.select(HelperLink.id).where(HelperLink.closes_at < before)
    async with db.writing():
        await HelperDevice.delete().where(HelperDevice.link.is_in(over))


async def seen(helper: Helper) -> None:
    """Note that the device was heard of just now; to the minute."""
    moment = clock.now()
    if moment - helper.device.seen_at >= SEEN:
        async with db.writing():
            await HelperDevice.update({HelperDevice.seen_at: moment}).where(HelperDevice.id == helper.device.id)
