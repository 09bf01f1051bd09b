"""What is loud on every page of the staff: children whom nobody has fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromQuery

from events import clock, codes
from events.catalog import sessions
from events.checkin.care import pickups
from events.checkin.care.pickups import Overdue
from events.people import rights
from events.people.tables import Staff
from web import replies, viewer
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True)
class Alarm:
    """A session that is over and whose children are still with us."""

    session: int
    title: str
    children: int
    ended: str  # when it was over, by the store's clock

    @property
    def key(self) -> str:
        """The same while nothing about it changes: it rings once."""
        return f"{self.session}-{self.children}"


@dataclass(frozen=True)
class Alarms:
    """All that a member of staff is told."""

    lines: tuple[Alarm, ...] = ()

    @property
    def tag(self) -> str:
        """Another one whenever something else is to be said."""
        return codes.digest(repr([each.key for each in self.lines]))[:12]


async def note(connection: Connection, member: Staff) -> None:
    """Let the page that this request draws begin with them; a page already open asks for them by itself."""
    accepted = connection.headers.get("accept", "")
    if connection.scope.get("method") == "GET" and "text/html" in accepted and "json" not in accepted:
        connection.state.alarms = await of(connection, member)


async def of(connection: Connection, member: Staff) -> Alarms:
    """Those of the stores they see, the longest over first."""
    if rights.owns(member):
        return Alarms(await _lines(connection, await pickups.overdue(None, clock.now())))
    stores = [member.store] if member.store is not None else []
    return Alarms(await _lines(connection, await pickups.overdue(stores, clock.now()) if stores else []))


async def _lines(connection: Connection, found: list[Overdue]) -> tuple[Alarm, ...]:
    language = viewer.seen(connection).language
    zones = [(await sessions.whole(each.session))[2].zone for each in found]
    return tuple(
        Alarm(each.session, each.title, each.children, Times(zone, clock.now(), language).clock(each.since))
        for each, zone in zip(found, zones, strict=True)
    )


@get("/alarms", name="desk.alarms.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], seen: FromQuery[str] = "") -> Response[Any]:
    """The banner of a page that is open; 204 while it says what was `seen`, and to a device that is signed out."""
    if viewer.staff is None:
        return Response(None, status_code=204)
    alarms = request.state.alarms = await of(request, viewer.staff)
    if alarms.tag == seen:
        return Response(None, status_code=204)
    return Response(replies.draw(request, "desk/alarms/_alarms"), media_type=MediaType.HTML)


handlers = [show]
