"""What happened with each event: drafted, published, signed up for, come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from events import codes
from events.catalog import events, pictures, series, sessions
from events.catalog.details import Details
from events.catalog.tables import Event, Kind, Session
from events.checkin import arrivals, tickets
from events.people import ages
from events.signup import registrations
from events.signup.parties import Party, Person, day_of
from events.signup.tables import AttendeeKind, Registration
from web.demo import drawings, posts, story
from web.demo.made import Made
from web.demo.timeline import ZONE, Timeline, hours_today, moment_on, spread

GUEST = re.compile(r"(?P<name>[^\s(]+)(?:\((?P<end>没来|退)\))?")
SIGN_UP_LASTS = timedelta(days=6)
CALLED_OFF = "17:20"
AT_THE_DOOR = (-14, -9, -6, -3, -1, 4, 8)  # minutes after the start, one family after the other


@dataclass(frozen=True)
class Guest:
    """A family on a meeting's list, and what became of it."""

    family: story.Family
    gives_back: bool
    stays_away: bool


def plan(timeline: Timeline, made: Made, happening: story.Happening, wire: posts.Wire) -> None:
    """Put the event's beginning on the timeline; the rest follows from it."""
    began = timeline.now - timedelta(minutes=50) if happening.published is None else timeline.days_ago(happening.published)
    timeline.plan(began, partial(_begin, timeline, made, happening, wire))


async def _begin(timeline: Timeline, made: Made, happening: story.Happening, wire: posts.Wire) -> None:
    host = made.staff[happening.host]
    picture = await pictures.keep(made.store, drawings.drawn(happening.picture), by=host) if happening.picture else None
    event = await events.draft(made.store, _details(timeline, happening, host.id, picture.id if picture else None), by=host)
    held = [(meeting, await _add_sessions(timeline, made, event, meeting, happening.host)) for meeting in happening.meetings]
    if happening.published is None:
        return
    event = await events.publish(event, by=host)
    for meeting, added in held:
        for session, names in zip(added, meeting.guests, strict=True):
            _plan_guests(timeline, made, happening, event, session, _guests(made, names, is_today=meeting.day is None))
    posts.plan(timeline, made, happening, event, [session for _meeting, added in held for session in added], wire)
    if happening.cancelled is not None:
        timeline.plan(timeline.days_ago(happening.cancelled, CALLED_OFF), partial(_cancel, event, happening.reason, made, happening.host))


def _details(timeline: Timeline, happening: story.Happening, host: int, picture: int | None) -> Details:
    youngest, oldest = happening.ages or (None, None)
    return Details(
        kind=happening.kind,
        host=host,
        title=happening.title,
        summary=happening.summary,
        description=happening.description,
        bring=happening.bring,
        fee_note=happening.fee_note,
        allergy_note=happening.allergy_note,
        age_from=youngest,
        age_to=oldest,
        chef=happening.chef,
        picture=picture,
        opens_at=None if happening.opens is None else timeline.days_ago(-happening.opens, "09:00"),
        closes_minutes=happening.closes_minutes,
    )


async def _add_sessions(timeline: Timeline, made: Made, event: Event, meeting: story.Meeting, host: str) -> list[Session]:
    """As the desk does it: a series in one go, a single one by itself."""
    by, venue = made.staff[host], made.venues[meeting.venue]
    if meeting.day is None:
        starts_at, ends_at = hours_today(timeline.now, meeting.minutes)
        return [await sessions.add(event, venue, starts_at, ends_at, meeting.places, by=by)]
    starts_at = moment_on(meeting.day.counted_from(timeline.today), meeting.at)
    length = timedelta(minutes=meeting.minutes)
    if len(meeting.guests) == 1:
        return [await sessions.add(event, venue, starts_at, starts_at + length, meeting.places, by=by)]
    local = starts_at.astimezone(ZONE)
    weekly = series.Series(local.date(), frozenset({local.weekday()}), (local.time(),), len(meeting.guests), length, made.store.zone)
    return await sessions.add_series(event, venue, weekly, meeting.places, by=by)


