"""What this device's family has signed up for."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.people import sign_ins
from web import replies
from web.my import mine, numbered
from web.viewer import FAMILY_COOKIE, Viewer

AnyRequest = Request[Any, Any, Any]


@get("/", name="my.home.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Coming first, then what was; empty for a device nobody signed up on."""
    rows = await mine.of_household(request, viewer.household) if viewer.household is not None else []
    coming = [each for each in rows if not each.is_over]
    return replies.page(request, "my/home/index", coming=coming, past=[each for each in rows if each.is_over])


@post("/sign-out", name="my.home.leave", status_code=303)
async def leave(request: AnyRequest) -> Response[Any]:
    """ "Not our phone": this device forgets the family at once; the registrations stay the family's."""
    token = request.cookies.get(FAMILY_COOKIE)
    if token:
        await sign_ins.end(token)
    response = replies.to(request, "my.home.index", note="forgotten")
    response.delete_cookie(FAMILY_COOKIE, path="/")
    numbered.forget(request, response)
    response.headers["Clear-Site-Data"] = '"cache"'  # nor does its back button show the family's pages
    return response


handlers = [index, leave]
