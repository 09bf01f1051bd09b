"""One family's page on the desk: who comes, where it stands, what it owes, what happened, and whatever may be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from events import clock
from events.announce.tables import Group
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.checkin import presence, tickets
from events.people import rights
from events.people.tables import Staff
from events.signup import asking, capacity, changes, confirmations, log, merging, payments, placing, registrations, standings
from events.signup.tables import Attendee, Payment, Registration, State
from web import find, forms, replies, viewer
from web.my import occasions, question_fields
from web.site import event_pages, faces, log_words
from web.site.faces import SessionFace

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Fee:
    """What the family owes and has paid, in fen."""

    owed: int
    payment: Payment | None
    taken_by: str

    @property
    def paid(self) -> int:
        return self.payment.amount if self.payment is not None else 0

    @property
    def missing(self) -> int:
        """Negative: it paid more than it owes now."""
        return self.owed - self.paid


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The page again, with the sentence that refused what was tapped."""
    registration = await find.desk_registration(viewer.seen(request), int(request.path_params["id"]))
    return await draw(request, registration, form=form)


async def draw(request: AnyRequest, registration: Registration, *, form: forms.Form | None = None, pairing: str = "") -> Response[Any]:
    """One family; `pairing` is the address of a fresh one-time link, shown as a QR."""
    session, event, store = await sessions.whole(registration.session)
    who, moment = viewer.seen(request), clock.now()
    people = await registrations.people_of(registration.id)
    form = (form or forms.blank(request)).fill(host_note=registration.host_note)
    is_active = registration.state != State.CANCELLED
    return replies.page(
        request,
        "desk/registrations/show",
        form=form,
        registration=registration,
        people=people,
        arrived=await presence.of_people([person.id for person in people]),
        ticket=await tickets.of(registration.id),
        pairing=pairing,
        fee=await fee_of(registration, event, people),
        may_lead=rights.may_edit(who.member, event.store, event.host),
        standing=await standings.of(registration) if registration.state == State.WAITING else None,
        is_asked=confirmations.is_asked(registration, event, session, store.zone, moment),
        others=await _others(request, registration, event, store) if is_active else [],
        is_over=session.ends_at <= moment,
        lines=await log_words.for_desk(await log.of_registration(registration.id), [registration], who.language),
        **await _answers(registration, who.language),
        **await _linked(registration),
        **await event_pages.one_session(request, event, session, store, confirmed=True),
    )


async def fee_of(registration: Registration, event: Event, people: list[Attendee]) -> Fee:
    """What is owed by those who come; a family that is out owes nothing, and what it paid is shown to be given back."""
    payment = (await payments.of([registration.id])).get(registration.id)
    by = await Staff.objects().get(Staff.id == payment.taken_by) if payment is not None and payment.taken_by else None
    owed = payments.due(event, people) if registration.state != State.CANCELLED else 0
    return Fee(owed, payment, by.name if by else "")


async def _answers(registration: Registration, language: str) -> dict[str, Any]:
    """What was answered, of the family and by person."""
    occasion, party = await occasions.again(registration)
    said = question_fields.said(party, occasion, language)
    seated = zip(asking.seats(party.people), party.people, strict=True)
    return {"own_answers": said.get("", []), "answers_of": {person.id: said.get(seat, []) for seat, person in seated}}


async def _linked(registration: Registration) -> dict[str, Any]:
    """The registrations this one hangs together with, who of the store made it, and the group whose link brought the family."""
    next_one = registration.moved_to or registration.merged_into or registration.rest_of
    maker = await Staff.objects().get(Staff.id == registration.made_by) if registration.made_by else None
    group = await Group.objects().where(Group.code == registration.via.upper()).first() if registration.via else None
    twins = (Registration.phone == registration.phone) & (Registration.session == registration.session)
    active = (Registration.household != registration.household) & (Registration.state != State.CANCELLED)
    return {
        "rest": await placing.rest_of(registration),
        "merge": await merging.latest_of(registration.household),
        "leads_to": next_one,
        "keeps": registration.replaces if registration.state != State.CANCELLED else None,
        "made_by": maker.name if maker else "",
        "came_by": group.name if group else "",
        "is_twin": bool(registration.phone) and registration.state != State.CANCELLED and await Registration.exists().where(twins & active),
    }


async def _others(request: AnyRequest, registration: Registration, event: Event, store: Store) -> list[SessionFace]:
    """The sessions the family may move to, soonest first, with how full they are."""
    rows: list[Session] = await changes.sisters(registration)
    if registration.rest_of is not None or not rows:
        return []
    counts = await capacity.counts(row.id for row in rows)
    times, language = faces.times_of(request, store), viewer.seen(request).language
    return [faces.face(row, event, "", counts.get(row.id, capacity.NOBODY), times, language) for row in rows]
