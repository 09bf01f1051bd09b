"""What happened with each event: drafted, published, signed up for, come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from events import codes
from events.catalog import events, pictures, series, sessions, texts
from events.catalog.details import Details
from events.catalog.tables import Event, Kind, Session, TextKind
from events.checkin import arrivals, tickets
from events.checkin.care import pickup_codes, pickups
from events.people import ages
from events.signup import confirmations, payments, registrations, remembering
from events.signup.parties import Party, Person, day_of
from events.signup.tables import AttendeeKind, Registration
from web.demo import asking, doors, drawings, posts, story, turns
from web.demo.made import Made
from web.demo.timeline import ZONE, Timeline, hours_now, hours_today, moment_on, spread

GUEST = re.compile(r"(?P<name>[^\s(]+)(?:\((?P<mark>[^)]+)\))?")
MARKS = {None, "没来", "退", "没付", "先问", "可分", "代报", "说来", "外婆接"}
SIGN_UP_LASTS = timedelta(days=6)
CALLED_OFF = "17:20"
AT_THE_DOOR = (-14, -9, -6, -3, -1, 4, 8)  # minutes after the start, one family after the other


@dataclass(frozen=True)
class Guest:
    """A family on a meeting's list, and what became of it."""

    family: story.Family
    mark: str | None
    stays_away: bool


def plan(timeline: Timeline, made: Made, happening: story.Happening, wire: posts.Wire) -> None:
    """Put the event's beginning on the timeline; the rest follows from it."""
    began = timeline.now - timedelta(minutes=50) if happening.published is None else timeline.days_ago(happening.published)
    timeline.plan(began, partial(_begin, timeline, made, happening, wire))


async def _begin(timeline: Timeline, made: Made, happening: story.Happening, wire: posts.Wire) -> None:
    host = made.staff[happening.host]
    picture = await pictures.keep(made.store, drawings.drawn(happening.picture), by=host) if happening.picture else None
    event = await events.draft(made.store, _details(timeline, happening, host.id, picture.id if picture else None), by=host)
    event = await asking.set_up(event, happening, made, by=host)
    held = [(meeting, await _add_sessions(timeline, made, event, meeting, happening.host)) for meeting in happening.meetings]
    if happening.published is None:
        return
    event = await events.publish(event, by=host)
    for meeting, added in held:
        for session, names in zip(added, meeting.guests, strict=True):
            _plan_guests(timeline, made, happening, event, session, meeting, _guests(made, names, meeting))
            if meeting.is_now:
                timeline.plan(session.starts_at - timedelta(minutes=20), partial(doors.lay_out, session, host))
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
    if meeting.day is None and not meeting.is_tomorrow:
        starts_at, ends_at = (hours_now if meeting.is_now else hours_today)(timeline.now, meeting.minutes)
        return [await sessions.add(event, venue, starts_at, ends_at, meeting.places, visit=meeting.visit, by=by)]
    day = timeline.today + timedelta(days=1) if meeting.day is None else meeting.day.counted_from(timeline.today)
    starts_at = moment_on(day, meeting.at)
    length = timedelta(minutes=meeting.minutes)
    if len(meeting.guests) == 1:
        return [await sessions.add(event, venue, starts_at, starts_at + length, meeting.places, visit=meeting.visit, by=by)]
    local = starts_at.astimezone(ZONE)
    weekly = series.Series(local.date(), frozenset({local.weekday()}), (local.time(),), len(meeting.guests), length, made.store.zone)
    return await sessions.add_series(event, venue, weekly, meeting.places, by=by)


def _guests(made: Made, names: str, meeting: story.Meeting) -> list[Guest]:
    """Of today's, which may have begun, only the first is inside already: the door is there to be tried."""
    families = {family.name: family for family in made.shop.families}
    is_today = meeting.day is None and not (meeting.is_tomorrow or meeting.is_now)
    found = [
        Guest(families[each["name"]], each["mark"], each["mark"] in {"没来", "退"} or (is_today and n > 0))
        for n, each in enumerate(GUEST.finditer(names))
    ]
    if unknown := {guest.mark for guest in found} - MARKS:
        raise ValueError(f"{unknown} in the guest list {names!r}")
    return found


def _plan_guests(
    timeline: Timeline,
    made: Made,
    happening: story.Happening,
    event: Event,
    session: Session,
    meeting: story.Meeting,
    guests: Sequence[Guest],
) -> None:
    """They sign up in order over the last days in which they may and may change, as far as these have passed; then come the turns."""
    turning = [(timeline.hours_ago(each.hours_ago), each) for each in meeting.then]
    ends = [timeline.now, *(moment for moment, _each in turning)]
    ends.append(session.starts_at - timedelta(minutes=max(event.closes_minutes, event.changes_minutes)))
    if happening.cancelled is not None:
        ends.append(timeline.days_ago(happening.cancelled, CALLED_OFF))
    if event.asks_day_before:
        ends.append(confirmations.asks_from(session, ZONE.key))
    until = min(ends) - timedelta(hours=1)
    since = max((event.published_at or until) + timedelta(minutes=20), until - SIGN_UP_LASTS)
    until = max(until, since)
    codes_of_groups = ["", *(made.groups[name].code for post in happening.posts for name in post.groups)]
    for number, (guest, moment) in enumerate(zip(guests, spread(since, until, len(guests)), strict=True)):
        via = codes_of_groups[number % len(codes_of_groups)]
        at_door = session.starts_at + timedelta(minutes=AT_THE_DOOR[number % len(AT_THE_DOOR)])
        timeline.plan(moment, partial(_sign_up, timeline, made, happening, event, session, guest, via, until, at_door))
    for moment, each in turning:
        timeline.plan(moment, partial(turns.take, timeline, made, event, session, each))


