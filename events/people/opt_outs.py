"""Who wants no notices, or no reminders: told by a link that stands in every notice, or on the family's own page."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Any

from piccolo.columns import Column

from events import clock, codes, sealing
from events.db import writing
from events.people.contacts import Contact, Kind
from events.people.tables import OptOut

_PHONE = b"s"  # the first byte of a mark: a number in five bytes follows
_ADDRESS = b"e"  # … or an e-mail address


class Level(StrEnum):
    """How little somebody wants to hear."""

    REMINDERS = "reminders"  # no reminders; what changes is told
    ALL = "all"  # nothing


async def of(contacts: Collection[Contact]) -> dict[Contact, Level]:
    """What those that said something said, in one query."""
    digests = {_digest(each): each for each in contacts}
    if not digests:
        return {}
    rows = await OptOut.select(OptOut.contact, OptOut.level).where(OptOut.contact.is_in(sorted(digests)))
    return {digests[row["contact"]]: Level(row["level"]) for row in rows}


async def choose(contact: Contact, level: Level | None) -> None:
    """From now on; None: everything again."""
    mine = _digest(contact)
    values: dict[Column | str, Any] = {OptOut.level: level.value if level else "", OptOut.created_at: clock.now()}
    async with writing():
        if level is None:
            await OptOut.delete().where(OptOut.contact == mine)
            return
        row = OptOut(contact=mine, level=level.value, created_at=clock.now())
        await OptOut.insert(row).on_conflict(target=OptOut.contact, action="DO NOTHING")
        await OptOut.update(values).where(OptOut.contact == mine)


def code(contact: Contact) -> str:
    """What stands in the address by which this contact chooses: nobody makes one for another's, and nothing can be read from it."""
    if contact.kind == Kind.SMS:
        return sealing.mark(_PHONE + int(contact.value).to_bytes(5, "big"))
    return sealing.mark(_ADDRESS + contact.value.encode())


def contact_of(code: str) -> Contact | None:
    """Whose code it is; None for one that we did not make."""
    try:
        content = sealing.unmark(code)
    except sealing.Unreadable:
        return None
    if content[:1] == _PHONE:
        return Contact(Kind.SMS, str(int.from_bytes(content[1:], "big")))
    return Contact(Kind.EMAIL, content[1:].decode())


def _digest(contact: Contact) -> str:
    return codes.digest(f"nothing more to {contact.kind} {contact.value}")
