"""What announcements brought: who signed up by a group's link after it was posted there, and who of them came. Counts only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from events.announce import links
from events.announce.links import Came
from events.announce.tables import Announcement, Delivery, DeliveryState, Part, Template
from events.signup.tables import Registration

REACHED = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)  # what may be in the group may have brought somebody


@dataclass(frozen=True, slots=True)
class Posting:
    """One event told to one group at a moment."""

    announcement: int
    group: int
    code: str
    event: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Signup:
    """One live registration that came by a group's link; `at` is when the family first signed up, before it moved or was split."""

    event: int
    code: str
    household: int
    at: datetime
    came: Came


async def of_announcements(announcements: Sequence[Announcement]) -> Mapping[int, Mapping[int, Came]]:
    """By announcement and group, in two queries however many. A family counts for the last announcement of that event, a digest included,
    that its group had read before the family signed up; one that came before any, for none."""
    wanted = {row.id for row in announcements}
    events = {event for row in announcements for event in events_of(row)}
    if not events:
        return {}
    postings = await _postings(events, {row.store if isinstance(row.store, int) else row.store.id for row in announcements})
    codes = {each.code for each in postings if each.announcement in wanted}
    found = _credited(postings, await _signups(events, codes))
    return {row: found.get(row, {}) for row in wanted}


async def reached(announcements: Sequence[Announcement]) -> set[int]:
    """Those that are in a group, or may be."""
    ids = [row.id for row in announcements]
    if not ids:
        return set()
    rows = await Delivery.select(Delivery.announcement).where(Delivery.announcement.is_in(ids) & Delivery.state.is_in(list(REACHED)))
    return {row["announcement"] for row in rows}


def events_of(announcement: Announcement) -> list[int]:
    """The events it is about: a digest's are marked in its text."""
    event = announcement.event if isinstance(announcement.event, int) else announcement.event.id
    return _events(announcement.template, announcement.text, event)


def _credited(postings: Iterable[Posting], signups: Iterable[Signup]) -> dict[int, dict[int, Came]]:
    """Each sign-up to the last posting of its event before it, in the group by whose link it came."""
    told: dict[tuple[str, int], list[Posting]] = {}
    for posting in sorted(postings, key=lambda each: (each.at, each.announcement)):
        told.setdefault((posting.code, posting.event), []).append(posting)
    found: dict[int, dict[int, Came]] = {}
    families: set[tuple[int, int, int]] = set()
    for signup in signups:
        of_event = told.get((signup.code, signup.event), [])
        place = bisect_right(of_event, signup.at, key=lambda each: each.at)
        if not place:
            continue
        posting = of_event[place - 1]
        family = (posting.announcement, posting.group, signup.household)
        came = signup.came if family not in families else Came(0, signup.came.people, signup.came.placed, signup.came.arrived)
        families.add(family)
        by_group = found.setdefault(posting.announcement, {})
        by_group[posting.group] = by_group.get(posting.group, Came()) + came
    return found


# A family that was split or moved signed up when its first row was made; a cancelled row is read for that alone.
_SIGNUPS = (
    "SELECT r.id AS id, s.event AS event, UPPER(r.via) AS code, r.household AS household, r.created_at AS created_at, r.state AS state, "
    "r.rest_of AS rest_of, r.moved_to AS moved_to, COUNT(DISTINCT a.id) AS people, "
    "COUNT(DISTINCT CASE WHEN r.state = 'placed' THEN a.id END) AS placed, COUNT(DISTINCT i.attendee) AS arrived "
    "FROM session s JOIN registration r ON r.session = s.id JOIN attendee a ON a.registration = r.id "
    "LEFT JOIN passage i ON i.attendee = a.id AND i.way = 'in' AND i.undone_at IS NULL "
    "WHERE s.event IN ({events}) AND UPPER(r.via) IN ({codes}) AND (r.state <> 'cancelled' OR r.moved_to IS NOT NULL) "
    "AND (a.given_back_at IS NULL OR r.state = 'cancelled') "
    "GROUP BY r.id, s.event, r.via, r.household, r.created_at, r.state, r.rest_of, r.moved_to ORDER BY r.id"
)


async def _postings(events: Collection[int], stores: Collection[int]) -> list[Posting]:
    """Everything that told one of these events, digests included."""
    about: Any = Delivery.announcement.event.is_in(sorted(events)) & (Delivery.announcement.template != Template.DIGEST)
    for event in sorted(events):
        about = about | ((Delivery.announcement.template == Template.DIGEST) & Delivery.announcement.text.like(f"%{links.mark(event)}%"))
    mine = Delivery.announcement.store.is_in(sorted(stores)) & Delivery.state.is_in(list(REACHED)) & (Delivery.part == Part.WORDS)
    rows = await Delivery.select(
        *(Delivery.announcement, Delivery.group, Delivery.finished_at),
        Delivery.group.code.as_alias("code"),
        Delivery.announcement.event.as_alias("event"),
        Delivery.announcement.template.as_alias("template"),
        Delivery.announcement.text.as_alias("text"),
    ).where(mine & about & Delivery.finished_at.is_not_null())
    return [
        Posting(row["announcement"], row["group"], row["code"].upper(), event, row["finished_at"])
        for row in rows
        for event in _events(row["template"], row["text"], row["event"])
        if event in events
    ]


def _events(template: str, text: str, event: int) -> list[int]:
    return [int(each) for each in links.MARK.findall(text)] if template == Template.DIGEST else [event]


async def _signups(events: Collection[int], codes: Collection[str]) -> list[Signup]:
    if not codes:
        return []
    sql = _SIGNUPS.format(events=_marks(events), codes=_marks(codes))
    since: dict[int, datetime] = {}
    found = []
    for row in await Registration.raw(sql, *sorted(events), *sorted(codes)):
        at = since.get(row["id"]) or since.get(row["rest_of"]) or _aware(row["created_at"])
        since[row["id"]] = at
        if row["moved_to"]:
            since[row["moved_to"]] = at
        if row["state"] != "cancelled":
            came = Came(1, row["people"], row["placed"], row["arrived"])
            found.append(Signup(row["event"], row["code"], row["household"], at, came))
    return found


def _marks(values: Collection[object]) -> str:
    return ", ".join(["{}"] * len(values))


def _aware(moment: datetime) -> datetime:
    """A timestamp of a raw query, in UTC whatever the engine said."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
