"""A family answers an offer, or asks for another one."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from events.signup import offers
from web.my import registration_pages, ways
from web.my.ways import Way

AnyRequest = Request[Any, Any, Any]


@ways.post("/acceptance", "offers.accept", form=registration_pages.form_page)
async def accept(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Yes, we come."""
    await offers.accept(way.registration)
    return way.back()


@ways.post("/refusal", "offers.decline", form=registration_pages.form_page)
async def decline(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """No; the places go on."""
    await offers.decline(way.registration)
    return way.back()


@ways.post("/return", "offers.ask_again", form=registration_pages.form_page)
async def ask_again(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Too late, but still willing: back on the list."""
    await offers.ask_again(way.registration)
    return way.back(note="queued_again")


both = (accept, decline, ask_again)
handlers = ways.own(both)
