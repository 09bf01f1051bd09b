"""A chef's day on one page: on paper, and on a phone without a connection. It names no family."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from events import clock
from events.catalog import stores
from events.catalog.tables import Store
from events.checkin.kitchen import routes
from events.checkin.kitchen.routes import Stop
from events.errors import NotThere, _
from events.people import phones
from web import find, replies
from web import viewer as viewers
from web.language import say
from web.site import faces, visits
from web.site.visits import WayIn
from web.times import Times, duration
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
UNTIL = "linju-kept-until"  # milliseconds since 1970: the service worker keeps a page that has it, and no longer than that
SHORT = timedelta(minutes=30)  # less than this between two places is worth a warning
DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Leg:
    """The way to the next visit, in words."""

    words: str
    is_short: bool


@dataclass(frozen=True)
class Call:
    """One visit as the chef reads it."""

    stop: Stop
    hours: str
    clock: str
    exact: str
    where: str
    directions: str
    way_in: WayIn
    reason: str  # why it was called off
    leg: Leg | None


@get("/route", name="door.routes.show")
async def show(
    request: AnyRequest, viewer: NamedDependency[Viewer], day: FromQuery[str] = "", chef: FromQuery[str] = "", store: FromQuery[int] = 0
) -> Response[Any]:
    """That day's visits of a store, of all its chefs or of one; today's where no day is named."""
    seen = await stores.seen_by(viewer.member)
    row = await find.store(viewer, store) if store else await first(seen)
    chosen = read_day(day, row.zone)
    stops = await routes.of(row, chosen)
    name = chef.strip()
    his = [stop for stop in stops if not name or routes.called(stop.event) == name]
    ways = {"chefs": routes.chefs(stops), "stores": seen if len(seen) > 1 else []}
    return draw(request, row, chosen, name, his, routes.over_at(his, chosen, row.zone), **ways)


async def first(seen: Sequence[Store]) -> Store:
    """Of an owner's stores one that a chef goes out from about now."""
    if not seen:
        raise NotThere
    busy = await routes.stores(clock.now()) if len(seen) > 1 else ()
    return next((store for store in seen if store.id in busy), seen[0])


def draw(request: AnyRequest, store: Store, day: date, chef: str, stops: list[Stop], until: datetime, **ways: Any) -> Response[Any]:
    """The page, which a device keeps `until` then; `ways` lead to other days and chefs, where one may go there."""
    times, language = faces.times_of(request, store), viewers.seen(request).language
    moment, cooks = routes.bounds(day, store.zone)[0], dict.fromkeys(routes.called(stop.event) for stop in stops)
    page = replies.page(
        request,
        "door/routes/show",
        store=store,
        times=times,
        day=day,
        dated=times.date(moment),
        chef=chef,
        spaced=phones.spaced,
        tours=[(cook, [_call(stop, times, language) for stop in stops if routes.called(stop.event) == cook]) for cook in cooks],
        until=faces.milliseconds(until),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        **{"chefs": [], "stores": [], "is_helping": False, **ways},
    )
    if until > clock.now():
        page.headers[UNTIL] = str(faces.milliseconds(until))
    return page


def _call(stop: Stop, times: Times, language: str) -> Call:
    session, compound = stop.session, stop.compound
    parts = (compound.name, compound.address) if compound else ()
    return Call(
        stop=stop,
        hours=times.hours(session.starts_at, session.ends_at),
        clock=times.clock(session.starts_at),
        exact=times.exact(session.starts_at),
        where=" · ".join(part for part in (*parts, stop.venue.name, stop.venue.address) if part),
        directions=stop.venue.directions,
        way_in=visits.of(session, compound),
        reason=session.cancel_reason or stop.event.cancel_reason,
        leg=_leg(stop, language),
    )


def _leg(stop: Stop, language: str) -> Leg | None:
    gap = stop.gap
    if gap is None:
        return None
    if gap < timedelta(0):
        return Leg(say(language, _("和下一场重了 %(time)s"), time=duration(-gap, language)), is_short=True)
    if stop.stays:
        return Leg(say(language, _("不用换地方，歇 %(time)s"), time=duration(gap, language)), is_short=False)
    return Leg(say(language, _("路上有 %(time)s"), time=duration(gap, language)), is_short=gap < SHORT)


def read_day(typed: str, zone: str) -> date:
    """NotThere for what is no day of this century."""
    if not typed:
        return clock.now().astimezone(ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(typed) if DAY.fullmatch(typed) else _none()
    except ValueError:
        raise NotThere from None


def _none() -> date:
    raise NotThere


handlers = [show]
