"""The families of a door's roster in words: what a host needs of them at the counter, and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from events.catalog.questions import Asked
from events.catalog.tables import WITH_OPTIONS, QuestionKind
from events.checkin import finding, verdicts
from events.checkin.door_rosters import Entry, Roster, Triple
from events.errors import _
from events.signup import parties
from events.signup.tables import Answer, Attendee, AttendeeKind, Consent, State
from web import counts, language
from web.language import say
from web.site import faces
from web.times import Times

ANSWERS = 6  # lines of one family
LONGEST = 60  # letters of an answer in words
PLACE = {verdict: place for place, verdict in enumerate(verdicts.RANK)}
KINDS = {AttendeeKind.ADULT: _("大人"), AttendeeKind.CHILD: _("孩子")}


class One(msgspec.Struct):
    """A person of a family."""

    id: int
    name: str
    kind: str
    age: str
    allergies: str
    diet: str


class Line(msgspec.Struct):
    """A family. `says` are places in the roster's `order`: to somebody outside, inside, and who left; one for all where they are alike."""

    t: int
    n: str
    name: str
    party: str
    find: str
    people: list[One]
    says: list[tuple[int, int, int]]
    notes: list[str]
    other: str | None = None
    same: bool = False  # of this event, at another time: may be moved here
    heads: int = 0
    barred: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET  # who may not collect the children


def of(roster: Roster, times: Times, reader: str) -> dict[str, Line]:
    """Every family by its ticket's digest."""
    one = {kind: language.translations(reader).upgettext("one", words) for kind, words in KINDS.items()}
    asked = {each.question.id: each for each in roster.asked}
    age = faces.age_words(reader, parties.day_of(roster.door.session, roster.door.store.zone))
    return {entry.ticket.digest: _line(entry, roster, times, reader, one, asked, age) for entry in roster.entries}


def _line(
    entry: Entry,
    roster: Roster,
    times: Times,
    reader: str,
    one: dict[AttendeeKind, str],
    asked: dict[int, Asked],
    age: Callable[[Attendee], str],
) -> Line:
    registration, people = entry.family.registration, entry.family.people
    is_own = entry.family.session.id == roster.door.session.id
    children = sum(person.kind == AttendeeKind.CHILD for person in people)
    return Line(
        t=entry.ticket.id,
        n=entry.ticket.number,
        name=registration.name,
        party=counts.party(len(people) - children, children, reader) if people else "",
        find=finding.words([registration.name, *(person.name for person in people)], registration.phone) if people else "",
        people=[_one(person, one, age) for person in people],
        says=says(entry.says),
        notes=_notes(entry, reader, one, asked) if is_own else [],
        other=None if is_own else other(entry, roster, times),
        same=not is_own and entry.family.event.id == roster.door.event.id,
        heads=entry.heads,
        barred=entry.barred or msgspec.UNSET,
    )


def _one(person: Attendee, one: dict[AttendeeKind, str], age: Callable[[Attendee], str]) -> One:
    kind = AttendeeKind(person.kind)
    return One(person.id, person.name or one[kind], kind.value, age(person), person.allergies, person.diet)


def says(triples: Sequence[Triple]) -> list[tuple[int, int, int]]:
    """The rule's answers as places in the roster's order."""
    said = [(PLACE[outside], PLACE[inside], PLACE[left]) for outside, inside, left in triples]
    return said[:1] if len(set(said)) == 1 else said


def other(entry: Entry, roster: Roster, times: Times) -> str:
    """When and what the ticket is for, where it is not this session."""
    session, event = entry.family.session, entry.family.event
    clock = times.clock(session.starts_at)
    is_same_day = times.date(session.starts_at) == times.date(roster.door.session.starts_at)
    when = clock if is_same_day else f"{times.date(session.starts_at)} {clock}"
    return f"{when} {event.title}"


def _notes(entry: Entry, reader: str, one: dict[AttendeeKind, str], asked: dict[int, Asked]) -> list[str]:
    """What else a host should see at the counter, a line each."""
    registration, people = entry.family.registration, entry.family.people
    lines = [registration.note, registration.host_note]
    if registration.consent == Consent.REFUSED and any(person.kind == AttendeeKind.CHILD for person in people):
        lines.append(say(reader, _("没让记孩子的事，过敏当面问")))
    lines += [_of(person.name or one[AttendeeKind(person.kind)], person.note, reader) for person in people if person.note]
    lines += _answers(entry.answers, people, one, asked, reader)
    if entry.owed and registration.state == State.PLACED:
        lines.append(say(reader, _("没交 %(money)s"), money=counts.yuan(entry.owed, reader)))
    return [line for line in lines if line]


def _answers(
    answers: Iterable[Answer], people: Sequence[Attendee], one: dict[AttendeeKind, str], asked: dict[int, Asked], reader: str
) -> list[str]:
    """What was chosen, and short words. No question is marked as one for the door, so the event's first ANSWERS are taken."""
    coming = {person.id: person.name or one[AttendeeKind(person.kind)] for person in people}
    said: dict[tuple[int, int], list[str]] = defaultdict(list)
    for answer in answers:
        if answer.question in asked and (answer.attendee is None or answer.attendee in coming):
            said[answer.question, answer.attendee or 0].append(_word(answer, asked[answer.question], reader))
    order = {id: place for place, id in enumerate(asked)}
    lines = []
    for (question, person), told in sorted(said.items(), key=lambda one: (order[one[0][0]], one[0][1])):
        if all(told):
            line = _of(asked[question].question.label, say(reader, _("、")).join(told), reader)
            lines.append(_of(coming[person], line, reader) if person else line)
    return lines[:ANSWERS]


def _word(answer: Answer, asked: Asked, reader: str) -> str:
    """Empty for what is too long to be read at a counter, and for a box that was ticked: it was a condition."""
    kind = QuestionKind(asked.question.kind)
    if kind in WITH_OPTIONS:
        return next((option.label for option in asked.options if option.id == answer.option), "")
    if kind == QuestionKind.YES_NO:
        return say(reader, _("是")) if answer.text == "yes" else say(reader, _("不"))
    return "" if kind == QuestionKind.CONSENT or len(answer.text) > LONGEST else answer.text


def _of(whom: str, what: str, reader: str) -> str:
    return say(reader, _("%(whom)s：%(what)s"), whom=whom, what=what)
