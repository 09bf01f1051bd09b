"""The poster with a group's own link, for chat platforms that fetch pictures themselves: no secret in its address."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from events.announce import links
from events.announce.tables import Group
from events.errors import NotThere
from web import find, replies
from web.desk import posters
from web.pressed import PRECOMPRESSED

AnyRequest = Request[Any, Any, Any]
CACHE = "public, max-age=300"  # seconds: what changed since is soon on it
MOST_AT_ONCE = 8  # being drawn or waited for, a third of a second each; a crowd of callers does not keep the desk from its own
SOON = "5"  # seconds

_under_way: set[object] = set()


@get(["/G/{code:str}/{event:int}/poster.png", "/g/{code:str}/{event:int}/poster.png"], name="site.posters.show", opt={PRECOMPRESSED: True})
async def show(request: AnyRequest, code: FromPath[str], event: FromPath[int]) -> Response[bytes]:
    """Of an event that anybody may see, for a group of its store. 503 for a moment when too many are asked for at once."""
    group, row = await _group(code), await find.public_event(event)
    if group.store != row.store or not posters.can_be_drawn():
        raise NotThere
    if len(_under_way) >= MOST_AT_ONCE:
        return Response(b"", status_code=503, headers={"Retry-After": SOON}, media_type="image/png")
    turn = object()
    _under_way.add(turn)
    try:
        picture = await posters.drawn(group, row, request.app.state.settings.address)
    finally:
        _under_way.discard(turn)
    return replies.conditional(request, picture, media_type="image/png", cache=CACHE)


async def _group(code: str) -> Group:
    known = await links.code(code)
    group = await Group.objects().where(Group.code == known).first() if known else None
    if group is None:
        raise NotThere
    return group


handlers = [show]
