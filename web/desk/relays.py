"""A session's list as a chat relay, to copy into the group."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.checkin import rosters
from events.intake.relay import writing
from events.intake.relay.writing import Entry, Heading, Names
from events.signup import capacity, openings
from events.signup.tables import AttendeeKind, State
from web import find, replies
from web.desk.announcement_words import LANGUAGE
from web.site import event_pages, faces
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/sessions/{session:int}/relay", name="desk.relays.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], names: FromQuery[str] = "") -> Response[Any]:
    """In the groups' language whoever looks; names are masked unless they are asked for in full."""
    await find.session(viewer, session)
    row, event, store = await sessions.whole(session)
    chosen = Names.FULL if names == Names.FULL else Names.MASKED
    families = _entries(await rosters.of(row.id))
    words = writing.write(
        await _heading(event, row, store, request.app.state.settings.address),
        families,
        places_left=await _places_left(event, row),
        names=chosen,
    )
    context = await event_pages.one_session(request, event, row, store, confirmed=True)
    return replies.page(request, "desk/relays/show", words=words, names=chosen, families=len(families), **context)


async def _heading(event: Event, session: Session, store: Store, base: str) -> Heading:
    """What the public page tells: of a compound its name only."""
    times = Times(store.zone, clock.now(), LANGUAGE)
    where = await faces.place(await event_pages.venue_of(session), confirmed=False)
    return Heading(event.title, times.dated(session.starts_at, session.ends_at), where, f"{base.rstrip('/')}/events/{event.id}")


async def _places_left(event: Event, session: Session) -> int | None:
    """Nothing to say where nobody can sign up any more."""
    if openings.stage(event, session, clock.now()) in {"open", "early"}:
        return max(session.places - (await capacity.count(session.id)).taken, 0)
    return None


def _entries(rows: list[rosters.Row]) -> list[Entry]:
    """Who is in, who was asked and has not answered yet, who waits in order, who let its turn pass."""
    placed = [_entry(row, None) for row in rows if row.registration.state == State.PLACED]
    asked = [_entry(row, 0) for row in rows if row.registration.state == State.OFFERED]
    waiting = [row for row in rows if row.registration.state == State.WAITING]
    in_order = [row for row in waiting if row.registration.lapsed_at is None]
    lapsed = [_entry(row, 0) for row in waiting if row.registration.lapsed_at is not None]
    return [*placed, *asked, *(_entry(row, place) for place, row in enumerate(in_order, start=1)), *lapsed]


def _entry(row: rosters.Row, place: int | None) -> Entry:
    children = sum(person.kind == AttendeeKind.CHILD for person in row.people)
    return Entry(row.registration.name, len(row.people) - children, children, place)


handlers = [show]
