"""What an announcement may be about: which templates make sense for an event now, and the facts their words are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from events import clock
from events.announce.tables import Template
from events.catalog import listing
from events.catalog.rows import Meeting
from events.catalog.tables import Event, EventState, Store, Venue
from events.notices.tables import Change, ChangeKind
from events.signup import capacity, openings
from events.signup.capacity import Count

FEW = 5  # places left that are worth telling a group
LATELY = timedelta(days=14)  # a change or a thank-you that is older is no news

_ALLOWED: Mapping[Template, frozenset[EventState]] = dict.fromkeys(Template, frozenset({EventState.PUBLISHED})) | {
    Template.CALLED_OFF: frozenset({EventState.PUBLISHED, EventState.CANCELLED}),  # of a public event: one session of it
}


@dataclass(frozen=True)
class Few:
    """A session with few places left, and how many."""

    meeting: Meeting
    left: int


@dataclass(frozen=True)
class Moved:
    """A session as it is now, and when and where it was before its last change; the place as anybody may read it."""

    meeting: Meeting
    was_starts_at: datetime
    was_ends_at: datetime
    was_place: str


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """How an event stands: its sessions to come, those of them somebody may still sign up for, open for it by now, full (by their ids),
    nearly full, tomorrow, moved, called off, just over."""

    coming: tuple[Meeting, ...] = ()
    ahead: tuple[Meeting, ...] = ()
    open: tuple[Meeting, ...] = ()
    full: frozenset[int] = frozenset()
    few: tuple[Few, ...] = ()
    tomorrow: tuple[Meeting, ...] = ()
    moved: tuple[Moved, ...] = ()
    off: tuple[Meeting, ...] = ()
    over: tuple[Meeting, ...] = ()


def may_be_told(template: Template | str, state: EventState | str) -> bool:
    """Whether groups may hear this of an event in that state: of one called off, only that; of a draft, nothing."""
    return EventState(state) in _ALLOWED[Template(template)]


async def of(event: Event, store: Store) -> Occasion:
    """How it stands at this moment, in a fixed number of queries."""
    now = clock.now()
    meetings = await listing.meetings(event.id)
    coming = tuple(each for each in meetings if each.is_on and each.ends_at > now)
    ahead = tuple(each for each in coming if openings.stage(event, each, now) != "late")
    could_open = tuple(each for each in ahead if openings.stage(event, each, now) == "open")
    counts = await capacity.counts(each.session for each in could_open)
    left = [(each, _left(each, counts.get(each.session, capacity.NOBODY))) for each in could_open]
    return Occasion(
        coming=coming,
        ahead=ahead,
        open=could_open,
        full=frozenset(each.session for each, places in left if not places),
        few=tuple(Few(each, places) for each, places in left if 0 < places <= FEW),
        tomorrow=tuple(each for each in coming if _days_until(each.starts_at, store, now) == 1),
        moved=await _moved([each for each in coming if each.starts_at > now], now),
        off=tuple(each for each in meetings if not each.is_on and each.starts_at > now and each.changed_at > now - LATELY),
        over=tuple(each for each in meetings if each.is_on and now - LATELY < each.ends_at <= now),
    )


def offered(event: Event, occasion: Occasion) -> list[Template]:
    """The templates that make sense now, the most pressing first; own words always come last, and of a draft there is nothing to say."""
    makes_sense = {
        Template.CALLED_OFF: event.state == EventState.CANCELLED or occasion.off,
        Template.CHANGED: occasion.moved,
        Template.NEW: occasion.ahead,
        Template.FEW: occasion.few,
        Template.TOMORROW: occasion.tomorrow,
        Template.THANKS: occasion.over,
        Template.OWN: True,
    }
    return [template for template, does in makes_sense.items() if does and may_be_told(template, event.state)]


def _left(meeting: Meeting, count: Count) -> int:
    """Places; none where families wait: whoever comes by the announcement would only join them."""
    return 0 if count.waiting_families else max(meeting.places - count.taken, 0)


async def _moved(meetings: Sequence[Meeting], now: datetime) -> tuple[Moved, ...]:
    """The last change of each that is news."""
    if not meetings:
        return ()
    here = Change.session.is_in([each.session for each in meetings]) & (Change.kind == ChangeKind.MOVED)
    rows = await Change.objects().where(here & (Change.created_at > now - LATELY)).order_by(Change.id)
    last = {row.session: row for row in rows}
    places = await _places({row.was_venue for row in last.values()})
    return tuple(_was(each, last[each.session], places) for each in meetings if each.session in last)


def _was(meeting: Meeting, change: Change, places: Mapping[int, str]) -> Moved:
    return Moved(meeting, change.was_starts_at, change.was_ends_at, places.get(change.was_venue, ""))


async def _places(venues: set[int]) -> dict[int, str]:
    """Of a compound only its name."""
    if not venues:
        return {}
    rows = await Venue.select(Venue.id, Venue.name, Venue.compound.name.as_alias("compound")).where(Venue.id.is_in(sorted(venues)))
    return {row["id"]: row["compound"] or row["name"] for row in rows}


def _days_until(moment: datetime, store: Store, now: datetime) -> int:
    zone = ZoneInfo(store.zone)
    return (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
