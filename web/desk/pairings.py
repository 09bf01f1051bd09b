"""A one-time QR that opens a family's registration on its own phone."""

import asyncio
import base64
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.checkin import qr
from events.signup import pairings
from web import find
from web.desk import registration_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/registrations/{id:int}/pairing", name="desk.pairings.create", status_code=200)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """Drawn into the answer itself: the secret is in no address, and a reload asks before making another."""
    registration = await find.desk_registration(viewer, id)
    _session, event, _store = await sessions.whole(registration.session)
    secret = await pairings.make(registration, by=viewer.member, store=event.store)
    payload = qr.address_payload(request.app.state.settings.address, f"/P/{secret}")
    png = await asyncio.to_thread(qr.png, payload)
    return await registration_pages.draw(request, registration, pairing="data:image/png;base64," + base64.b64encode(png).decode())


handlers = [create]
