"""The screen in the shop: how many are inside, who just came, who is missing. It changes by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath, FromQuery

from events import codes
from events.catalog import sessions
from events.checkin import boards, naming
from events.checkin.boards import Came
from events.checkin.naming import Names
from events.errors import _
from web import counts, find, replies
from web.language import say
from web.site import event_pages, faces
from web.site.faces import SessionFace
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
CHOICES = {Names.MASKED: _("林**"), Names.FAMILY: _("林家"), Names.NONE: _("不写名字"), Names.FULL: _("写全名")}


@dataclass(frozen=True)
class Line:
    """A family as the screen tells of it."""

    name: str
    party: str
    when: str
    is_by_itself: bool


@get("/{session:int}/board", name="door.board.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], names: FromQuery[str] = "") -> Response[Any]:
    """For a screen that families can read. Nothing remembers what `names` was: a screen opened again shows no more than it must."""
    await find.session(viewer, session)
    context = await _context(request, viewer, session, names)
    chips = [(each.value, say(viewer.language, words)) for each, words in CHOICES.items()]
    return replies.page(request, "door/board/show", choices=chips, **context)


@get("/{session:int}/board/picture", name="door.board.picture")
async def picture(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], names: FromQuery[str] = ""
) -> Response[Any]:
    """What changes of it; 304 while nothing does."""
    await find.session(viewer, session)
    context = await _context(request, viewer, session, names)
    tag = f'"{context["tag"]}"'
    headers = {"etag": tag}  # kept by the page itself, never by the browser
    if request.headers.get("if-none-match") == tag:
        return Response(None, status_code=304, headers=headers)
    return Response(replies.draw(request, "door/board/_picture", **context), media_type=MediaType.HTML, headers=headers)


async def _context(request: AnyRequest, viewer: Viewer, session: int, names: str) -> dict[str, Any]:
    """All that the screen says, and a tag that is another one whenever it says something else."""
    row, event, store = await sessions.whole(session)
    board, times = await boards.of(row), faces.times_of(request, store)
    chosen = Names(names) if names in set(Names) else Names.MASKED
    face: SessionFace = (await event_pages.one_session(request, event, row, store))["face"]
    lines = [_line(came, chosen, times, viewer.language) for came in board.came]
    children = _children(board.came) if chosen is Names.FULL else []
    said = (event.title, face.when, face.where, face.is_over, face.is_cancelled, board.heads, board.missing, board.left, lines, children)
    return {
        "session": row,
        "event": event,
        "face": face,
        "board": board,
        "lines": lines,
        "children": children,
        "names": chosen.value,
        "tag": codes.digest(repr((said, chosen, viewer.language)))[:16],
    }


def _line(came: Came, names: Names, times: Times, language: str) -> Line:
    return Line(
        name=_name(came.name, names, language),
        party=counts.party(came.adults, len(came.children), language),
        when=times.bare(came.at),
        is_by_itself=came.is_by_itself,
    )


def _children(families: Sequence[Came]) -> list[str]:
    """By their given names, in an order that does not tell whose they are: nobody calls a child by what this screen says."""
    return sorted(naming.given(name, came.name) for came in families for name in came.children if name)


def _name(name: str, names: Names, language: str) -> str:
    match names:
        case Names.NONE:
            return ""
        case Names.FULL:
            return name
        case Names.FAMILY if own := naming.surname(name):
            return say(language, _("%(name)s家"), name=own)
    return naming.masked(name)


handlers = [show, picture]
