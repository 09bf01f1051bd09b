"""A group's own links: to all that is on, for its notice, and to one event, whose page remembers by which group one came."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events import db
from events.announce import links
from events.announce.tables import Group
from events.catalog import listing
from events.catalog.tables import Store
from events.errors import NotThere
from web import find, kept, replies, touches
from web.pressed import PRECOMPRESSED
from web.site import event_pages, faces

AnyRequest = Request[Any, Any, Any]


@get(["/G/{code:str}", "/g/{code:str}"], name="site.group_links.index", opt={PRECOMPRESSED: True})
async def index(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    """What is on in the group's store, each by the group's own link; a code that nobody knows leads to the list of everything."""
    group = await links.group(code)
    if group is None:
        return replies.away("/")
    return await kept.page(request, lambda: _list(request, group))


async def _list(request: AnyRequest, group: Group) -> Response[str]:
    store = await db.row(Store, group.store)
    if store is None:
        raise NotThere
    cards = await event_pages.cards(request, await listing.coming(store=store.id))
    days: dict[str, list[event_pages.Card]] = {}
    for card in cards:
        days.setdefault(card.face.day, []).append(card)
    times = faces.times_of(request, store)
    return replies.page(request, "site/group_links/index", store=store, code=group.code, days=days, times=times)


@get(["/G/{code:str}/{event:int}", "/g/{code:str}/{event:int}"], name="site.group_links.show")
async def show(request: AnyRequest, code: FromPath[str], event: FromPath[int]) -> Response[None]:
    """The code in any case, as a QR has it in capitals; one that nobody knows leads to the event all the same.

    The page's address names the group too, for browsers that keep no cookie.
    """
    known = await links.code(code)
    page = request.app.route_reverse("site.events.show", event=event)
    response = replies.away(f"{page}?via={known}" if known else page)
    if known and 0 < event <= find.LARGEST:
        await touches.note(request, response, event, known)
    return response


handlers = [index, show]
