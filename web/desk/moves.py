"""A family into another session of the event."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import changes
from events.signup.tables import State
from web import find, forms, replies
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/move", name="desk.moves.create", opt={"form": registration_pages.form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """At once where there is room; else, if wished, on that session's list with the place here kept."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    chosen = form.row("session")
    form.check()
    there = await find.session(viewer, chosen or 0)
    new = await changes.move(registration, there, by=viewer.member, waits=form.flag("waits"))
    return replies.to(request, "desk.registrations.show", id=new.id, note="moved" if new.state == State.PLACED else "queued")


handlers = [create]
