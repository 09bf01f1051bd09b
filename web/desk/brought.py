"""What groups and announcements brought a store: who signed up and who came, in the last weeks. Counts only, no names."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.announce import announcements, brought, origins
from events.announce.tables import Announcement, Group, Template
from events.catalog import stores
from events.catalog.tables import Store
from web import find, replies
from web.desk import brought_pages, digest_words
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/brought", name="desk.brought.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[int] = 0) -> Response[Any]:
    """One store's; an owner chooses which."""
    seen = await stores.seen_by(viewer.member)
    chosen = await find.store(viewer, store or (seen[0].id if seen else 0))

    def path(group: Group) -> str:
        return request.app.route_reverse("desk.brought.show", id=group.id)

    latest = await announcements.seen_by(viewer.member, store=chosen.id)
    posted = await brought.reached(latest)
    latest = [row for row in latest if row.id in posted]
    found = await brought.of_announcements(latest)
    return replies.page(
        request,
        "desk/brought/index",
        stores=seen,
        store_now=chosen,
        n=origins.WEEKS,
        told=brought_pages.told,
        latest=[(row, title(row, viewer.language), brought_pages.total(found.get(row.id, {}))) for row in latest],
        times=faces.times_of(request, chosen),
        **await brought_pages.of_store(chosen, viewer.language, path),
    )


@get("/groups/{id:int}/brought", name="desk.brought.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """One group's."""
    group = await find.group(viewer, id)
    store = await find.by(Store, Store.id, group.store)
    weeks = await brought_pages.of_group(group, store, viewer.language)
    return replies.page(request, "desk/brought/show", group=group, weeks=weeks, n=origins.WEEKS, times=faces.times_of(request, store))


def title(announcement: Announcement, language: str) -> str:
    """An announcement in a list: its event's title, or that it is a digest. With its event."""
    return digest_words.title(language) if announcement.template == Template.DIGEST else str(announcement.event.title)


handlers = [index, show]
