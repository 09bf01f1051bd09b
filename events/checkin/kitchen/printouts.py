"""The chef's sheet as it was printed, and what is otherwise since. What is kept are counts and words, nobody's name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from events import clock, db
from events.catalog.tables import Event, Session
from events.checkin.tables import Printout
from events.db import writing
from events.errors import Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup import kit, parties
from events.signup.kit import Counted, Kit


class What(StrEnum):
    """What a line of the sheet counts."""

    ADULTS = "adults"
    CHILDREN = "children"
    PORTIONS = "portions"  # in hundredths
    ALLERGY = "allergy"
    TO_ASK = "to_ask"  # children nobody told anything about
    DIET = "diet"
    ANSWER = "answer"  # so many chose it
    OPEN = "open"  # people whose families have not answered an offer
    TEXTS = "texts"  # written in words: 1 where anything is


class Told(msgspec.Struct, frozen=True):
    """What a sheet says of those who come: by what it counts, and by the words."""

    lines: dict[str, dict[str, int]]
    texts: dict[str, str] = {}  # by question, a digest of what was written

    def written(self) -> str:
        return msgspec.json.encode(self, order="deterministic").decode()

    @property
    def tag(self) -> str:
        """The same for sheets that say the same."""
        return hashlib.blake2b(self.written().encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Change:
    """A line that says something else now; 0 where it was not there, or is not any more."""

    what: What
    words: str
    before: int
    after: int

    @property
    def is_new(self) -> bool:
        return not self.before

    @property
    def is_gone(self) -> bool:
        return not self.after


def told(placed: Kit, offered: Kit, child_portion: int) -> Told:
    """The sheet in numbers. Pure."""
    lines = {
        What.ADULTS: {"": placed.adults},
        What.CHILDREN: {"": placed.children},
        What.PORTIONS: {"": placed.portions(child_portion)},
        What.ALLERGY: {tally.words: tally.count for tally in placed.allergies},
        What.TO_ASK: {"": placed.to_ask},
        What.DIET: {tally.words: tally.count for tally in placed.diets},
        What.ANSWER: dict(pair for each in placed.answers for pair in _answers(each)),
        What.OPEN: {"": offered.adults + offered.children},
    }
    some = {what.value: {words: n for words, n in counted.items() if n} for what, counted in lines.items()}
    texts = {each.question.label: _digest(each) for each in placed.answers if each.texts}
    return Told({what: counted for what, counted in some.items() if counted}, texts)


def changes(before: Told, after: Told) -> list[Change]:
    """What one who holds the one sheet must know of the other, in the sheet's order. Pure."""
    found = []
    for what in What:
        was, now = before.lines.get(what.value, {}), after.lines.get(what.value, {})
        found += [Change(what, each, was.get(each, 0), now.get(each, 0)) for each in _either(was, now) if was.get(each) != now.get(each)]
    return found + [
        Change(What.TEXTS, each, int(each in before.texts), int(each in after.texts))
        for each in _either(before.texts, after.texts)
        if before.texts.get(each) != after.texts.get(each)
    ]


def read(printout: Printout) -> Told:
    """What it said."""
    return msgspec.json.decode(printout.told, type=Told)


async def latest(session: int, *, before: int | None = None) -> Printout | None:
    """The last one; `before` an id, the last one earlier than that."""
    of_session = Printout.objects().where(Printout.session == session).order_by(Printout.id, ascending=False)
    return await (of_session if before is None else of_session.where(Printout.id < before)).first()


async def one(session: int, id: int) -> Printout | None:
    """A session's printout by its id."""
    return await Printout.objects().where((Printout.session == session) & (Printout.id == id)).first()


async def take(session: Session, event: Event, zone: str, tag: str, *, by: Staff) -> Printout:
    """The sheet that is being printed, which the page showed as `tag`: the very last one again where nothing changed since.

    Refused when the sheet says something else by now: what is kept is what is on the paper.
    """
    async with writing():
        await db.lock(Session, session.id)
        now = told(*await kit.of_session(session, event, parties.day_of(session, zone)), event.child_portion)
        if now.tag != tag:
            raise Refused(_("刚刚又有变化，看一眼新的再打印"))
        last = await latest(session.id)
        if last is None or read(last) != now:
            last = Printout(session=session.id, at=clock.now(), made_by=by.id, told=now.written())
            await last.save()
        await audit.record(by, "paper.kitchen_printed", session, store=event.store)
    return last


def _answers(each: Counted) -> Iterator[tuple[str, int]]:
    """By the question and the option: the count; of numbers, the sum."""
    label = each.question.label
    if each.total is not None:
        yield label, each.total
    for tally in each.tallies:
        yield f"{label}\n{tally.words}", tally.count


def _digest(each: Counted) -> str:
    """Of what was written, without who wrote it."""
    return hashlib.blake2b("\n".join(sorted(words for _who, words in each.texts)).encode(), digest_size=12).hexdigest()


def _either(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return [*one, *(each for each in other if each not in one)]
