"""The daily digest of one group: what the next one will say, as things stand now."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.announce import digests, links, programmes
from events.catalog.tables import Store
from web import find, replies
from web.desk import digest_words
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/groups/{id:int}/digest", name="desk.digests.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """With the group's own links; whether or not the group wants it yet."""
    group = await find.group(viewer, id)
    store = await find.by(Store, Store.id, group.store)
    moment, base = clock.now(), request.app.state.settings.address
    at = digests.next_at(store, moment)
    programme = programmes.of_group(await programmes.week(store, at), group)
    text = digests.written(programme, group, digest_words.written_at(at), base)
    return replies.page(
        request,
        "desk/digests/show",
        group=group,
        at=at,
        words=links.filled(text, group, base),
        last=await digests.of_day(group, moment),
        times=faces.times_of(request, store),
    )


handlers = [show]
