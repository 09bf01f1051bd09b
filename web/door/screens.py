"""The host's side of self check-in: the screen at the venue is opened and closed here, and this is how it gets there."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.checkin import qr
from events.checkin.venue import screens
from web import find, forms, replies
from web.door import doors
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/{session:int}/screen", name="door.screens.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Whether it is open, and its address, as a link and as a code for another device to scan."""
    await find.session(viewer, session)
    return await form_page(request, forms.blank(request))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    context = await doors.page(request, int(request.path_params["session"]))
    screen = await screens.of(context["session"].id)
    shown = await screens.shown(screen) if screen else None
    secret = screens.secret_of(screen) if screen else ""
    base, path = request.app.state.settings.address, f"/W/{secret}"
    return replies.page(
        request,
        "door/screens/show",
        form=form,
        shown=shown,
        address=base + path if secret else "",
        drawing=qr.svg(qr.address_payload(base, path)) if secret else "",
        **context,
    )


@post("/{session:int}/screen", name="door.screens.create", status_code=303, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Open it, or give it another address."""
    row = await find.session(viewer, session)
    await screens.open_(row, by=viewer.member)
    return replies.to(request, "door.screens.show", session=row.id, note="screen_open")


@post("/{session:int}/screen/closing", name="door.screens.close", status_code=303, opt={"form": form_page})
async def close(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """At once: what the screen shows is worth nothing any more."""
    row = await find.session(viewer, session)
    await screens.close(row, by=viewer.member)
    return replies.to(request, "door.screens.show", session=row.id, note="screen_closed")


handlers = [show, create, close]