def _guests(made: Made, names: str, *, is_today: bool) -> list[Guest]:
    """Of today's, which may have begun, only the first is inside already: the door is there to be tried."""
    families = {family.name: family for family in made.shop.families}
    listed = enumerate(GUEST.finditer(names))
    return [Guest(families[each["name"]], each["end"] == "退", each["end"] == "没来" or (is_today and n > 0)) for n, each in listed]


def _plan_guests(
    timeline: Timeline, made: Made, happening: story.Happening, event: Event, session: Session, guests: Sequence[Guest]
) -> None:
    """They sign up in order over the last days of sign-up, as far as these have passed."""
    closes = session.starts_at - timedelta(minutes=event.closes_minutes)
    called_off = timeline.now if happening.cancelled is None else timeline.days_ago(happening.cancelled, CALLED_OFF)
    until = min(closes, called_off, timeline.now) - timedelta(hours=1)
    since = max((event.published_at or until) + timedelta(minutes=20), until - SIGN_UP_LASTS)
    until = max(until, since)
    codes_of_groups = ["", *(made.groups[name].code for post in happening.posts for name in post.groups)]
    for number, (guest, moment) in enumerate(zip(guests, spread(since, until, len(guests)), strict=True)):
        via = codes_of_groups[number % len(codes_of_groups)]
        at_door = session.starts_at + timedelta(minutes=AT_THE_DOOR[number % len(AT_THE_DOOR)])
        timeline.plan(moment, partial(_sign_up, timeline, made, event, session, guest, via, until, at_door))


async def _sign_up(
    timeline: Timeline, made: Made, event: Event, session: Session, guest: Guest, via: str, until: datetime, at_door: datetime
) -> None:
    family = guest.family
    party = _party(timeline, event, session, family, via)
    result = await registrations.register(session, party, household=made.households.get(family.name), key=codes.secret(26))
    made.households[family.name] = result.registration.household
    if guest.gives_back:
        timeline.plan(until + timedelta(minutes=30), partial(registrations.cancel, result.registration))
    elif not guest.stays_away:
        timeline.plan(at_door, partial(_arrive, made, event, result.registration))


def _party(timeline: Timeline, event: Event, session: Session, family: story.Family, via: str) -> Party:
    """Adults alone to a workshop, one of them with the children of the right age to a family's event, all to a visit."""
    day = day_of(session, ZONE.key)
    born = [(child, _birth_month(timeline, child)) for child in family.children]
    youngest, oldest = event.age_from or 0, event.age_to or ages.ADULT - 1
    children = [
        Person(AttendeeKind.CHILD, child.name, month, allergies=child.allergies)
        for child, month in born
        if event.kind != Kind.WORKSHOP and youngest <= ages.age_on(month, day) <= oldest
    ]
    adults = 1 if event.kind == Kind.FAMILY else family.adults
    return Party(
        name=family.name,
        phone=family.phone,
        people=(*(Person(AttendeeKind.ADULT) for _each in range(adults)), *children),
        consent=family.consent,
        note=family.note,
        via=via,
    )


def _birth_month(timeline: Timeline, child: story.Child) -> date:
    year, month = divmod(timeline.today.year * 12 + timeline.today.month - 1 - child.months, 12)
    return timeline.today.replace(year=year, month=month + 1, day=1)


async def _arrive(made: Made, event: Event, registration: Registration) -> None:
    """Whoever has a ticket comes in; who was still waiting stayed at home."""
    ticket = await tickets.of(registration.id)
    if ticket is not None:
        people = await registrations.people_of(registration.id)
        await arrivals.admit(ticket, [person.id for person in people], nonce=codes.secret(20), by=made.host(event.host))


async def _cancel(event: Event, reason: str, made: Made, host: str) -> None:
    await events.cancel(event, reason, by=made.staff[host])
