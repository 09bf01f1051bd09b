"""Some of a family who do not come."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import changes
from web import find, forms, replies
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/attendees/removal", name="desk.attendees.destroy", opt={"form": registration_pages.form_page})
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The ticked people's places go on; those who stay must satisfy the event's rules."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    await changes.give_back(registration, form.chosen("people"), by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="let_go")


handlers = [destroy]
