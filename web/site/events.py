"""The public list of what is on, and an event's page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from events import clock
from events.catalog import listing
from events.catalog.tables import Kind
from events.errors import _
from web import find, kept, replies, viewer
from web.language import say
from web.pressed import PRECOMPRESSED
from web.site import event_pages, faces
from web.site.views import View

AnyRequest = Request[Any, Any, Any]
WEEK_NAMES = (_("这周"), _("下周"), _("再下周"), _("三周后"))
WEEKS = len(WEEK_NAMES)


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. Anything unknown in an address is as if it were not there."""

    kind: Kind | None = None
    store: int | None = None
    week: int | None = None  # 0 is this one
    room: bool = False

    def address(self, **changed: object) -> str:
        """The list with one filter set otherwise."""
        values = {"kind": self.kind, "store": self.store, "week": self.week, "room": self.room or None} | changed
        said = {name: int(value) if value is True else str(value) for name, value in values.items() if value not in (None, False)}
        return "/?" + urlencode(said) if said else "/"


@get("/", name="site.events.index", opt={PRECOMPRESSED: True})
async def index(
    request: AnyRequest, kind: FromQuery[str] = "", store: FromQuery[str] = "", week: FromQuery[str] = "", room: FromQuery[str] = ""
) -> Response[Any]:
    """What is on, soonest first. Anything unknown in the address is as if it were not there."""
    return await kept.page(request, lambda: _list(request, kind, store, week, room))


async def _list(request: AnyRequest, kind: str, store: str, week: str, room: str) -> Response[str]:
    stores = await listing.stores()
    filters = Filters(
        kind=Kind(kind) if kind in {each.value for each in Kind} else None,
        store=int(store) if store in {str(each.id) for each in stores} else None,
        week=int(week) if week in {str(number) for number in range(WEEKS)} else None,
        room=room == "1",
    )
    rows = await listing.coming(store=filters.store, kind=filters.kind, week=_day_in(filters.week))
    cards = await event_pages.cards(request, rows)
    if filters.room:
        cards = [
            card
            for card in cards
            if card.face.is_open and not card.face.count.waiting_families and card.face.count.taken < card.face.places
        ]
    days: dict[str, list[event_pages.Card]] = {}
    for card in cards:
        days.setdefault(card.face.day, []).append(card)
    speech = viewer.seen(request).language
    return replies.page(
        request,
        "site/events/index",
        filters=filters,
        view=View("list", next((each for each in stores if each.id == filters.store), None), filters.kind, _day_in(filters.week)),
        stores=stores,
        store=next((each for each in stores if each.id == filters.store), stores[0] if len(stores) == 1 else None),
        kinds=faces.kinds(speech),
        weeks=range(WEEKS),
        week_names=[say(speech, words) for words in WEEK_NAMES],
        days=days,
    )


@get("/events/{event:int}", name="site.events.show", opt={PRECOMPRESSED: True})
async def show(request: AnyRequest, event: FromPath[int], via: FromQuery[str] = "") -> Response[Any]:
    """`via` is the group's code a family came by; the form carries it on."""
    return await kept.page(request, lambda: _one(request, event, faces.came_by(via)))


async def _one(request: AnyRequest, event: int, via: str) -> Response[str]:
    page = await listing.event_page(event if 0 < event <= find.LARGEST else 0)
    return replies.page(request, "site/events/show", via=via, **await event_pages.whole_event(request, page))


def _day_in(week: int | None) -> date | None:
    return None if week is None else clock.now().date() + timedelta(weeks=week)


handlers = [index, show]
