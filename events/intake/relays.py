"""A relay under review: read into lines; what reads as talk is kept beside them, so that the host sees nothing was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec

from events import db
from events.catalog import sessions
from events.errors import Refused, _
from events.intake import holding, lines, matching
from events.intake.drafts import Draft, write
from events.intake.matching import Families
from events.intake.readings import Doubt, Reading
from events.intake.relay import phrases, signs
from events.intake.relay import reading as relay
from events.intake.tables import Intake, LineState
from events.people import audit
from events.people.tables import Staff
from events.signup import parties


@dataclass(frozen=True)
class Talk:
    """A line that is no sign-up, and where in the text it stands."""

    position: int
    text: str

    @property
    def is_header(self) -> bool:
        """Whether it only says that a relay begins: nobody's line."""
        return phrases.HEADER.fullmatch(signs.plain(self.text).strip()) is not None


@dataclass(frozen=True)
class Rest:
    """What is left of a relay beside its lines, as `Intake.table` keeps it."""

    title: str = ""
    talk: tuple[Talk, ...] = ()


async def drafts(intake: Intake, text: str) -> list[Draft]:
    """The lines of a text; its title and talk are put into the intake. Refused (field "text") when nobody signs up in it."""
    session, _event, store = await sessions.whole(intake.session or 0)
    read = relay.read(text, on=parties.day_of(session, store.zone))
    if not read.lines and not read.loose:
        raise Refused(_("里面没有读出一家来，看看是不是贴全了"), field="text")
    spots = _Spots(text)
    placed = [(spots.of(each.raw), each) for each in read.lines]
    talk = tuple(Talk(spots.of(each), each) for each in read.loose)
    intake.table = _dump(Rest(read.title, talk))
    families = await matching.families(intake.store, session.id, read.lines)
    return drafted(placed, families)


def drafted(read: Sequence[tuple[int, Reading]], families: Families) -> list[Draft]:
    """Each line with the family it surely is. Not chosen: cancelled and empty ones, what sounds like the announcement, who is on the
    roster already, whoever stands in an earlier line too, and who brings a child without an age, as no rule lets it in."""
    found, seen = [], set[str]()
    for position, reading in read:
        known = families.of(reading)
        household = matching.the_one(known)
        is_left = reading.is_cancelled or Doubt.EMPTY in reading.doubts
        is_again = _names(reading) & seen or matching.on_roster(known, household, is_mended=False)
        if not is_left:
            seen |= _names(reading)
        is_short = any(child.months is None for child in reading.children)
        is_chosen = not (is_left or is_again or is_short or Doubt.NOTICE in reading.doubts)
        found.append(_draft(position, reading, household, is_left=is_left, is_chosen=is_chosen))
    return found


def rest_of(intake: Intake) -> Rest:
    """Its title and talk; nothing of one that is closed."""
    return msgspec.json.decode(intake.table, type=Rest) if intake.table else Rest()


async def take_up(intake: Intake, position: int, *, by: Staff) -> None:
    """A line that read as talk is a family after all: it joins the others at its place in the text."""
    async with db.writing():
        held = await holding.hold(intake.id, by)
        rest = rest_of(held)
        chosen = next((each for each in rest.talk if each.position == position), None)
        if chosen is None:
            return  # taken up before
        session, _event, store = await sessions.whole(held.session or 0)
        reading = one(chosen.text, relay.read("1. " + chosen.text, on=parties.day_of(session, store.zone)))
        families = await matching.families(held.store, session.id, [reading])
        await write(held.id, drafted([(position, reading)], families))
        left = tuple(each for each in rest.talk if each is not chosen)
        await Intake.update({Intake.table: _dump(replace(rest, talk=left))}).where(Intake.id == held.id)
        await audit.record(by, "intake.mended", held)


def one(raw: str, read: relay.Relay) -> Reading:
    """A line by itself, whatever its number would be."""
    reading = read.lines[0] if read.lines else Reading(note=raw[: lines.NOTE], doubts=(Doubt.NAME_UNTOLD,))
    doubts = reading.doubts if Doubt.NO_NUMBER in reading.doubts else (*reading.doubts, Doubt.NO_NUMBER)
    return replace(reading, raw=raw, number=None, doubts=doubts, is_cancelled=False)


class _Spots:
    """Where lines stand in a text: each found once, the first free one of those that say the same."""

    def __init__(self, text: str) -> None:
        self._free: dict[str, list[int]] = {}
        said = text.splitlines()
        for position, each in enumerate(said):
            self._free.setdefault(each.strip(), []).append(position)
        self._next = len(said)

    def of(self, raw: str) -> int:
        """The line's position; at the end for one that the text does not have in these words."""
        first = raw.strip().splitlines()[0].strip() if raw.strip() else ""
        if free := self._free.get(first):
            return free.pop(0)
        self._next += 1
        return self._next


def _draft(position: int, reading: Reading, household: int | None, *, is_left: bool, is_chosen: bool) -> Draft:
    return Draft(
        position=position,
        raw=reading.raw,
        told=lines.dump(reading),
        number=reading.number,
        state=LineState.LEFT if is_left else LineState.OPEN,
        is_chosen=is_chosen,
        household=household,
    )


def _names(reading: Reading) -> set[str]:
    """What tells a line from another."""
    return {each for each in (reading.phone, matching.plain(reading.name)) if each}


def _dump(rest: Rest) -> str:
    return msgspec.json.encode(rest).decode()
