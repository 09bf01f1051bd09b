"""The door: a ticket's family, letting it in and out, and taking that back."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import codes
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import arrivals, tickets
from events.checkin.tables import How, Ticket
from events.errors import NotThere, Refused, _
from events.signup import changes, placing
from events.signup.tables import Registration
from web import find, forms, replies, viewer
from web.desk import arrival_pages
from web.door import doors, search
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


async def _ticket(viewer: Viewer, id: int) -> Ticket:
    """A ticket of the viewer's store."""
    ticket = await find.by(Ticket, Ticket.id, id if 0 < id <= find.LARGEST else 0)
    await find.session(viewer, ticket.session)
    return ticket


@get("/tickets/{ticket:int}", name="desk.arrivals.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """The arrival page: the answer in one word, the family's people, one button. `?session=` says at whose door one stands."""
    row = await _ticket(viewer, ticket)
    return await arrival_pages.draw(request, row, forms.blank(request), await _door(request, viewer, row))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return await again(request, await find.by(Ticket, Ticket.id, int(request.path_params["ticket"])), form)


async def again(request: AnyRequest, ticket: Ticket, form: forms.Form) -> Response[Any]:
    """The page once more, with what went wrong."""
    return await arrival_pages.draw(request, ticket, form, await _door(request, viewer.seen(request), ticket))


@post("/tickets/{ticket:int}/arrival", name="desk.arrivals.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """Let the ticked people in, with one tap; a second tap or a retry changes nothing."""
    row = await _ticket(viewer, ticket)
    door, form = await _door(request, viewer, row), await forms.read(request)
    people = form.chosen("people")
    if not people:
        raise Refused(_("先勾上谁进来"), field="people")
    how = How(form.value("how")) if form.value("how") in set(How) else How.HAND
    await arrivals.admit(row, people, nonce=_nonce(form), by=viewer.member, overrule=form.flag("overrule"), door=door, how=how)
    return back(request, row, door.id if door else None, "arrived")


@post("/tickets/{ticket:int}/departure", name="desk.arrivals.leave", status_code=303, opt={"form": form_page})
async def leave(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """The ticked people go out for a while."""
    row = await _ticket(viewer, ticket)
    door, form = await _door(request, viewer, row), await forms.read(request)
    people = form.chosen("leaving")
    if not people:
        raise Refused(_("先勾上谁出去"), field="leaving")
    await arrivals.let_out(row, people, nonce=_nonce(form, "tap"), by=viewer.member, door=door)
    return back(request, row, door.id if door else None, "left")


@post("/tickets/{ticket:int}/arrival/removal", name="desk.arrivals.destroy", status_code=303, opt={"form": form_page})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """Undo: the ticked people, or all of the family, did not come in after all; with why."""
    row = await _ticket(viewer, ticket)
    door, form = await _door(request, viewer, row), await forms.read(request)
    why = arrival_pages.reason(form, viewer.language)
    form.check()
    await arrivals.undo(row, form.chosen("wrong") or None, by=viewer.member, why=why, door=door)
    return back(request, row, door.id if door else None, "undone")


@post("/tickets/{ticket:int}/move", name="desk.arrivals.move", status_code=303, opt={"form": form_page})
async def move(request: AnyRequest, viewer: NamedDependency[Viewer], ticket: FromPath[int]) -> Response[Any]:
    """The family came to another session of the event: its places move to this door's, if there is room, and its new ticket is shown."""
    row = await _ticket(viewer, ticket)
    door = await _door(request, viewer, row)
    registration = await placing.current(row.registration)
    if door is None or door.id == row.session or not await _is_sister(door, row):
        raise NotThere
    if not await changes.has_room(registration, door):
        raise Refused(_("这一场满了，换不过来；要让进，点「照样进」"))
    new = await changes.move(registration, door, by=viewer.member)
    found = await tickets.of(new.id)
    if found is None:
        raise NotThere
    return back(request, found, door.id, "moved")


async def search_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    from web.desk import registrations  # noqa: PLC0415 -- that page shows this form

    return await registrations.draw(request, int(request.path_params["session"]), form)


@post("/sessions/{session:int}/search", name="desk.arrivals.find", status_code=200, opt={"form": search_page})
async def find_one(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Six digits of a ticket lead to its arrival page, a name or a phone to the families that fit. POST: neither is in an address."""
    from web.desk import registrations  # noqa: PLC0415 -- that page shows this form

    row = await find.session(viewer, session)
    form = await forms.read(request)
    typed = form.text("find", at_most=search.TYPED)
    form.check()
    number = search.digits(typed)
    if number and (ticket := await search.by_number(viewer, row, number)):
        return replies.to(request, "desk.arrivals.show", ticket=ticket.id)
    return await registrations.draw(request, row.id, form, typed=typed)


async def ticket_named(form: forms.Form, registration: Registration) -> Ticket | None:
    """The registration's ticket, where the form came from its arrival page."""
    ticket = await tickets.of(registration.id)
    return ticket if ticket is not None and form.value("ticket") == str(ticket.id) else None


def back(request: AnyRequest, ticket: Ticket, door: int | None, note: str) -> Response[None]:
    """303 to the ticket's page, at the same door."""
    page = request.app.route_reverse("desk.arrivals.show", ticket=ticket.id)
    at = f"?session={door}" if door not in {None, ticket.session} else ""
    return replies.noted(request, replies.away(page + at), note)


async def _door(request: AnyRequest, viewer: Viewer, ticket: Ticket) -> Session | None:
    """Where one stands, if not at the ticket's own session; a foreign door is not there."""
    named = await doors.named(request, viewer)
    if named is None or named.id == ticket.session:
        return None
    here, theirs = (await sessions.whole(named.id))[1], (await sessions.whole(ticket.session))[1]
    if here.store != theirs.store:
        raise NotThere
    return named


async def _is_sister(door: Session, ticket: Ticket) -> bool:
    return await Session.exists().where((Session.id == ticket.session) & (Session.event == door.event))


def _nonce(form: forms.Form, field: str = "nonce") -> str:
    return form.text(field, at_most=64) or codes.secret(26)


handlers = [show, create, leave, destroy, move, find_one]
