"""Children who are still with us, the longest first, whom to call; and who was handed back to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from events import clock, codes
from events.checkin.care import handed, pickups
from events.checkin.care.handed import Handed
from events.checkin.care.pickups import Child
from events.errors import _
from events.signup.tables import Attendee
from web import find, replies
from web.door import doors, words
from web.language import say
from web.times import Times, duration
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
NAMELESS = _("没记名字的孩子")


@dataclass(frozen=True)
class Family:
    """One family's children, with the way to hand them back."""

    ticket: int | None
    name: str
    phone: str
    children: str
    allergies: tuple[str, ...]
    since: str
    span: str  # how long


@dataclass(frozen=True)
class Line:
    """A hand-over in words."""

    id: int
    children: str
    when: str
    to: str
    how: str
    by: str


@get("/{session:int}/children", name="door.children.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """A host's own screen: it names children, and is never turned to the shop."""
    await find.session(viewer, session)
    context = await doors.page(request, session)
    return replies.page(request, "door/children/index", **await _told(session, context["times"], viewer.language), **context)


@get("/{session:int}/children/list", name="door.children.list")
async def changed(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], seen: FromQuery[str] = "") -> Response[Any]:
    """What changes of it; 204 while it says what was `seen`."""
    await find.session(viewer, session)
    context = await doors.page(request, session)
    told = await _told(session, context["times"], viewer.language)
    if told["tag"] == seen:
        return Response(None, status_code=204)
    return Response(replies.draw(request, "door/children/_list", **told, **context), media_type=MediaType.HTML)


async def _told(session: int, times: Times, language: str) -> dict[str, Any]:
    here = await pickups.still_here([session])
    families = _families(here, times, language)
    lines = [line(each, times, language) for each in await handed.of_session(session)]
    return {"families": families, "lines": lines, "count": len(here), "tag": codes.digest(repr((families, lines, language)))[:12]}


def _families(children: Sequence[Child], times: Times, language: str) -> list[Family]:
    """As they come: the longest first."""
    found: dict[int, list[Child]] = {}
    for child in children:
        found.setdefault(child.registration, []).append(child)

    def of(own: list[Child]) -> Family:
        first, people = own[0], [child.attendee for child in own]
        return Family(
            ticket=first.ticket,
            name=first.name,
            phone=first.phone,
            children=called(people, language),
            allergies=tuple(person.allergies for person in people if person.allergies),
            since=times.bare(first.since),
            span=duration(clock.now() - first.since, language),
        )

    return [of(own) for own in found.values()]


def called(people: Sequence[Attendee], language: str) -> str:
    """By their names; whoever's is not kept, as many as they are."""
    return say(language, _("、")).join(person.name or say(language, NAMELESS) for person in people)


def line(each: Handed, times: Times, language: str) -> Line:
    """A hand-over in words."""
    how = words.CHECKED[each.checked] if each.checked in words.CHECKED else words.PROOFS[each.proof]
    return Line(each.id, called(each.children, language), times.bare(each.at), each.collector, say(language, how), each.by)


handlers = [index, changed]
