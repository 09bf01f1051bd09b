"""A session's roster for a device at the door, and what changed since it was fetched."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.template.base import csrf_token

from events import clock
from events.catalog.tables import Session
from events.checkin import door_rosters, families, presence, recording, revisions, verdicts
from events.checkin.families import Door
from events.checkin.presence import Presence
from events.checkin.verdicts import Verdict
from events.people import rights
from events.people.tables import Staff
from web import find
from web.door import lately, roster_lines, words
from web.door.lately import Counts
from web.door.roster_lines import Line
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
KEPT = timedelta(hours=12)  # on a device, after the session's end
DOORS = 200
MOMENT = 0.3  # seconds an answer about who moved serves every device: with a phone's own pace, all know within 2
LATELY, AGE = timedelta(seconds=5), timedelta(seconds=MOMENT)  # whoever asks about less than that may be given more
LATEST = 4_102_444_800_000  # milliseconds: the year 2100
Where = tuple[int, int, str]  # 0 outside, 1 inside, 2 left; since when; by whom
CODES = {"outside": 0, "inside": 1, "left": 2}


class Meeting(msgspec.Struct):
    """The session at whose door the device stands."""

    id: int
    title: str
    when: str
    where: str
    kind: str
    starts: int
    ends: int
    places: int


class Word(msgspec.Struct):
    """A verdict as people read it."""

    word: str
    tone: str
    why: str


class Roster(msgspec.Struct):
    """All that a device needs to answer without a connection. Moments are milliseconds since 1970 by our clock; `from` is when the
    answers begin to hold, on the session's day: before it nobody's ticket is of today."""

    rev: str
    at: int
    token: str
    wipe_at: int
    holds_from: int = msgspec.field(name="from")
    session: Meeting
    expected: int
    me: str
    leads: bool
    order: list[str]
    open: list[str]
    may: list[str]
    company: tuple[int, ...] | None
    unknown: str
    words: dict[str, Word]
    families: dict[str, Line]
    inside: dict[int, Where]
    heads: Counts
    drop_off: bool = False  # children are handed back here, by a code or a check of identity


class Changes(msgspec.Struct):
    """Whoever moved, and the roster's tag as it is now."""

    at: int
    rev: str
    inside: dict[int, Where]
    heads: Counts


@get("/{session:int}/roster.json", name="door.rosters.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[bytes]:
    """The roster, in the reader's language."""
    door = await find.door(viewer, session)
    rev = await revisions.one(door)  # before what it stands for
    roster = await door_rosters.of(door.session)
    return answer(await _drawn(request, viewer, roster, rev))


@get("/{session:int}/changes.json", name="door.rosters.changes")
async def changes(
    request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], since: FromQuery[int] = 0
) -> Response[bytes]:
    """Who went in or out since a moment of our clock, in milliseconds."""
    return answer(await moved(await find.session(viewer, session), since))


async def moved(row: Session, since: int) -> Changes:
    """The same, of a session somebody may see. Devices that ask at about the same time get the same answer."""
    asked = datetime.fromtimestamp(min(max(since, 0), LATEST) / 1000, UTC)
    if clock.now() - asked > LATELY:
        return await _changes(row, asked)
    async with _looking:  # one looks, the others of the same moment find it
        known = _seen.get(row.uid)
        if known is None or time.monotonic() - known[0] >= MOMENT:
            if len(_seen) >= DOORS:
                _seen.clear()
            known = _seen[row.uid] = (time.monotonic(), await _changes(row, clock.now() - LATELY - AGE))
    return known[1]


async def _changes(session: Session, since: datetime) -> Changes:
    at = clock.now()
    moved = await door_rosters.changes(session, since)
    rev = await revisions.one(await families.door_of(session))
    return Changes(milliseconds(at), rev, await where(moved, at), await heads(session))


_looking = asyncio.Lock()
_seen: dict[UUID, tuple[float, Changes]] = {}


def answer(said: msgspec.Struct) -> Response[bytes]:
    """As JSON that nobody keeps but the device itself."""
    return Response(msgspec.json.encode(said), media_type="application/json")


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


async def where(people: dict[int, Presence | None], at: datetime, *, known: Staff | None = None) -> dict[int, Where]:
    """Where each is; whoever is outside again since `at` at the latest. The name of whom is `known` is not looked up."""
    names = {known.id: known.name} if known else {}
    ids = sorted({each.made_by for each in people.values() if each and each.made_by} - set(names))
    names |= {row["id"]: row["name"] for row in (await Staff.select(Staff.id, Staff.name).where(Staff.id.is_in(ids)) if ids else [])}
    themselves = dict.fromkeys(await recording.by_themselves(presence.unnamed(people.values())), recording.THEMSELVES)
    return {
        id: (CODES[each.where], milliseconds(each.at), names.get(each.made_by or 0) or themselves.get(each.nonce, ""))
        if each
        else (0, milliseconds(at), "")
        for id, each in people.items()
    }


async def heads(session: Session) -> Counts:
    """As they are now."""
    return (await lately.heads_of([session.id]))[session.id]


async def _drawn(request: AnyRequest, viewer: Viewer, roster: door_rosters.Roster, rev: str) -> Roster:
    door, counted = roster.door, await heads(roster.door.session)
    leads = rights.may_lead(viewer.member, door.store.id)
    return Roster(
        rev=rev,
        at=milliseconds(roster.at),
        token=str(csrf_token({"request": request})),
        wipe_at=milliseconds(door.session.ends_at + KEPT),
        holds_from=milliseconds(families.day_of(door)[0]),
        session=await meeting(request, door, viewer.language),
        expected=counted.expected,
        me=viewer.member.name,
        leads=leads,
        order=[verdict.value for verdict in verdicts.RANK],
        open=[verdict.value for verdict in verdicts.OPEN],
        may=sorted(verdicts.overrulable(is_lead=leads)),
        company=verdicts.company(door.event),
        unknown=Verdict.UNKNOWN.value,
        words={each.value: word(each, viewer.language) for each in Verdict},
        families=roster_lines.of(roster, faces.times_of(request, door.store), viewer.language),
        inside=await where(dict(roster.present), roster.at),
        heads=counted,
        drop_off=door.event.is_drop_off,
    )


def word(verdict: Verdict, language: str) -> Word:
    """A verdict in words."""
    return Word(words.word(verdict, language), words.tone(verdict), words.why(verdict, language))


async def meeting(request: AnyRequest, door: Door, language: str) -> Meeting:
    """The session in words."""
    session, times = door.session, faces.times_of(request, door.store)
    return Meeting(
        id=session.id,
        title=door.event.title,
        when=times.dated(session.starts_at, session.ends_at),
        where=await faces.place(await event_pages.venue_of(session), confirmed=True),
        kind=faces.kinds(language)[door.event.kind],
        starts=milliseconds(session.starts_at),
        ends=milliseconds(session.ends_at),
        places=session.places,
    )


handlers = [show, changes]
