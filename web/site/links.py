"""Addresses that carry a secret of their own: the family's private link, and the one-time pairing."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from events.people import sign_ins
from events.signup import pairings, registrations
from events.signup.tables import Registration
from web import find, replies
from web.my import registration_pages
from web.my.registrations import remember
from web.site import ticket_files

AnyRequest = Request[Any, Any, Any]


@get("/M/{secret:str}", name="site.links.show")
async def show(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """The registration's page for whoever holds its private link, on any device."""
    registration = await _of(secret)
    return await registration_pages.page(request, registration, ways=registration_pages.private(request, registration))


@post("/M/{secret:str}/cancellation", name="site.links.cancel", status_code=303)
async def cancel(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    await registrations.cancel(await _of(secret))
    return replies.to(request, "site.links.show", secret=secret)


@get("/M/{secret:str}/ticket.png", name="site.links.qr")
async def qr(request: AnyRequest, secret: FromPath[str]) -> Response[bytes]:
    return await ticket_files.qr(request, await _of(secret))


@get("/M/{secret:str}/calendar.ics", name="site.links.calendar")
async def calendar(request: AnyRequest, secret: FromPath[str]) -> Response[bytes]:
    return await ticket_files.calendar(request, await _of(secret))


@get("/P/{secret:str}", name="site.links.pairing")
async def pairing(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """Asks before it is used: a chat program that fetches the address for a preview must not use it up."""
    return replies.page(request, "site/links/pairing", secret=secret, is_open=await pairings.is_open(secret))


@post("/P/{secret:str}", name="site.links.pair", status_code=303)
async def pair(request: AnyRequest, secret: FromPath[str]) -> Response[Any]:
    """This phone joins the family and sees its registration."""
    registration = await pairings.use(secret)
    response = replies.to(request, "my.registrations.show", id=registration.id)
    remember(request, response, await sign_ins.start_for_household(registration.household))
    return response


async def _of(secret: str) -> Registration:
    return await find.by(Registration, Registration.secret, secret.upper())


handlers = [show, cancel, qr, calendar, pairing, pair]
