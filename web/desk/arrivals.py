"""The door: a ticket's family, and letting it in."""

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
from web import find, forms, replies
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
MISSES = 30  # six-digit numbers a member of staff may get wrong in a quarter of an hour


async def _ticket(viewer: Viewer, id: int) -> Ticket:
    """A ticket of the viewer's store."""
    ticket = await find.by(Ticket, Ticket.id, id if 0 < id <= find.LARGEST else 0)
    await find.session(viewer, ticket.session)
    return ticket


@get("/tickets/{ticket:int}", name="desk.arrivals.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """The arrival page: the answer in one word, the family's people, one button."""
    return await _page(request, await _ticket(viewer, ticket), forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return await _page(request, await find.by(Ticket, Ticket.id, int(request.path_params["ticket"])), form)


@post("/tickets/{ticket:int}/arrival", name="desk.arrivals.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """Let the ticked people in, with one tap; a second tap or a retry changes nothing."""
    row = await _ticket(viewer, ticket)
    form = await forms.read(request)
    people = form.chosen("people")
    if not people:
        raise Refused(_("先勾上谁进来"), field="people")
    await arrivals.admit(row, people, nonce=form.text("nonce", at_most=64) or codes.secret(26), by=viewer.member)
    return replies.to(request, "desk.arrivals.show", ticket=row.id, note="arrived")


@post("/tickets/{ticket:int}/arrival/removal", name="desk.arrivals.destroy", status_code=303)
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """Undo: they did not come in after all."""
    row = await _ticket(viewer, ticket)
    await arrivals.undo(row, by=viewer.member)
    return replies.to(request, "desk.arrivals.show", ticket=row.id, note="undone")


async def lookup_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    from web.desk import registrations  # noqa: PLC0415 -- that page shows this form

    return await registrations.draw(request, int(request.path_params["session"]), form)


@post("/sessions/{session:int}/ticket", name="desk.arrivals.find", opt={"form": lookup_page})
async def by_number(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Six digits of this session lead to the arrival page; wrong ones are counted and slowed."""
    row = await find.session(viewer, session)
    form = await forms.read(request)
    number = form.text("number", at_most=12).replace(" ", "")
    form.check()
    brake = attempts.key("number", str(viewer.member.id))
    await attempts.take({brake: MISSES})
    ticket = await tickets.by_number(row.id, number)
    if ticket is None:
        raise Refused(_("这一场没有这个号码，再看一眼"), field="number")
    await attempts.give_back(brake)
    return replies.to(request, "desk.arrivals.show", ticket=ticket.id)


async def _page(request: AnyRequest, ticket: Ticket, form: forms.Form) -> Response[Any]:
    door = await arrivals.look(ticket)
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
        **await event_pages.one_session(request, door.event, door.session, door.store, confirmed=True),
    )


handlers = [show, create, destroy, by_number]
