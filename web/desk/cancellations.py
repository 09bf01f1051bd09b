"""Calling an event off, with a reason families read."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.announce import follow_ups
from events.catalog import events, listing
from web import find, forms, replies, viewer
from web.desk import changes, confirming, event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/events/{id:int}/cancellation", name="desk.cancellations.new")
async def new(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    """Asks first: how many sessions and families it concerns."""
    return await draw(request, forms.blank(request))


async def draw(request: AnyRequest, form: forms.Form) -> Response[Any]:
    event = await find.event(viewer.seen(request), int(request.path_params["id"]))
    page = await listing.event_page(event.id, with_drafts=True)
    not_begun = [meeting for meeting in page.meetings if meeting.is_on and meeting.starts_at > clock.now()]
    coming = await event_pages.sittings(request, page.offer, not_begun)
    return replies.page(
        request,
        "desk/cancellations/new",
        form=form,
        event=page.offer,
        coming=coming,
        taken=sum(sitting.count.taken for sitting in coming),
        most=events.REASON,
    )


async def draw_create(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """Where only what is told was refused, the page that asked for it; else the form."""
    if confirming.is_about_words(form):
        event = await find.event(viewer.seen(request), int(request.path_params["id"]))
        page = await confirming.calling_off_event(request, form, event)
        if page is not None:
            return page
    return await draw(request, form)


@post("/events/{id:int}/cancellation", name="desk.cancellations.create", status_code=303, opt={"form": draw_create})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    event = await find.event(viewer, id)
    form = await forms.read(request)
    reason = form.text("reason", at_most=events.REASON)
    told = confirming.telling(form)
    form.check()
    await events.check_cancel(event, reason, by=viewer.member)
    if not confirming.is_confirmed(form) and (page := await confirming.calling_off_event(request, form, event)) is not None:
        return page
    made = await follow_ups.cancel_event(event, reason, telling=told, by=viewer.member, address=request.app.state.settings.address)
    return changes.done(request, made, event, note="cancelled")


handlers = [new, create]
