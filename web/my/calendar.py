"""The family's own calendar: an address to subscribe to, that can be renewed."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from events.calendar import addresses
from events.errors import _
from web import callers, find, replies
from web.language import say
from web.site import adding
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/calendar", name="my.calendar.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    household = await find.household(viewer)
    secret = await addresses.of_household(household.id)
    ways = None
    if secret is not None:
        address = request.app.state.settings.address + request.app.route_reverse("site.feeds.show", secret=secret)
        ways = adding.feed(address, say(viewer.language, _("我们家的活动")))
    return replies.page(request, "my/calendar/show", ways=ways, is_wechat=callers.is_wechat(request))


@post("/calendar", name="my.calendar.renew", status_code=303)
async def renew(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The first address, or another one: the one before is dead."""
    await addresses.renew_for_household((await find.household(viewer)).id)
    return replies.to(request, "my.calendar.show", note="calendar")


@post("/calendar/end", name="my.calendar.end", status_code=303)
async def end(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    await addresses.end_for_household((await find.household(viewer)).id)
    return replies.to(request, "my.calendar.show", note="calendar_ended")


handlers = [show, renew, end]
