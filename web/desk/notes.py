"""What the store's people tell each other about a family."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.signup import notes
from web import find, forms, replies
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/note", name="desk.notes.update", opt={"form": registration_pages.form_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    registration = await find.desk_registration(viewer, id)
    _session, event, _store = await sessions.whole(registration.session)
    form = await forms.read(request)
    text = form.text("host_note", at_most=notes.LONGEST, required=False)
    form.check()
    await notes.write(registration, text, by=viewer.member, store=event.store)
    return replies.to(request, "desk.registrations.show", id=id, note="saved")


handlers = [update]
