"""The door: a ticket's family, and letting it in."""

import re
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import codes
from events.checkin import arrivals, tickets
from events.checkin.tables import Ticket
from events.checkin.verdicts import SENTENCES
from events.errors import Refused, _
from events.people import attempts
from events.people.tables import Staff
from events.signup.tables import Registration
from web import find, forms, replies
from web.desk import registration_pages
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
TICKET = re.compile(r"[0-9]{6}")
MISSES = 30  # six-digit numbers a member of staff may get wrong in a quarter of an hour


async def _ticket(viewer: Viewer, id: int) -> Ticket:
    """A ticket of the viewer's store."""
    ticket = await find.by(Ticket, Ticket.id, id if 0 < id <= find.LARGEST else 0)
    await find.session(viewer, ticket.session)
    return ticket


@get("/tickets/{ticket:int}", name="desk.arrivals.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """The arrival page: the answer in one word, the family's people, one button."""
    return await draw(request, await _ticket(viewer, ticket), forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return await draw(request, await find.by(Ticket, Ticket.id, int(request.path_params["ticket"])), form)


@post("/tickets/{ticket:int}/arrival", name="desk.arrivals.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """Let the ticked people in, with one tap; a second tap or a retry changes nothing."""
    row = await _ticket(viewer, ticket)
    form = await forms.read(request)
    people = form.chosen("people")
    if not people:
        raise Refused(_("先勾上谁进来"), field="people")
    nonce = form.text("nonce", at_most=64) or codes.secret(26)
    await arrivals.admit(row, people, nonce=nonce, by=viewer.member, overrule=form.flag("overrule"))
    return replies.to(request, "desk.arrivals.show", ticket=row.id, note="arrived")


@post("/tickets/{ticket:int}/arrival/removal", name="desk.arrivals.destroy", status_code=303)
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """Undo: they did not come in after all."""
    row = await _ticket(viewer, ticket)
    await arrivals.undo(row, by=viewer.member)
    return replies.to(request, "desk.arrivals.show", ticket=row.id, note="undone")


async def search_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    from web.desk import registrations  # noqa: PLC0415 -- that page shows this form

    return await registrations.draw(request, int(request.path_params["session"]), form)


@post("/sessions/{session:int}/search", name="desk.arrivals.find", status_code=200, opt={"form": search_page})
async def search(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Six digits of a ticket lead to its arrival page, a name or a phone to the families that fit. POST: neither is in an address.

    Wrong numbers are counted and slowed.
    """
    from web.desk import registrations  # noqa: PLC0415 -- that page shows this form

    row = await find.session(viewer, session)
    form = await forms.read(request)
    typed = form.text("find", at_most=40)
    form.check()
    number = typed.replace(" ", "")
    if TICKET.fullmatch(number):
        brake = attempts.key("number", str(viewer.member.id))
        await attempts.take({brake: MISSES})
        if ticket := await tickets.by_number(row.id, number):
            await attempts.give_back(brake)
            return replies.to(request, "desk.arrivals.show", ticket=ticket.id)
    return await registrations.draw(request, row.id, form, typed=typed)


async def ticket_named(form: forms.Form, registration: Registration) -> Ticket | None:
    """The registration's ticket, where the form came from its arrival page."""
    ticket = await tickets.of(registration.id)
    return ticket if ticket is not None and form.value("ticket") == str(ticket.id) else None


async def draw(request: AnyRequest, ticket: Ticket, form: forms.Form) -> Response[Any]:
    """The arrival page. A refusal of ticked people can be overruled: they are the event's rule about adults and children."""
    door = await arrivals.look(ticket)
    may_overrule = form.error("people") is not None and bool(form.values("people"))
    form.fill(nonce=codes.secret(26), people=[person.id for person in door.people if person.id not in door.arrived])
    first = min(door.arrived.values(), key=lambda arrival: (arrival.at, arrival.id), default=None)
    let_in_by = await Staff.objects().get(Staff.id == first.made_by) if first is not None and first.made_by else None
    return replies.page(
        request,
        "desk/arrivals/show",
        form=form,
        ticket=ticket,
        door=door,
        sentence=SENTENCES[door.verdict],
        first=first,
        let_in_by=let_in_by.name if let_in_by else "",
        may_overrule=may_overrule,
        fee=await registration_pages.fee_of(door.registration, door.event, door.people),
        **await event_pages.one_session(request, door.event, door.session, door.store, confirmed=True),
    )


handlers = [show, create, destroy, search]
