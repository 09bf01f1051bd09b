"""A family that stands before the venue's screen lets its own people in."""

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from events import codes
from events.checkin import tickets
from events.checkin.venue import grants
from events.errors import NotThere, Refused, _
from web import forms, replies
from web.my import registration_pages, ways
from web.my.ways import Way
from web.site import venue

AnyRequest = Request[Any, Any, Any]


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Where the button was: at the door's own page on the family's device, else on the registration's."""
    way = await ways.of(request)
    return await (registration_pages.page(request, way, form=form) if way.is_private else venue.page(request, form))


@ways.post("/arrival", "arrivals.arrive", form=form_page)
async def arrive(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """ "We are here": as far as the door's rule lets them in by itself. A second tap is the same arrival."""
    form = await forms.read(request)
    people, nonce = form.chosen("people"), form.text("nonce", at_most=64, required=False) or codes.secret(26)
    form.check()
    if not people:
        raise Refused(_("先勾上谁来了"), field="people")
    ticket = await tickets.of(way.registration.id)
    if ticket is None:
        raise NotThere
    await grants.check_in(venue.token(request), ticket, people, nonce=nonce)
    return way.back(note="arrived") if way.is_private else replies.to(request, "site.venue.show")


both = (arrive,)
handlers = ways.own(both)
