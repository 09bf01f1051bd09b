"""Private calendars by an address that carries its own secret: a family's, and a member of staff's shifts."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events.calendar import addresses, families, feeds, ics, shifts
from events.calendar.tables import Feed
from events.catalog import listing
from events.errors import NotThere, _
from events.people.tables import Staff
from web import find
from web.language import say
from web.site import faces
from web.site.ticket_files import calendar_file

AnyRequest = Request[Any, Any, Any]
LANGUAGE = "zh"  # its bytes must not change with who fetches it


@get("/C/{secret:str}/linju.ics", name="site.feeds.show")
async def show(request: AnyRequest, secret: FromPath[str]) -> Response[bytes]:
    """404 once the address was renewed, its family forgotten, its member of staff gone."""
    feed = await addresses.find(secret)
    if feed is None:
        raise NotThere
    name, entries = await _content(request, feed)
    file = ics.calendar(name, listing.ZONE, entries)
    return calendar_file(request, file, cache="private, no-cache", changed=max(feed.created_at, feeds.last_change(entries)))


async def _content(request: AnyRequest, feed: Feed) -> tuple[str, list[ics.Entry]]:
    wording = faces.wording(request, LANGUAGE)
    if feed.staff is None:
        return say(LANGUAGE, _("我们家的活动")), await families.of_household(await addresses.family_of(feed), wording)
    member = await find.by(Staff, Staff.id, feed.staff)
    return say(LANGUAGE, _("我的班")), await shifts.of_staff(member, wording)


handlers = [show]
