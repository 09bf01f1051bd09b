"""What a helper's phone may hold of a roster: codes it can recognise, what the rule says of them, heads, and masked names. Nothing else."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.template.base import csrf_token

from events.checkin import door_rosters, families, naming, revisions, verdicts
from events.checkin.door_rosters import Entry
from events.checkin.verdicts import Verdict
from events.signup.tables import AttendeeKind
from web import counts, language, viewer
from web.door import roster_lines, rosters
from web.door.lately import Counts
from web.door.roster_lines import Line, One
from web.door.rosters import Changes, Roster, Where, milliseconds
from web.help import doors
from web.site import faces
from web.times import Times

AnyRequest = Request[Any, Any, Any]


@get("/{session:int}/roster.json", name="help.rosters.show")
async def show(request: AnyRequest, session: FromPath[int]) -> Response[bytes]:
    """The roster, cut down; it lapses with the link."""
    row = await doors.session(request, session)
    rev = await revisions.one(await families.door_of(row))  # before what it stands for
    return rosters.answer(await _drawn(request, await door_rosters.of(row), rev))


@get("/{session:int}/changes.json", name="help.rosters.changes")
async def changes(request: AnyRequest, session: FromPath[int], since: FromQuery[int] = 0) -> Response[bytes]:
    """Who went in or out, by number; nobody says who let them."""
    said = await rosters.moved(await doors.session(request, session), since)
    return rosters.answer(Changes(said.at, said.rev, nameless(said.inside), heads(said.heads)))


def nameless(inside: dict[int, Where]) -> dict[int, Where]:
    return {id: (where, at, "") for id, (where, at, _by) in inside.items()}


def heads(counted: Counts) -> Counts:
    """What is to be checked is not for a helper to know."""
    return Counts(counted.inside, counted.expected, 0)


async def _drawn(request: AnyRequest, roster: door_rosters.Roster, rev: str) -> Roster:
    helper, door, reader = doors.helper(request), roster.door, viewer.seen(request).language
    times = faces.times_of(request, door.store)
    counted = heads(await rosters.heads(door.session))
    return Roster(
        rev=rev,
        at=milliseconds(roster.at),
        token=str(csrf_token({"request": request})),
        wipe_at=milliseconds(helper.link.closes_at),
        holds_from=milliseconds(families.day_of(door)[0]),
        session=await rosters.meeting(request, door, reader),
        expected=counted.expected,
        me=helper.staff.name,
        leads=False,
        order=[verdict.value for verdict in verdicts.RANK],
        open=[verdict.value for verdict in verdicts.OPEN],
        may=[],
        company=verdicts.company(door.event),
        unknown=Verdict.UNKNOWN.value,
        words={each.value: rosters.word(each, reader) for each in Verdict},
        families={entry.ticket.digest: line(entry, roster, times, reader) for entry in roster.entries},
        inside=nameless(await rosters.where(dict(roster.present), roster.at)),
        heads=counted,
        drop_off=door.event.is_drop_off,
    )


def line(entry: Entry, roster: door_rosters.Roster, times: Times, reader: str) -> Line:
    """A family without its names, ages, allergies, notes and numbers; of another session's, its heads and the rule's word alone."""
    people = entry.family.people
    is_own = entry.family.session.id == roster.door.session.id
    children = sum(person.kind == AttendeeKind.CHILD for person in people)
    one = {kind.value: language.translations(reader).upgettext("one", words) for kind, words in roster_lines.KINDS.items()}
    return Line(
        t=entry.ticket.id,
        n="",
        name=naming.masked(entry.family.registration.name) if is_own else "",
        party=counts.party(len(people) - children, children, reader) if people else "",
        find="",
        people=[One(person.id, one[person.kind], person.kind, "", "", "") for person in people] if is_own else [],
        says=roster_lines.says(entry.says),
        notes=[],
        other=None if is_own else roster_lines.other(entry, roster, times),
        heads=entry.heads or len(people),
    )


handlers = [show, changes]
