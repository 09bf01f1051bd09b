"""An event's links, one for each group: to copy, as a QR, and with how many came by each."""

import asyncio
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from events.announce import groups, links
from events.announce.links import Came
from events.announce.tables import Group, GroupKind
from events.checkin import qr as codes
from events.errors import NotThere
from web import find, replies
from web.desk import delivery_pages, posters
from web.language import say
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Line:
    """One group with its link."""

    id: int
    name: str
    kind: str
    is_archived: bool
    address: str
    qr: Markup
    came: Came


@get("/events/{event:int}/links", name="desk.links.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int]) -> Response[Any]:
    """The store's groups; one put away only if somebody came by it."""
    row = await find.event(viewer, event)
    ways = await links.ways(row.id)
    shown = await groups.of_store(row.store, also=ways.by_group)
    base = request.app.state.settings.address
    lines = await asyncio.to_thread(lambda: [_line(each, row.id, base, ways, viewer.language) for each in shown])
    others = ways.by_group.keys() - {each.code for each in shown}
    return replies.page(
        request,
        "desk/links/index",
        event=row,
        has_poster=posters.can_be_drawn(),
        lines=lines,
        others=sum((ways.by_group[code] for code in others), Came()),
        by_page=ways.by_page,
        by_store=ways.by_store,
    )


@get("/events/{event:int}/links/{group:int}/qr.png", name="desk.links.qr")
async def qr(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int], group: FromPath[int]) -> Response[bytes]:
    """A group's link as a picture to keep."""
    row, of = await find.event(viewer, event), await find.group(viewer, group)
    if of.store != row.store:
        raise NotThere
    picture = await asyncio.to_thread(codes.png, _payload(of, row.id, request.app.state.settings.address))
    return replies.conditional(request, picture, media_type="image/png", cache="private, max-age=3600")


def _line(group: Group, event: int, base: str, ways: links.Ways, language: str) -> Line:
    return Line(
        id=group.id,
        name=group.name,
        kind=say(language, delivery_pages.KINDS[GroupKind(group.kind)]),
        is_archived=group.archived_at is not None,
        address=links.address(group, event, base),
        qr=Markup(codes.svg(_payload(group, event, base))),  # noqa: S704 -- drawn by us, of numbers only
        came=ways.by_group.get(group.code, Came()),
    )


def _payload(group: Group, event: int, base: str) -> str:
    """The link in upper case: a smaller symbol."""
    return codes.address_payload(base, links.path(group, event))


handlers = [index, qr]
