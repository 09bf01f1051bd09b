"""One's own shifts as a calendar: an address to subscribe to, that can be renewed."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.calendar import addresses
from events.errors import _
from web import callers, replies
from web.language import say
from web.site import adding
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/calendar", name="desk.calendar.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    secret = await addresses.of_staff(viewer.member)
    ways = None
    if secret is not None:
        address = request.app.state.settings.address + request.app.route_reverse("site.feeds.show", secret=secret)
        ways = adding.feed(address, say(viewer.language, _("我的班")))
    return replies.page(request, "desk/calendar/show", ways=ways, is_wechat=callers.is_wechat(request))


@post("/calendar", name="desk.calendar.renew", status_code=303)
async def renew(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The first address, or another one: the one before is dead."""
    await addresses.renew_for_staff(viewer.member)
    return replies.to(request, "desk.calendar.show", note="calendar")


@post("/calendar/end", name="desk.calendar.end", status_code=303)
async def end(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    await addresses.end_for_staff(viewer.member)
    return replies.to(request, "desk.calendar.show", note="calendar_ended")


handlers = [show, renew, end]
