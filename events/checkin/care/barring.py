"""Who may not collect a family's children, as the family wrote it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog import sessions
from events.checkin import kin
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Registration

MOST = 5
LONGEST = 30  # characters of one
SHORTEST = 2  # letters by which somebody may be meant: 陈 alone is half the street


async def bar(registration: Registration, names: Sequence[str], *, by: Staff | None = None) -> None:
    """These may not collect the children, and nobody else any more. Refused (`barred`) for more than MOST, or too long a name."""
    given = list(dict.fromkeys(name for each in names for name in read(each)))
    if len(given) > MOST:
        raise Refused(_("最多写 %(n)s 个人，一行一个"), field="barred", n=MOST)
    if any(len(name) > LONGEST for name in given):
        raise Refused(_("一个名字最多 %(n)s 个字"), field="barred", n=LONGEST)
    _session, _event, store = await sessions.whole(registration.session)
    await kin.once_held(lambda: _bar(registration.id, given, by, store.id))


async def barred(registration: Registration) -> list[str]:
    """Their names, whichever of the family's registrations they were written in."""
    return names_of(await kin.of([registration.id]))


def names_of(registrations: Iterable[Registration]) -> list[str]:
    """Those of one family."""
    return list(dict.fromkeys(name for row in registrations for name in read(row.barred)))


def read(text: str) -> list[str]:
    """One a line."""
    return [name for line in text.splitlines() if (name := " ".join(line.split()))]


def is_meant(collector: str, barred: Iterable[str], known: Collection[str] = ()) -> bool:
    """Whether somebody who gives this name may be one of those: either name holds the other, however it is written.

    `known` is who signed up: 陈女士 may come, though 陈女士的前夫 may not.
    """
    name = plain(collector)
    is_known = name in {plain(each) for each in known}

    def is_it(other: str) -> bool:
        return other in name or (not is_known and len(name) >= SHORTEST and name in other)

    return any(is_it(other) for other in map(plain, barred) if other)


def plain(name: str) -> str:
    """Without what makes two writings of a name look different."""
    wide = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in wide if letter.isalnum())


async def _bar(registration: int, given: Sequence[str], by: Staff | None, store: int) -> None:
    """In each of the family's registrations: should it be parted, all go on knowing."""
    async with db.writing():
        rows = await kin.hold(registration)
        own = next((row for row in rows if row.id == registration), None)
        if own is None:
            raise NotThere
        if names_of(rows) == list(given):
            return
        values: dict[Column | str, Any] = {Registration.barred: "\n".join(given), Registration.changed_at: clock.now()}
        await Registration.update(values).where(Registration.id.is_in([row.id for row in rows]))
        await audit.record(by, "pickup.named_barred", own, store=store)
