"""The receipt of a change: what went where, and what families answered, as it stands now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import duties
from events.announce import deliveries, follow_ups, waits
from events.announce.tables import Announcement
from events.catalog.tables import Event, Session, Store, Venue
from events.notices import calls, changes, replies
from events.notices.tables import Change, ChangeKind
from events.people import rights
from events.people.tables import Staff
from web import find
from web import replies as answers
from web.desk import delivery_pages
from web.desk.change_words import Move
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
SHOWN = 8  # sessions named, of an event called off


@dataclass(frozen=True)
class Gone:
    """One session of an act, as the receipt names it."""

    session: int
    move: Move | None
    when: str
    calls: int


def done(request: AnyRequest, change: Change | None, event: Event, *, note: str) -> Response[Any]:
    """The receipt; the event's page where there was nobody to tell."""
    duties.wake()
    if change is None:
        return answers.to(request, "desk.events.show", id=event.id, note=note)
    return answers.to(request, "desk.changes.show", id=change.id, note=note)


@get("/changes/{id:int}", name="desk.changes.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What went where, and what families answered, as it stands now."""
    change = await find.change(viewer, id)
    event = await find.event(viewer, change.event)
    store = await find.by(Store, Store.id, event.store)
    times = faces.times_of(request, store)
    made = await changes.of_act(change.act)
    announcement = await _announcement(change)
    lines = await deliveries.of(announcement) if announcement is not None else []
    tally = await replies.tally(made)
    return answers.page(
        request,
        "desk/changes/show",
        change=change,
        event=event,
        store=store,
        times=times,
        is_off=change.kind == ChangeKind.CALLED_OFF,
        reason=await _reason(made, event),
        gone=[await _gone(each, times) for each in made[:SHOWN]],
        more=max(len(made) - SHOWN, 0),
        tally=tally,
        leaves_at=await changes.leaves_at(made),
        announcement=announcement,
        faces=delivery_pages.faces(lines, by=viewer.member, times=times, language=viewer.language, waits=await waits.why(lines)),
        stopped=await follow_ups.stopped_by(made),
        made_by=await _name(change.made_by),
        is_under_way=bool(tally.leaving) or delivery_pages.is_under_way(lines),
        may_edit=rights.may_edit(viewer.member, event.store, event.host),
    )


async def _gone(change: Change, times: Any) -> Gone:
    session = await find.by(Session, Session.id, change.session)
    story = await changes.story(session.id)
    later = next((each for each in story.changes if each.id > change.id), None)
    to_call = sum(call.why is not None and call.change is not None for call in await calls.sheet(session))
    when = times.dated(change.was_starts_at, change.was_ends_at)
    if change.kind == ChangeKind.CALLED_OFF:
        return Gone(session.id, None, when, to_call)
    starts_at, ends_at = (session.starts_at, session.ends_at) if later is None else (later.was_starts_at, later.was_ends_at)
    was = await _place(change.was_venue)
    now = await _place(session.venue if later is None else later.was_venue)
    return Gone(session.id, Move(change.was_starts_at, change.was_ends_at, was, starts_at, ends_at, now), when, to_call)


async def _place(venue: int) -> str:
    return await faces.place(await find.by(Venue, Venue.id, venue), confirmed=False)


async def _reason(made: Sequence[Change], event: Event) -> str:
    row = await Session.select(Session.cancel_reason).where(Session.id == made[0].session).first()
    return (row["cancel_reason"] if row else "") or event.cancel_reason


async def _announcement(change: Change) -> Announcement | None:
    return await Announcement.objects().get(Announcement.id == change.announcement) if change.announcement is not None else None


async def _name(staff: int | None) -> str:
    row = await Staff.select(Staff.name).where(Staff.id == staff).first() if staff is not None else None
    return str(row["name"]) if row else ""


handlers = [show]
