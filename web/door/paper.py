"""Paper for a door: the roster and badges; the chef's sheet has a file of its own. Whoever opens one to print it is in the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from events import clock
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.checkin import door_rosters, paper, qr, rosters
from events.checkin.door_rosters import Roster
from events.checkin.paper import Badge
from events.checkin.presence import Presence
from events.errors import NotThere, _
from events.signup import parties
from events.signup.tables import AttendeeKind, Registration, State
from web import counts, find, replies
from web.door import roster_lines
from web.door.roster_lines import Line
from web.language import say
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
BLANKS = 8  # lines for families that had not signed up
# By name: how it is called, and how many are on a sheet.
SIZES = {"ten": (_("A4 十张"), 10), "many": (_("A4 二十四张"), 24), "label": (_("标签 60×40"), 1), "small": (_("标签 62×29"), 1)}
NOT_YET = (State.OFFERED, State.PENDING, State.WAITING)


@dataclass(frozen=True)
class Family:
    """One on the printed roster."""

    letter: str  # its name's first, where it is another than the one before
    line: Line
    phone: str  # the last four
    arrived: dict[int, Presence]


@dataclass(frozen=True)
class Later:
    """One that has no place."""

    name: str
    party: str
    phone: str
    state: State


@dataclass(frozen=True)
class Label:
    """A badge in words; `fit` says how large its name may be."""

    called: str
    fit: str
    family: str
    age: str
    allergies: str
    is_to_ask: bool
    is_child: bool
    code: Markup


@get("/{session:int}/paper/roster", name="door.paper.roster")
async def roster(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Families by their names' letters with a box to tick for each person; then those who wait, and lines for walk-ins."""
    row, event, store = await of(viewer, session)
    await paper.roster_taken(row, by=viewer.member, store=store.id)
    whole = await door_rosters.of(row)
    lines = roster_lines.of(whole, faces.times_of(request, store), viewer.language)
    waiting = [each for each in await rosters.of(row.id) if each.registration.state in NOT_YET]
    return replies.page(
        request,
        "door/paper/roster",
        families=_families(whole, lines),
        later=[_later(each, viewer.language) for each in waiting],
        blanks=BLANKS,
        **await head(request, viewer, row, event, store),
    )


@get("/{session:int}/paper/badges", name="door.paper.badges")
async def badges(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], size: FromQuery[str] = "ten", who: FromQuery[str] = ""
) -> Response[Any]:
    """To stick or hang on people. `who`: children, all, or the id of one family; without it the children, if any come."""
    row, event, store = await of(viewer, session)
    await paper.badges_taken(row, by=viewer.member, store=store.id)
    everybody = await paper.badges(row.id)
    size = size if size in SIZES else "ten"
    who = who or ("children" if any(badge.is_child for badge in everybody) else "all")
    age, (_words, many) = faces.age_words(viewer.language, parties.day_of(row, store.zone)), SIZES[size]
    labels = [_label(badge, age(badge.person)) for badge in _chosen(everybody, who)]
    return replies.page(
        request,
        "door/paper/badges",
        sheets=[labels[start : start + many] for start in range(0, len(labels), many)],
        size=size,
        sizes=[(name, say(viewer.language, words)) for name, (words, _many) in SIZES.items()],
        who=who,
        count=len(labels),
        families={badge.registration.id: badge.registration.name for badge in everybody},
        **await head(request, viewer, row, event, store),
    )


async def of(viewer: Viewer, session: int) -> tuple[Session, Event, Store]:
    """The session a paper is of; a foreign one is not there."""
    await find.session(viewer, session)
    return await sessions.whole(session)


async def head(request: AnyRequest, viewer: Viewer, row: Session, event: Event, store: Store) -> dict[str, Any]:
    """What is on top of each paper: which session, and who printed it when."""
    context = await event_pages.one_session(request, event, row, store, confirmed=True)
    times = faces.times_of(request, store)
    moment = clock.now()
    printed = say(viewer.language, _("%(when)s %(name)s 印"), when=f"{times.date(moment)} {times.clock(moment)}", name=viewer.member.name)
    return {**context, "printed": printed, "heads": await rosters.heads(row.id)}


def _families(whole: Roster, lines: dict[str, Line]) -> list[Family]:
    """Those with a place, by the letters their names begin with."""
    here = whole.door.session.id
    placed = [each for each in whole.entries if each.family.session.id == here and each.family.registration.state == State.PLACED]
    found, last = [], ""
    for entry in sorted(placed, key=lambda each: paper.filed(each.family.registration)):
        registration, letter = entry.family.registration, paper.filed(entry.family.registration)[0]
        arrived = {person.id: whole.present[person.id] for person in entry.family.people if person.id in whole.present}
        found.append(Family(letter if letter != last else "", lines[entry.ticket.digest], registration.phone[-4:], arrived))
        last = letter
    return found


def _later(row: rosters.Row, language: str) -> Later:
    registration: Registration = row.registration
    children = sum(person.kind == AttendeeKind.CHILD for person in row.people)
    party = counts.party(len(row.people) - children, children, language)
    return Later(registration.name, party, registration.phone[-4:], State(registration.state))


def _chosen(everybody: Sequence[Badge], who: str) -> list[Badge]:
    """NotThere for a family that is not of this session, or has no place in it."""
    if who in {"children", "all"}:
        return [badge for badge in everybody if who == "all" or badge.is_child]
    of_family = [badge for badge in everybody if str(badge.registration.id) == who]
    if not of_family:
        raise NotThere
    return of_family


def _label(badge: Badge, age: str) -> Label:
    wide = sum(1 if letter.isascii() else 2 for letter in badge.called)
    return Label(
        called=badge.called,
        fit="long" if wide > 12 else "middle" if wide > 6 else "short",
        family=badge.registration.name if badge.called != badge.registration.name else "",
        age=age if badge.is_child else "",
        allergies=badge.person.allergies,
        is_to_ask=badge.is_to_ask,
        is_child=badge.is_child,
        code=Markup(qr.svg(badge.ticket.secret)),  # noqa: S704 -- our own drawing of letters and digits
    )


handlers = [roster, badges]
