"""Families the store knows: who a line may be, by the same phone or the same name. Told to the store's own people only."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from events import clock
from events.intake.readings import Reading
from events.intake.relay import writing
from events.signup.tables import Registration, State

SINCE = timedelta(days=365)  # a family that has not come for a year is told anew


@dataclass(frozen=True)
class Known:
    """A family that signed up with this store, and what tells it from others of its name."""

    household: int
    name: str
    phone_end: str  # its last four digits; empty without a phone
    last: datetime | None  # its latest session, this one left out
    registration: int | None = None  # the one it has in this session
    by_phone: bool = False


Rows = list[dict[str, Any]]


class Families:
    """The store's families that any of some lines may be."""

    def __init__(self, session: int, rows: Rows) -> None:
        self._session = session
        self._of: dict[int, Rows] = {}
        self._by_phone: dict[str, list[int]] = {}
        self._by_name: dict[str, list[int]] = {}
        for row in rows:
            self._of.setdefault(row["household"], []).append(row)
            _add(self._by_phone, row["phone"], row["household"])
            _add(self._by_name, plain(row["name"]), row["household"])
            if row["session"] == session and row["state"] != State.CANCELLED:
                _add(self._by_name, plain(writing.masked(row["name"])), row["household"])

    def of(self, reading: Reading) -> list[Known]:
        """Who this may be: those of the same phone first, then those of the same name."""
        by_phone = self._by_phone.get(reading.phone, []) if reading.phone else []
        by_name = self._by_name.get(plain(reading.name), []) if reading.name else []
        others = [each for each in by_name if each not in by_phone]
        return [*(replace(self._known(each), by_phone=True) for each in by_phone), *(self._known(each) for each in others)]

    def _known(self, household: int) -> Known:
        rows = self._of[household]
        latest = rows[0]  # the newest
        here = next((row["id"] for row in rows if row["session"] == self._session and row["state"] != State.CANCELLED), None)
        before = [row["session.starts_at"] for row in rows if row["session"] != self._session]
        phone = next((row["phone"] for row in rows if row["phone"]), "")
        return Known(household, latest["name"], phone[-4:], max(before, default=None), here)


async def families(store: int, session: int, readings: Iterable[Reading]) -> Families:
    """One query however many lines: registrations at this store within a year, of the same phones and names.

    A relay that was given out with masked names comes back so: its lines are compared with this session's roster.
    """
    read = list(readings)
    phones = sorted({each.phone for each in read if each.phone})
    names = sorted({each.name for each in read if each.name})
    if not phones and not names:
        return Families(session, [])
    same: Any = (Registration.session == session) if any(name.endswith("*") for name in names) else (Registration.id == 0)
    for column, values in ((Registration.phone, phones), (Registration.name, names)):
        if values:
            same |= column.is_in(values)
    here = (Registration.session._.event._.store == store) & (Registration.session._.starts_at > clock.now() - SINCE)
    columns = (Registration.id, Registration.household, Registration.name, Registration.phone, Registration.state, Registration.session)
    rows = (
        await Registration.select(*columns, Registration.session._.starts_at)
        .where(here & same & Registration.rest_of.is_null())
        .order_by(Registration.id, ascending=False)
    )
    return Families(session, rows)


def the_one(known: Iterable[Known]) -> int | None:
    """The family that is surely meant: the only one of this phone."""
    same = [each.household for each in known if each.by_phone]
    return same[0] if len(same) == 1 else None


def on_roster(known: Iterable[Known], household: int | None, *, is_mended: bool) -> Known | None:
    """Who of them is signed up already. A name alone is enough to ask, until the host said who it is."""
    for each in known:
        if each.registration is not None and (each.by_phone or each.household == household or not is_mended):
            return each
    return None


def plain(name: str) -> str:
    """As names are compared."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _add(found: dict[str, list[int]], key: str, household: int) -> None:
    if key and household not in found.setdefault(key, []):
        found[key].append(household)
