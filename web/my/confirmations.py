""" "Are you coming tomorrow?" """

from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from events.signup import confirmations
from web.my import registration_pages, ways
from web.my.ways import Way

AnyRequest = Request[Any, Any, Any]


@ways.post("/confirmation", "confirmations.confirm", form=registration_pages.form_page)
async def confirm(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """ "We are coming." Not coming is giving back."""
    await confirmations.confirm(way.registration)
    return way.back(note="coming")


both = (confirm,)
handlers = ways.own(both)
