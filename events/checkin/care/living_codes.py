"""Codes that live: read, said, made and ended."""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from events import clock, db, sealing
from events.checkin import kin
from events.checkin.tables import PickupCode

ALPHABET = "34679ACDEFGHJKMNPQRTVWXY"  # nothing that is read or heard as something else: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U
LENGTH = 4


@dataclass(frozen=True)
class Code:
    """One that lives: whoever says it may fetch the family's children."""

    id: int
    text: str
    delegate: str  # who may come in the guardian's place, once; empty: the guardian's own
    created_at: datetime
    registration: int

    def __repr__(self) -> str:
        return f"Code({self.id})"  # neither the text nor a name in a log


async def of(registrations: Collection[int], session: int) -> list[Code]:
    """The living codes of the families of these registrations at one door: the guardian's first, then delegates' as they were named."""
    return await living([row.id for row in await kin.of(registrations)], session)


def typed(text: str) -> str:
    """A code as somebody typed it, however wide, small or far apart: as it was made."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(letter for letter in plain if letter.isalnum())


def is_one(text: str) -> bool:
    """Whether it may be a code at all: what is not is no try either."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)


def matching(codes: Sequence[Code], text: str) -> Code | None:
    """The one that was said; each is looked at, so that the time tells nothing."""
    found = [code for code in codes if hmac.compare_digest(code.text.encode(), text.encode())]
    return found[0] if found else None


async def living(registrations: Collection[int], session: int) -> list[Code]:
    """Without those sealed under a key that is lost: nobody can read them, so there are fresh ones."""
    found = []
    for row in await _rows(session, sorted(registrations)):
        try:
            found.append(Code(row.id, str(sealing.unseal(row.sealed)), row.delegate, row.created_at, row.registration))
        except sealing.Unreadable:
            continue
    return sorted(found, key=lambda code: (bool(code.delegate), code.id))


async def make(registration: int, session: int, others: Sequence[Code], *, delegate: str = "") -> Code:
    """One more for a family: unlike the `others` it has."""
    text = _drawn({code.text for code in others})
    row = PickupCode(registration=registration, session=session, sealed=sealing.seal(text), delegate=delegate, created_at=clock.now())
    await db.add(row)
    return Code(row.id, text, delegate, row.created_at, registration)


async def end(codes: Collection[int]) -> None:
    """They open nothing any more."""
    if codes:
        values: dict[Column | str, Any] = {PickupCode.ended_at: clock.now()}
        await PickupCode.update(values).where(PickupCode.id.is_in(sorted(codes)) & PickupCode.ended_at.is_null())


async def revive(code: int) -> None:
    """It opens again: the delegate who used it did not come after all."""
    await PickupCode.update({PickupCode.ended_at: None}).where(PickupCode.id == code)


_rows = db.Listed(
    lambda session, ids: (
        PickupCode.objects()
        .where((PickupCode.session == session) & PickupCode.registration.is_in(ids) & PickupCode.ended_at.is_null())
        .order_by(PickupCode.id)
    )
)


def _drawn(taken: Collection[str]) -> str:
    while True:
        text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if text not in taken:
            return text
