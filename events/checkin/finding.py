"""Finding one family at the door by what it says of itself: letters of a name, their initials, the end of a phone. Never everybody."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from events import clock
from events.catalog.tables import Session
from events.checkin import families, presence, verdicts
from events.checkin.families import Door, Family
from events.checkin.presence import Presence, Where
from events.checkin.tables import Ticket
from events.checkin.verdicts import Verdict
from events.errors import Refused, _
from events.signup.tables import Attendee, Registration, State

MOST = 8  # families told of at once
LETTERS, DIGITS = 2, 4  # at the least
READINGS = 4  # of one surname
ORDER = (State.PLACED, State.OFFERED, State.PENDING, State.WAITING, State.CANCELLED)
NUMBER = re.compile(r"[0-9]{6}")
BETWEEN = re.compile(r"[\s\-·・]+")
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class Found:
    """A family that may be the one before the door, with what the door would answer."""

    registration: Registration
    people: list[Attendee]  # who comes
    ticket: Ticket | None  # none without a place
    verdict: Verdict
    arrived: dict[int, Presence]


async def find(session: Session, typed: str) -> list[Found]:
    """At most MOST families of this session, then of the store's others on that day, that fit what was typed.

    Refused for less than two letters of a name or their initials, or the last four digits of a phone.
    """
    wanted = plain(typed)
    _check(wanted)
    door = await families.door_of(session)
    day = await families.same_day(door)
    fitting = [row for row in await _candidates([session.id, *day]) if row.fits(wanted)]
    fitting.sort(key=lambda row: (row.session != session.id, ORDER.index(State(row.state)), row.id))
    book = await families.of_registrations(door, [row.id for row in fitting[:MOST]])
    there = await presence.of_people([person.id for family in book.families.values() for person in family.people], session.id)
    tickets = {ticket.registration: ticket for ticket in book.tickets.values()}
    return [_found(book.families[row.id], tickets.get(row.id), there, door) for row in fitting[:MOST]]


async def one(session: Session, ticket: Ticket) -> Found:
    """The family of a ticket, as it would be found."""
    door = await families.door_of(session)
    book = await families.of_registrations(door, [ticket.registration])
    there = await presence.of_people([person.id for family in book.families.values() for person in family.people], session.id)
    return _found(book.families[ticket.registration], ticket, there, door)


def number(typed: str) -> str:
    """A ticket's number as people type it, 402 917; empty for anything else."""
    digits = unicodedata.normalize("NFKC", typed).replace(" ", "").replace("-", "")
    return digits if NUMBER.fullmatch(digits) else ""


def plain(text: str) -> str:
    """As it is compared: one form of each letter, nothing between them."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold())


def words(names: Iterable[str], phone: str) -> str:
    """All that somebody may be looked up by without a connection: names, their initials, a phone's last four."""
    said = dict.fromkeys(plain(name) for name in names if name)
    return " ".join(
        [*said, *dict.fromkeys(letters for name in said for letters in initials(name) if letters not in said), phone[-4:]]
    ).strip()


@lru_cache(maxsize=10_000)
def initials(name: str) -> tuple[str, ...]:
    """Of a Chinese name, one for each reading of its surname: 单晓 is "dx", "cx" and "sx". Of any other name none."""
    if not HAN.search(name):
        return ()
    first, *rest = [_letters(character) for character in plain(name)]
    end = "".join(readings[0] for readings in rest if readings)
    return tuple(dict.fromkeys(letter + end for letter in first[:READINGS] or ("",)))


@lru_cache(maxsize=10_000)
def _letters(character: str) -> tuple[str, ...]:
    """With which letters a character's readings begin, the most usual first; a letter is itself."""
    if not HAN.fullmatch(character):
        return (character,)
    # Its table of phrases would take 40 MB, and says nothing of names.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    import pypinyin  # noqa: PLC0415 -- 12 MB that only doors need

    read = pypinyin.pinyin(character, style=pypinyin.Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(letter for letter in (read[0] if read else ()) if letter))


@dataclass
class _Candidate:
    id: int
    session: int
    state: str
    phone: str
    names: list[str]

    def fits(self, wanted: str) -> bool:
        if wanted.isdecimal():
            return self.phone.endswith(wanted)
        return any(wanted in plain(name) or any(letters.startswith(wanted) for letters in initials(plain(name))) for name in self.names)


def _check(wanted: str) -> None:
    if wanted.isdecimal() and len(wanted) < DIGITS:
        raise Refused(_("手机号写后四位"), field="find")
    if len(wanted) < LETTERS:
        raise Refused(_("名字写两个字，或者两个拼音首字母"), field="find")


async def _candidates(sessions: Sequence[int]) -> list[_Candidate]:
    columns = (Registration.id, Registration.session, Registration.state, Registration.phone, Registration.name)
    rows = await Registration.select(*columns).where(Registration.session.is_in(list(sessions)))
    named = Attendee.registration._.session.is_in(list(sessions)) & (Attendee.name != "") & Attendee.given_back_at.is_null()
    names: dict[int, list[str]] = defaultdict(list)
    for row in await Attendee.select(Attendee.registration, Attendee.name).where(named):
        names[row["registration"]].append(row["name"])
    return [_Candidate(row["id"], row["session"], row["state"], row["phone"], [row["name"], *names[row["id"]]]) for row in rows]


def _found(family: Family, ticket: Ticket | None, there: dict[int, Presence], door: Door) -> Found:
    arrived = {person.id: there[person.id] for person in family.people if person.id in there}
    now = clock.now()
    says = [family.says(person, door, arrived[person.id].where if person.id in arrived else Where.OUTSIDE, now) for person in family.coming]
    verdict = verdicts.first(says or [family.says(None, door, Where.OUTSIDE, now)])
    return Found(family.registration, family.coming, ticket, verdict, arrived)
