"""The first page of the app at the door: today's sessions, and the way to each one's scanner, board and paper."""

from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from events import clock
from events.catalog import listing, rules, stores
from events.catalog.listing import Row
from events.checkin import checks, rosters
from events.people import rights
from web import replies
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SHOWN = 60  # sessions looked through at once
DAY = timedelta(days=1)


@get("/", name="door.home.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Today's sessions of the stores one sees and those still running, the over ones last; without any, the next one to come."""
    store = None if rights.owns(viewer.member) else viewer.member.store
    moment = clock.now()
    rows = await _near(store, moment)
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
        with_children=await rules.with_children([card.face.id for card in today + over]),
        open_checks=await checks.counts([card.face.id for card in today + over]),
        shows_store=len(await stores.seen_by(viewer.member)) > 1,
        times=faces.desk_times(request),
    )


async def _near(store: int | None, moment: datetime) -> list[Row]:
    """From a day ago to a day ahead, however many: an owner of many stores has more than a page of yesterday's alone. At least the next."""
    found: list[Row] = []
    while True:
        after = (found[-1].meeting.starts_at, found[-1].session) if found else None
        page = await listing.coming(store=store, limit=SHOWN, now=moment - DAY, after=after)
        found += page
        if len(page) < SHOWN or page[-1].meeting.starts_at > moment + DAY:
            return found


handlers = [index]
