"""A session in words: where it is, how full it is, when, as this reader says it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from events import clock, db
from events.calendar import feeds
from events.catalog import listing
from events.catalog.rows import Meeting, Offer, Row
from events.catalog.tables import Compound, Event, Kind, Session, Store, Venue
from events.errors import _
from events.people import ages
from events.people.tables import Member
from events.signup import openings
from events.signup.capacity import Count
from events.signup.parties import Person
from events.signup.tables import Attendee
from web import counts, viewer
from web.language import say
from web.times import Leaf, Times

AnyRequest = Request[Any, Any, Any]
VIA = 12  # characters of a group's code at most
FEW = 3  # places left that are worth saying in persimmon
KINDS = {Kind.WORKSHOP: _("店内工坊"), Kind.FAMILY: _("亲子活动"), Kind.VISIT: _("大厨进小区")}


@dataclass(frozen=True)
class Mark:
    """A state in words, beside its icon; `kind` picks the colour (parts/mark)."""

    kind: str
    icon: str
    text: str


@dataclass(frozen=True)
class SessionFace:
    """A session as people read it."""

    id: int
    event: int
    day: str  # 2026-11-28, for grouping
    when: str
    dated: str  # for texts that stay: never "tomorrow"
    relative: str
    hours: str
    week_day: str
    leaf: Leaf
    clock_leaf: Leaf
    exact: str
    where: str
    compound: bool  # inside one: the address is for confirmed families
    mark: Mark
    count: Count
    places: int
    is_open: bool
    is_cancelled: bool
    is_over: bool
    opens_ms: int | None  # since 1970, where sign-up is still to open: the form may be filled in before

    @property
    def may_be_filled(self) -> bool:
        """Whether a family may fill in the form, if only to send it later."""
        return self.is_open or self.opens_ms is not None


def came_by(typed: str) -> str:
    """The group's code an address carries; nothing when it cannot be one."""
    return typed if typed.isascii() and typed.isalnum() and len(typed) <= VIA else ""


def kinds(language: str) -> dict[str, str]:
    return {kind.value: say(language, words) for kind, words in KINDS.items()}


def age_words(language: str, day: date) -> Callable[[Attendee | Person | Member], str]:
    """How old somebody is on a day, in words; an approximate age has no halves."""

    def words(person: Attendee | Person | Member) -> str:
        if person.birth_month is None:
            return ""
        years, is_half = ages.half_years_on(person.birth_month, day)
        return counts.age(years, is_half and not person.is_birth_month_approximate, language)

    return words


def wording(request: AnyRequest, language: str = "") -> feeds.Wording:
    """For calendar entries, in the reader's language or a given one."""
    language = language or viewer.plain(request).language
    return feeds.Wording(
        request.app.state.settings.address,
        say(language, _("【已取消】")),
        kinds(language),
        say(language, _("【排队中】")),
        say(language, _("【退了】")),
    )


def times_of(request: AnyRequest, store: Store) -> Times:
    """Times as this reader says them, in the store's zone."""
    return Times(store.zone, clock.now(), viewer.seen(request).language)


def desk_times(request: AnyRequest) -> Times:
    """Times on pages that belong to no one store."""
    return Times(listing.ZONE, clock.now(), viewer.seen(request).language)


async def place(venue: Venue, *, confirmed: bool) -> str:
    """Where, as the reader may know it: inside a compound only its name, unless the family is confirmed."""
    if venue.compound is None:
        return " · ".join(part for part in (venue.name, venue.address) if part)
    compound = await db.row(Compound, venue.compound)
    name = compound.name if compound else ""
    if not confirmed or compound is None:
        return name
    return " · ".join(part for part in (name, compound.address, venue.name, venue.address) if part)


def availability(event: Event | Offer, session: Session | Meeting, count: Count, times: Times, language: str) -> Mark:
    """What a family most wants to know about a session, in a few words."""
    stage = openings.stage(event, session, clock.now())
    left = max(session.places - count.taken, 0)
    if stage == "cancelled":
        reason = session.cancel_reason or event.cancel_reason
        return Mark("no", "cross", say(language, _("取消了：%(reason)s"), reason=reason) if reason else say(language, _("取消了")))
    if stage == "early" and event.opens_at is not None:
        return Mark("plain", "clock", say(language, _("%(when)s 开始报名"), when=times.moment(event.opens_at)))
    if stage != "open":
        words = _("办完了") if session.ends_at <= clock.now() else _("报名截止了")
        return Mark("plain", "clock", say(language, words))
    return _room(left, count.waiting_families, language)


def _room(left: int, waiting: int, language: str) -> Mark:
    if waiting:
        return Mark("wait", "wait", say(language, _("满了，前面等 %(families)s"), families=counts.families(waiting, language)))
    if not left:
        return Mark("wait", "wait", say(language, _("满了，可以排队")))
    if left <= FEW:
        return Mark("few", "people", say(language, _("只剩 %(places)s"), places=counts.places(left, language)))
    return Mark("plain", "people", say(language, _("还有 %(places)s"), places=counts.places(left, language)))


def face(
    session: Session | Meeting, event: Event | Offer, where: str, count: Count, times: Times, language: str, *, compound: bool = False
) -> SessionFace:
    stage = openings.stage(event, session, clock.now())
    return SessionFace(
        id=session.session if isinstance(session, Meeting) else session.id,
        event=event.event if isinstance(event, Offer) else event.id,
        day=times.exact(session.starts_at)[:10],
        when=times.span(session.starts_at, session.ends_at),
        dated=times.dated(session.starts_at, session.ends_at),
        relative=times.relative_days(session.starts_at),
        hours=times.hours(session.starts_at, session.ends_at),
        week_day=times.week_day(session.starts_at),
        leaf=times.leaf(session.starts_at),
        clock_leaf=times.leaf_clock(session.starts_at),
        exact=times.exact(session.starts_at),
        where=where,
        compound=compound,
        mark=availability(event, session, count, times, language),
        count=count,
        places=session.places,
        is_open=stage == "open",
        is_cancelled=stage == "cancelled",
        is_over=session.ends_at <= clock.now(),
        opens_ms=milliseconds(event.opens_at) if stage == "early" and event.opens_at else None,
    )


def milliseconds(moment: datetime) -> int:
    """As scripts count time."""
    return int(moment.timestamp() * 1000)


def ages_of(offer: Offer, language: str) -> str:
    """4–8 岁, or nothing where any age will do."""
    return "" if offer.age_from is None and offer.age_to is None else counts.ages(offer.age_from, offer.age_to, language)


def row_face(row: Row, count: Count, times: Times, language: str) -> SessionFace:
    """The same for a row of a list, where a compound has its name only."""
    venue = row.meeting.place
    return face(row.meeting, row.offer, venue.compound or venue.name, count, times, language, compound=bool(venue.compound))


def day_in(moment: datetime, zone: str) -> date:
    """The day it is there."""
    return moment.astimezone(ZoneInfo(zone)).date()
