"""Money taken at the store."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import payments
from events.signup.tables import Registration
from web import find, forms, replies, viewer
from web.desk import arrivals, registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
LARGEST = 100_000_000  # fen


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The page the tap came from: the arrival's, or the registration's."""
    registration = await find.desk_registration(viewer.seen(request), int(request.path_params["id"]))
    if ticket := await arrivals.ticket_named(form, registration):
        return await arrivals.again(request, ticket, form)
    return await registration_pages.draw(request, registration, form=form)


@post("/registrations/{id:int}/payment", name="desk.payments.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What the family owes is in the till; a second tap is the same as the first."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    amount = form.integer("amount", 0, LARGEST)
    form.check()
    await payments.take(registration, by=viewer.member, amount=amount)
    return await _back(request, form, registration, "paid")


@post("/registrations/{id:int}/payment/removal", name="desk.payments.destroy", opt={"form": form_page})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """It went back, or never came."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    await payments.undo(registration, by=viewer.member)
    return await _back(request, form, registration, "undone")


async def _back(request: AnyRequest, form: forms.Form, registration: Registration, note: str) -> Response[Any]:
    if ticket := await arrivals.ticket_named(form, registration):
        return arrivals.back(request, ticket, form.row("door", required=False), note)
    return replies.to(request, "desk.registrations.show", id=registration.id, note=note)


handlers = [create, destroy]
