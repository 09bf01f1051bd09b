"""A photograph of a ticket, for browsers that open no camera: read here, answered like a scan."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import codes
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import misses, photos, tickets
from events.checkin.tables import How
from events.errors import _
from events.signup import rules
from web import find, forms, replies, viewer
from web.desk.event_form import UPLOAD
from web.door import doors, search
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Why the picture was no use, and another try."""
    return await _draw(request, await find.session(viewer.seen(request), int(request.path_params["session"])), form)


@get("/{session:int}/photo", name="door.photos.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Choose a picture, or take one."""
    return await _draw(request, await find.session(viewer, session), forms.blank(request))


@post("/{session:int}/photo", name="door.photos.create", status_code=200, request_max_body_size=UPLOAD, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """A ticket of the store leads to its arrival page at this door; of any other code the page says that it is none of ours."""
    row, event, _store = await sessions.whole((await find.session(viewer, session)).id)
    form = await forms.read(request)
    data = await form.upload("photo")
    if data is None:
        form.wrong("photo", _("先拍一张票，或者选一张"))
    form.check()
    seen = await photos.codes(data or b"")
    ticket = await photos.ticket(seen, event.store)
    if ticket is not None:
        return search.to_arrival(request, ticket, row, How.PHOTO)
    form.fill(nonce=codes.secret(26), code=digest(seen[0]), heads=1, how=How.PHOTO.value)
    return await _draw(request, row, form, is_unknown=True)


def digest(code: str) -> str:
    """What is kept of a code that is nobody's."""
    return tickets.digest(photos.secret_in(code) or code)


async def miss_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return await _draw(request, await find.session(viewer.seen(request), int(request.path_params["session"])), form, is_unknown=True)


@post("/{session:int}/misses", name="door.photos.miss", status_code=303, opt={"form": miss_page})
async def miss(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Let in all the same, to be checked."""
    row = await find.session(viewer, session)
    form = await forms.read(request)
    heads = form.integer("heads", 1, rules.LARGEST)
    told, nonce, code = (
        form.text("told", at_most=80, required=False),
        form.text("nonce", at_most=64),
        form.text("code", at_most=24, required=False),
    )
    how = How(form.value("how")) if form.value("how") in set(How) else How.HAND
    form.check()
    await misses.let_in(row, code=code, heads=heads, told=told, nonce=nonce, by=viewer.member, how=how)
    return replies.to(request, "door.scanner.show", session=row.id, note="to_check")


async def _draw(request: AnyRequest, session: Session, form: forms.Form, *, is_unknown: bool = False) -> Response[Any]:
    context = await doors.page(request, session.id)
    return replies.page(request, "door/photos/new", form=form, is_unknown=is_unknown, most=rules.LARGEST, **context)


handlers = [new, create, miss]
