"""What an announcement says, said otherwise in the groups that have not had it yet."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.announce import announcements, deliveries, editing, groups
from events.announce.tables import Announcement, Group, Template
from events.catalog import listing
from events.catalog.tables import Event
from web import counts, find, forms, replies, viewer
from web.desk import announcement_previews, digest_words, posters
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
VERSIONS = 1_000_000


@get("/announcements/{id:int}/wording", name="desk.wordings.edit")
async def edit(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    return await draw_edit(request, forms.blank(request))


async def draw_edit(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The words as they are now, and what the groups that still wait for them will see."""
    who = viewer.seen(request)
    announcement = await find.announcement(who, int(request.path_params["id"]))
    event = await find.by(Event, Event.id, announcement.event)
    lines = [line for line in await deliveries.of(announcement) if line.state in editing.OPEN]
    rows = [row for row in await groups.of_store(announcement.store) if row.id in {line.group for line in lines}]
    is_digest = announcement.template == Template.DIGEST
    form.fill(text=digest_words.readable(announcement.text, who.language) if is_digest else announcement.text, version=announcement.version)
    return replies.page(
        request,
        "desk/wordings/edit",
        form=form,
        announcement=announcement,
        event=event,
        can_edit=editing.may_edit(who.member, announcement) and bool(rows),
        previews=_previews(request, announcement, form.value("text"), rows, event, who),
        chosen=len(rows),
        members=counts.people(sum(row.members for row in rows), who.language),
        picture=(await listing.event_page(event.id, with_drafts=True)).offer.picture or "",
        has_poster=posters.can_be_drawn(),
    )


@post("/announcements/{id:int}/wording", name="desk.wordings.update", status_code=303, opt={"form": draw_edit})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    announcement = await find.announcement(viewer, id)
    form = await forms.read(request)
    if form.value("act") == "preview":
        page = await draw_edit(request, form)
        page.status_code = 200
        return page
    text = form.text("text", at_most=announcements.LONGEST, lines=True)
    version = form.integer("version", 1, VERSIONS)
    form.check()
    address = request.app.state.settings.address
    await editing.edit(announcement, text, version=version, by=viewer.member, address=address)
    return replies.to(request, "desk.announcements.show", id=id, note="reworded")


def _previews(
    request: AnyRequest, announcement: Announcement, text: str, rows: list[Group], event: Event, who: Viewer
) -> list[announcement_previews.Preview]:
    """Of the words in the form, which are not the row's yet."""
    as_typed = Announcement(
        store=announcement.store,
        event=announcement.event,
        template=announcement.template,
        shape=announcement.shape,
        text=text.replace("\r\n", "\n").strip(),
        mention_all=announcement.mention_all,
        made_by=announcement.made_by,
        key=announcement.key,
    )
    return announcement_previews.of(as_typed, rows, event, request.app.state.settings.address, who.language)


handlers = [edit, update]
