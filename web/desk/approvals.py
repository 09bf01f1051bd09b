"""The store's word on a registration that waits for it."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import approvals, placing
from events.signup.tables import Registration, State
from web import find, forms, replies
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/approval", name="desk.approvals.create", opt={"form": registration_pages.form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """It may come: placed, or on the waiting list."""
    registration = await find.desk_registration(viewer, id)
    await approvals.approve(registration, by=viewer.member)
    after = await find.by(Registration, Registration.id, id)
    return replies.to(request, "desk.registrations.show", id=id, note="approved" if after.state == State.PLACED else "approved_waits")


@post("/registrations/{id:int}/approval/refusal", name="desk.approvals.destroy", opt={"form": registration_pages.form_page})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """It may not, for a reason the family reads."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    reason = form.text("refusal", at_most=placing.REASON)
    form.check()
    await approvals.reject(registration, reason, by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="rejected")


handlers = [create, destroy]
