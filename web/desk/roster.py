"""The roster as the desk reads it: each family with where it stands, what it owes, and what one may look it up by."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events import clock
from events.catalog.tables import Event, Session, Store
from events.checkin import rosters
from events.checkin.rosters import Row
from events.errors import _
from events.signup import confirmations, payments, standings
from events.signup.standings import Standing
from events.signup.tables import State
from web.site import faces


@dataclass(frozen=True)
class Line:
    """One family."""

    row: Row
    standing: Standing | None  # of a waiting one
    owed: int  # in fen
    is_asked: bool  # "are you coming?", not answered yet
    is_due: bool  # at the door today, or should have been

    @property
    def state(self) -> State:
        return State(self.row.registration.state)

    @property
    def paid(self) -> int:
        return self.row.payment.amount if self.row.payment is not None else 0

    @property
    def is_unpaid(self) -> bool:
        return self.state == State.PLACED and self.owed > self.paid

    @property
    def is_to_call(self) -> bool:
        return self.state == State.WAITING and self.row.registration.to_call_at is not None

    @property
    def has_allergies(self) -> bool:
        return self.state != State.CANCELLED and any(person.allergies for person in self.row.people)

    @property
    def is_absent(self) -> bool:
        return self.state == State.PLACED and self.is_due and len(self.row.arrived) < len(self.row.people)

    @property
    def words(self) -> str:
        """What the page's own search looks through; of the phone its end is enough."""
        registration, ticket = self.row.registration, self.row.ticket
        names = [registration.name, *(person.name for person in self.row.people)]
        return " ".join([*names, registration.phone[-4:], ticket.number if ticket else ""]).casefold()


SHOWS: dict[str, tuple[str, Callable[[Line], bool]]] = {
    "all": (_("全部"), lambda line: True),
    "pending": (_("等点头"), lambda line: line.state == State.PENDING),
    "offered": (_("等回话"), lambda line: line.state == State.OFFERED),
    "call": (_("要打电话"), lambda line: line.is_to_call),
    "placed": (_("有名额"), lambda line: line.state == State.PLACED),
    "absent": (_("没到"), lambda line: line.is_absent),
    "unpaid": (_("没交钱"), lambda line: line.is_unpaid),
    "unconfirmed": (_("没说来不来"), lambda line: line.is_asked),
    "allergies": (_("有过敏"), lambda line: line.has_allergies),
    "waiting": (_("排队"), lambda line: line.state == State.WAITING),
    "cancelled": (_("退了"), lambda line: line.state == State.CANCELLED),
}


@dataclass(frozen=True)
class Show:
    """A filter of the roster, and how many families it shows."""

    name: str
    words: str
    count: int


async def lines(session: Session, event: Event, store: Store) -> list[Line]:
    """Everybody of the session, in the roster's order."""
    rows, moment = await rosters.of(session.id), clock.now()
    places = await standings.of_session(session, [row.registration for row in rows if row.registration.state == State.WAITING])
    is_due = faces.day_in(session.starts_at, store.zone) <= faces.day_in(moment, store.zone)
    return [_line(row, event, session, store, places.get(row.registration.id), moment, is_due=is_due) for row in rows]


def shows(lines: Sequence[Line], current: str) -> list[Show]:
    """The filters that show somebody, and the one chosen."""
    counted = [Show(name, words, sum(map(test, lines))) for name, (words, test) in SHOWS.items()]
    return [show for show in counted if show.count or show.name in {"all", current}]


def shown(lines: Sequence[Line], name: str) -> list[Line]:
    """Those a filter shows; everybody for one that is none."""
    _words, test = SHOWS.get(name, SHOWS["all"])
    return [line for line in lines if test(line)]


def found(lines: Sequence[Line], typed: str) -> list[Line]:
    """By a part of a name, by a ticket's number, by a phone or its last four digits or more."""
    wanted = unicodedata.normalize("NFKC", typed).casefold().strip()
    digits = wanted.replace(" ", "").replace("-", "")
    if digits.isascii() and digits.isdigit():
        return [line for line in lines if _has_number(line, digits)]
    return [line for line in lines if wanted and any(wanted in name.casefold() for name in _names(line))]


def _line(row: Row, event: Event, session: Session, store: Store, standing: Standing | None, moment: datetime, *, is_due: bool) -> Line:
    return Line(
        row=row,
        standing=standing,
        owed=payments.due(event, row.people),
        is_asked=confirmations.is_asked(row.registration, event, session, store.zone, moment),
        is_due=is_due,
    )


def _names(line: Line) -> list[str]:
    return [line.row.registration.name, *(person.name for person in line.row.people)]


def _has_number(line: Line, digits: str) -> bool:
    ticket, phone = line.row.ticket, line.row.registration.phone
    return (ticket is not None and ticket.number == digits) or (len(digits) >= 4 and phone.endswith(digits))
