"""A one-time link by which the family takes in another device of its own."""

import asyncio
import base64
from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency

from events.checkin import qr
from events.errors import NotThere
from events.signup import pairings
from web import find, replies
from web.my import family
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@post("/family/pairing", name="my.pairings.create", status_code=200)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Drawn into the answer itself: the secret is in no address of this page, and a reload asks before making another."""
    household = await find.household(viewer)
    registration = await family.latest_of(household.id)
    if registration is None:
        raise NotThere
    secret = await pairings.make(registration, by=None)
    address = request.app.state.settings.address
    png = await asyncio.to_thread(qr.png, qr.address_payload(address, f"/P/{secret}"))
    return replies.page(
        request,
        "my/pairings/show",
        link=address + request.app.route_reverse("site.links.pairing", secret=secret),
        picture="data:image/png;base64," + base64.b64encode(png).decode(),
        minutes=int(pairings.LASTS.total_seconds()) // 60,
    )


handlers = [create]
