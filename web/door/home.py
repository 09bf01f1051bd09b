"""The first page of the app at the door: today's sessions, and the way to each one's scanner, board and paper."""

from datetime import timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from events import clock
from events.catalog import listing, stores
from events.checkin import checks, rosters
from events.people import rights
from web import replies
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SHOWN = 60  # sessions looked through, from a day ago on


@get("/", name="door.home.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Today's sessions of the stores one sees and those still running, the over ones last; without any, the next one to come."""
    store = None if rights.owns(viewer.member) else viewer.member.store
    moment = clock.now()
    rows = await listing.coming(store=store, limit=SHOWN, now=moment - timedelta(days=1))
    begun = {row.session for row in rows if row.meeting.starts_at <= moment}
    cards = await event_pages.cards(request, rows)
    coming = [card for card in cards if not card.face.is_over]
    today = [card for card in coming if card.is_today or card.face.id in begun]
    over = [card for card in cards if card.is_today and card.face.is_over]
    return replies.page(
        request,
        "door/home/index",
        today=today,
        over=over,
        following=next((card for card in coming if not card.face.is_cancelled), None),
        heads=await rosters.heads_of([card.face.id for card in today + over]),
        open_checks=await checks.counts([card.face.id for card in today + over]),
        shows_store=len(await stores.seen_by(viewer.member)) > 1,
        times=faces.desk_times(request),
    )


handlers = [index]
