"""A registration's page, the same for the family's own device and for its private link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Event, Session, Venue
from events.checkin import presence, tickets
from events.notices import replies as family_replies
from events.people import households
from events.signup import changes, confirmations, deadlines, log, payments, placing, registrations, standings
from events.signup.tables import HOLDING, Attendee, Ending, Registration, State
from web import callers, counts, forms, replies, viewer
from web.my import pickup_cards, quieter, reminding, ways
from web.my.ways import Way
from web.site import event_pages, faces, log_words, ticket_files, venue, visits

AnyRequest = Request[Any, Any, Any]
WAITS = {State.WAITING, State.OFFERED}


@dataclass(frozen=True)
class Part:
    """The other part of a family that was split: those who came first, or those who wait on."""

    way: Way
    people: list[Attendee]


@dataclass(frozen=True)
class Elsewhere:
    """Another registration of the family that this one leads to, and when its session is."""

    way: Way
    when: str


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The page as things stand now, with the sentence that refused what was tapped on an older one."""
    return await page(request, await ways.of(request), form=form)


async def page(request: AnyRequest, way: Way, *, form: forms.Form | None = None) -> Response[Any]:
    """Ticket, place in the queue, offer or goodbye, whichever it is."""
    registration = way.registration
    session, event, store = await sessions.whole(registration.session)
    people = await registrations.people_of(registration.id)
    is_placed, moment = registration.state == State.PLACED, clock.now()
    context = await event_pages.one_session(request, event, session, store, confirmed=registration.state in HOLDING)
    pickup = await pickup_cards.of(request, registration, session, event, store)
    return replies.page(
        request,
        "my/registrations/show",
        form=(form or forms.blank(request)).fill(
            at_once="yes" if registration.is_at_once else "no",
            split="1" if registration.can_split else "",
            barred="\n".join(pickup.barred) if pickup else "",
        ),
        pickup=pickup,
        way=way,
        registration=registration,
        people=people,
        stage=_stage(registration),
        here=await venue.here(request, registration, form or forms.blank(request)),
        way_in=await visits.for_family(registration, session, event),
        **await _changed(registration, session, event, context["times"]),
        ticket=await tickets.of(registration.id) if is_placed else None,
        arrived=await presence.of_people([person.id for person in people]),
        fee=await _fee(registration, event, people) if is_placed else None,
        may_change=deadlines.may_change(event, session, moment) and registration.state != State.CANCELLED,
        closes_at=deadlines.closes_at(event, session),
        is_asked=confirmations.is_asked(registration, event, session, store.zone, moment),
        can_move=registration.rest_of is None and bool(await changes.sisters(registration)),
        private_link=request.app.state.settings.address + request.app.route_reverse("site.links.show", secret=registration.secret),
        calendar=await ticket_files.calendar_ways(request, registration, session, event, store),
        reminding=await reminding.of(request, registration, session, event, store, context["times"]),
        is_wechat=callers.is_wechat(request),
        quieter=await quieter.of(await households.of(registration.household)),
        **await _in_line(request, registration),
        **await _family(request, way, context["times"]),
        **context,
    )


async def _changed(registration: Registration, session: Session, event: Event, times: Any) -> dict[str, Any]:
    """What changed since the family knew of it, from where; nothing once the session has begun."""
    asked = await family_replies.asked(registration) if registration.state != State.CANCELLED else None
    if asked is None or session.starts_at <= clock.now():
        return {"changed": None}
    was = await db.row(Venue, asked.was.was_venue) if asked.was.was_venue != session.venue else None
    return {
        "changed": asked,
        "has_others": asked.is_off and bool(await changes.sisters(registration)),
        "can_move_late": not asked.is_off and await _can_move_late(registration, session, event),
        "was_when": times.span(asked.was.was_starts_at, asked.was.was_ends_at),
        "was_where": await faces.place(was, confirmed=registration.state in HOLDING) if was is not None else "",
        "is_retimed": (asked.was.was_starts_at, asked.was.was_ends_at) != (session.starts_at, session.ends_at),
    }


async def _can_move_late(registration: Registration, session: Session, event: Event) -> bool:
    """Whether the family may move although it is too late for a change of its own: the store moved it, and there is room elsewhere."""
    if registration.rest_of is not None or deadlines.may_change(event, session, clock.now()):
        return False
    for row in await changes.sisters(registration):
        if await changes.has_room(registration, row):
            return True
    return False


def _stage(registration: Registration) -> str:
    """Which page it is, as far as the registration alone says."""
    if registration.state == State.CANCELLED:
        return registration.ending or Ending.FAMILY
    if registration.state == State.WAITING and registration.lapsed_at is not None:
        return "lapsed"
    return str(registration.state)


async def _fee(registration: Registration, event: Event, people: list[Attendee]) -> dict[str, Any] | None:
    """What is paid at the store, in yuan, and whether it was."""
    owed = payments.due(event, people)
    if not owed:
        return None
    return {"yuan": counts.in_yuan(owed), "is_paid": registration.id in await payments.of([registration.id])}


async def _in_line(request: AnyRequest, registration: Registration) -> dict[str, Any]:
    """Where a family stands that waits, and how it came to stand there."""
    waits = registration.state in WAITS
    entries = await log.of_registration(registration.id) if waits or registration.ending == Ending.REJECTED else []
    return {
        "standing": await standings.of(registration) if registration.state == State.WAITING else None,
        "story": await log_words.for_family(entries, registration, viewer.seen(request).language),
    }


async def _family(request: AnyRequest, way: Way, times: Any) -> dict[str, Any]:
    """The registrations this one hangs together with."""
    registration = way.registration
    rest = await placing.rest_of(registration) if registration.state in HOLDING else None
    first = await _row(registration.rest_of) if registration.state == State.WAITING else None
    kept = await _row(registration.replaces) if registration.state in WAITS else None
    return {
        "rest": await _part(way, rest),
        "first": await _part(way, first),
        "kept": await _elsewhere(way, kept, times) if kept is not None and kept.state in HOLDING else None,
        "follows": await _elsewhere(way, await _row(registration.moved_to or registration.merged_into), times),
        "waits_for": await _elsewhere(way, await _successor(registration), times),
    }


async def _successor(registration: Registration) -> Registration | None:
    """One in another session that waits, and for which this one will be given up."""
    if registration.state not in HOLDING:
        return None
    return next(iter(await _replacing(registration.id)), None)


_replacing = db.Prepared(
    lambda kept: Registration.objects().where((Registration.replaces == kept) & Registration.state.is_in([each.value for each in WAITS]))
)


async def _part(way: Way, registration: Registration | None) -> Part | None:
    return None if registration is None else Part(way.to(registration), await registrations.people_of(registration.id))


async def _elsewhere(way: Way, registration: Registration | None, times: Any) -> Elsewhere | None:
    if registration is None:
        return None
    session, _event, _store = await sessions.whole(registration.session)
    return Elsewhere(way.to(registration), times.span(session.starts_at, session.ends_at))


async def _row(id: int | None) -> Registration | None:
    return None if id is None else await db.row(Registration, id)
