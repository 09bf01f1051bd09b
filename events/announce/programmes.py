"""What is on in a store within a week, and what of it one group hears: nothing that its families could not come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from events.announce.tables import Group, GroupKind
from events.catalog import rows
from events.catalog.rows import Meeting, Offer
from events.catalog.tables import EventState, FirstGroup, Kind, Session, SessionState, Store, Takers
from events.people import ages
from events.signup import capacity, openings
from events.signup.capacity import NOBODY, Count

DAYS = 7  # today is the first


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that can be signed up for, if only to wait; `compound` is the one it is in, `takers` who takes its places."""

    offer: Offer
    meeting: Meeting
    compound: int | None
    takers: Takers
    count: Count


@dataclass(frozen=True, slots=True)
class Item:
    """One event of a programme, with those of its sessions that the group hears of, soonest first."""

    offer: Offer
    sittings: tuple[Sitting, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """What one group hears, the soonest event first; `more` are those left out for want of room."""

    greeting: str
    zone: str
    items: tuple[Item, ...]
    more: int = 0

    @property
    def about(self) -> tuple[int, ...]:
        """Ids of the sessions it names: two that name the same read the same."""
        return tuple(each.meeting.session for item in self.items for each in item.sittings)

    def shorter(self) -> Programme:
        """Without its last event."""
        return Programme(self.greeting, self.zone, self.items[:-1], self.more + 1)


@dataclass(frozen=True, slots=True)
class Week:
    """What is on in a store from a moment on, before any group is thought of; `first`: by event, the codes of groups that sign up first."""

    store: Store
    moment: datetime
    sittings: tuple[Sitting, ...]
    first: Mapping[int, frozenset[str]]


async def week(store: Store, moment: datetime) -> Week:
    """From `moment` to the end of the seventh day in the store's time: published, not called off, and sign-up is open. Three queries."""
    found = await Session.select(
        *rows.MEETING,
        *rows.OFFER_OF_SESSION,
        Session.venue._.compound.as_alias("in_compound"),
        Session.event._.takers.as_alias("takers"),
    ).where(
        (Session.state == SessionState.ON)
        & (Session.event._.state == EventState.PUBLISHED)
        & (Session.event._.store == store.id)
        & (Session.starts_at > moment)
        & (Session.starts_at < _end(store, moment))
    )
    counts = await capacity.counts(row["m_session"] for row in found)
    sittings = sorted((_sitting(row, counts) for row in found), key=lambda each: (each.meeting.starts_at, each.meeting.session))
    is_open = tuple(each for each in sittings if openings.stage(each.offer, each.meeting, moment) == "open")
    return Week(store, moment, is_open, await _first({each.offer.event for each in is_open}))


def of_group(week: Week, group: Group) -> Programme:
    """What this group hears of the week, by its kind and its compound; without items where nothing is for it.

    General: everything. Parent-child: what children may come to. Health: what is not only for children, without parent-child
    activities. Left out are visits in another compound (a group of none hears of every one), and what others sign up for first.
    """
    by_event: dict[int, list[Sitting]] = {}
    for each in week.sittings:
        if _is_for(each, group) and _may_come(each.offer, group, week):
            by_event.setdefault(each.offer.event, []).append(each)
    items = tuple(Item(sittings[0].offer, tuple(sittings)) for sittings in by_event.values())
    return Programme(week.store.digest_greeting, week.store.zone, items)


def hears(group: Group, *, kind: str, age_from: int | None, takers: str, compound: int | None) -> bool:
    """Whether an event of this kind, for these ages, where these take the places and in this compound is for the group."""
    if None not in (compound, group.compound) and compound != group.compound:
        return False
    if group.kind == GroupKind.FAMILY:
        return kind == Kind.FAMILY or (age_from or 0) < ages.ADULT
    if group.kind == GroupKind.HEALTH:
        return kind != Kind.FAMILY and takers == Takers.EVERYONE
    return True


def _is_for(sitting: Sitting, group: Group) -> bool:
    offer = sitting.offer
    return hears(group, kind=offer.kind, age_from=offer.age_from, takers=sitting.takers, compound=sitting.compound)


def _may_come(offer: Offer, group: Group, week: Week) -> bool:
    return openings.early_for(offer, week.moment) is None or group.code in week.first.get(offer.event, frozenset())


def _sitting(row: dict[str, Any], counts: Mapping[int, Count]) -> Sitting:
    return Sitting(rows.offer(row), rows.meeting(row), row["in_compound"], Takers(row["takers"]), counts.get(row["m_session"], NOBODY))


async def _first(events: set[int]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    if events:
        for row in await FirstGroup.select(FirstGroup.event, FirstGroup.code).where(FirstGroup.event.is_in(sorted(events))):
            found.setdefault(row["event"], set()).add(row["code"])
    return {event: frozenset(codes) for event, codes in found.items()}


def _end(store: Store, moment: datetime) -> datetime:
    zone = ZoneInfo(store.zone)
    return datetime.combine(moment.astimezone(zone).date() + timedelta(days=DAYS), time(), zone).astimezone(UTC)
