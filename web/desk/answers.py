"""A family's word, given on the telephone: it takes what it was offered, it comes tomorrow."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import confirmations, offers
from web import find, replies
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/acceptance", name="desk.answers.accept", opt={"form": registration_pages.form_page}, status_code=303)
async def accept(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """They take the places that are held for them."""
    await offers.accept(await find.desk_registration(viewer, id), by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="noted")


@post("/registrations/{id:int}/confirmation", name="desk.answers.confirm", opt={"form": registration_pages.form_page}, status_code=303)
async def confirm(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """They are coming."""
    await confirmations.confirm(await find.desk_registration(viewer, id), by=viewer.member)
    return replies.to(request, "desk.registrations.show", id=id, note="noted")


handlers = [accept, confirm]
