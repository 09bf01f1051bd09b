"""The desk's first page: what happens today, and what somebody must do."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from events import clock
from events.announce import deliveries
from events.catalog import listing, stores
from events.checkin import rosters
from events.notices import calls
from events.people import rights
from events.signup import todos
from web import replies
from web.desk import clash_words, delivery_pages
from web.site import event_pages, faces
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/", name="desk.today.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Today's sessions of the stores one sees, and the next coming ones when there are none."""
    rows = await listing.coming(store=None if rights.owns(viewer.member) else viewer.member.store, limit=30)
    cards = await event_pages.cards(request, rows)
    times = faces.desk_times(request)
    today = [card for card in cards if card.is_today]
    seen = await stores.seen_by(viewer.member)
    waits = await todos.of(viewer.member)
    to_call = await calls.open_for(viewer.member)
    return replies.page(
        request,
        "desk/today/index",
        todos=[(todo, Times(todo.zone, clock.now(), viewer.language)) for todo in waits],
        to_call=[(todo, Times(todo.zone, clock.now(), viewer.language)) for todo in to_call],
        clashing=await clash_words.soon(viewer),
        shop=seen[0].name if len(seen) == 1 else "",
        shows_store=len(seen) > 1,
        today=today,
        today_heads=await rosters.heads_of([card.face.id for card in today]),
        later=[card for card in cards if not card.is_today][:6],
        waiting=delivery_pages.faces(await deliveries.waiting_for(viewer.member), by=viewer.member, times=times, language=viewer.language),
        times=times,
    )


handlers = [index]