async def _sign_up(
    timeline: Timeline,
    made: Made,
    happening: story.Happening,
    event: Event,
    session: Session,
    guest: Guest,
    via: str,
    until: datetime,
    at_door: datetime,
) -> None:
    family = guest.family
    party = await asking.answered(_party(timeline, event, session, guest, via), event, happening, day_of(session, ZONE.key))
    by = made.host(event.host) if guest.mark == "代报" else None
    result = await registrations.register(session, party, household=made.households.get(family.name), key=codes.secret(26), by=by)
    made.households[family.name] = result.registration.household
    if family.is_remembered:
        await remembering.remember(result.registration, party, (await texts.current(made.store.id, TextKind.PRIVACY)).id)
    if guest.mark == "退":
        timeline.plan(until + timedelta(minutes=30), partial(registrations.cancel, result.registration))
    if guest.mark == "说来":
        asked = confirmations.asks_from(session, ZONE.key) + timedelta(minutes=int(family.phone[-2:]))
        timeline.plan(asked, partial(confirmations.confirm, result.registration))
    if not guest.stays_away:
        timeline.plan(at_door, partial(_arrive, made, event, result.registration, pays=guest.mark != "没付"))
    if event.is_drop_off and not guest.stays_away:
        timeline.plan(at_door + timedelta(minutes=2), partial(_leave, made, event, result.registration))
        fetched = at_door + timedelta(minutes=25) if guest.mark == "外婆接" else session.ends_at - timedelta(minutes=5)
        timeline.plan(fetched, partial(_fetch, made, event, result.registration, "外婆" if guest.mark == "外婆接" else ""))


def _party(timeline: Timeline, event: Event, session: Session, guest: Guest, via: str) -> Party:
    """Adults alone to a workshop, else with the children of the right age."""
    family, day = guest.family, day_of(session, ZONE.key)
    born = [(child, _birth_month(timeline, child)) for child in family.children]
    youngest, oldest = event.age_from or 0, event.age_to or ages.ADULT - 1
    children = [
        Person(AttendeeKind.CHILD, child.name, month, allergies=child.allergies)
        for child, month in born
        if event.kind != Kind.WORKSHOP and youngest <= ages.age_on(month, day) <= oldest
    ]
    return Party(
        name=family.name,
        phone=family.phone,
        people=(*(Person(AttendeeKind.ADULT) for _each in range(family.adults)), *children),
        consent=family.consent,
        note=family.note,
        via=via,
        is_at_once=guest.mark != "先问",
        can_split=guest.mark == "可分",
    )


def _birth_month(timeline: Timeline, child: story.Child) -> date:
    year, month = divmod(timeline.today.year * 12 + timeline.today.month - 1 - child.months, 12)
    return timeline.today.replace(year=year, month=month + 1, day=1)


async def _arrive(made: Made, event: Event, registration: Registration, *, pays: bool) -> None:
    """Whoever has a ticket comes in and pays what it owes; who was still waiting stayed at home."""
    ticket = await tickets.of(registration.id)
    if ticket is None:
        return
    host, people = made.host(event.host), await registrations.people_of(registration.id)
    await arrivals.admit(ticket, [person.id for person in people], nonce=codes.secret(20), by=host)
    if pays and payments.due(event, people):
        await payments.take(registration, by=host)


async def _leave(made: Made, event: Event, registration: Registration) -> None:
    """The grown-ups go shopping."""
    if ticket := await tickets.of(registration.id):
        people = await registrations.people_of(registration.id)
        adults = [person.id for person in people if person.kind == AttendeeKind.ADULT]
        await arrivals.let_out(ticket, adults, nonce=codes.secret(20), by=made.host(event.host))


async def _fetch(made: Made, event: Event, registration: Registration, delegate: str) -> None:
    """Whoever fetches the children says the code; the guardian's, or one of their own."""
    ticket = await tickets.of(registration.id)
    if ticket is None:
        return
    if delegate:
        await pickup_codes.name_delegate(registration, delegate)
    code = next(code for code in await pickup_codes.of([registration.id], registration.session) if code.delegate == delegate)
    people = [person.id for person in await registrations.people_of(registration.id)]
    await pickups.hand_over(ticket, people, nonce=codes.secret(20), by=made.host(event.host), code=code.text)


async def _cancel(event: Event, reason: str, made: Made, host: str) -> None:
    await events.cancel(event, reason, by=made.staff[host])
