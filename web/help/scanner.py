"""The page a helper holds at the door: the host's, with less on it."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events.catalog import sessions
from events.checkin import rosters
from web import forms, policy, replies
from web.door.rosters import milliseconds
from web.help import doors, pins
from web.site import event_pages

AnyRequest = Request[Any, Any, Any]


@get("/{session:int}", name="help.scanner.show")
async def show(request: AnyRequest, session: FromPath[int]) -> Response[Any]:
    """It names no family: the device keeps it to open without a connection, and empties it by its own clock."""
    helper = doors.helper(request)
    row, event, store = await sessions.whole((await doors.session(request, session)).id)
    page = replies.page(
        request,
        "door/scanner/show",
        form=forms.blank(request),
        heads=await rosters.heads(row.id),
        helping={"me": helper.staff.id, "name": helper.staff.name, "base": f"{pins.PLACE}/", "until": milliseconds(helper.link.closes_at)},
        **await event_pages.one_session(request, event, row, store, confirmed=True),
    )
    page.headers[policy.HEADER] = policy.DOOR
    return page


handlers = [show]
