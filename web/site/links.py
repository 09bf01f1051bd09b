"""Addresses that carry a secret of their own: the family's private link, and the one-time pairing.

The private link shows and does what the family's own device does: the handlers are the same, in `web/my`.
"""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.signup import pairings
from web import forms, replies
from web.my import arrivals, changes, confirmations, joining, offers, pickups, registrations, tickets, ways
from web.my import replies as family_replies
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
PRIVATE = (
    *(*registrations.both, *tickets.both, *offers.both, *changes.both, *confirmations.both, *arrivals.both, *pickups.both),
    *family_replies.both,
)


@get("/P/{secret:str}", name="site.links.pairing")
async def pairing(request: AnyRequest, viewer: NamedDependency[Viewer], secret: FromPath[str]) -> Response[Any]:
    """Asks before it is used: a chat program that fetches the address for a preview must not use it up."""
    form = forms.blank(request).fill(together="merge")
    is_open = await pairings.is_open(secret)
    return replies.page(request, "site/links/pairing", secret=secret, is_open=is_open, is_desk=viewer.staff is not None, form=form)


@post("/P/{secret:str}", name="site.links.pair", status_code=303)
async def pair(request: AnyRequest, viewer: NamedDependency[Viewer], secret: FromPath[str]) -> Response[Any]:
    """This phone joins the family and sees its registration."""
    form = await forms.read(request)
    joining.check(viewer)
    registration = await pairings.use(secret)
    response = replies.to(request, "my.registrations.show", id=registration.id)
    await joining.join(request, response, registration.household, form)
    return response


handlers = [*ways.private(PRIVATE), pairing, pair]
