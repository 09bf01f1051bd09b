"""Numbers (排号): in a rush a sign-up is taken in whole and committed at once, and served in the order in which it was accepted.

Whoever has a number may close the page: the number is served all the same (`serving`), and its page tells what became of it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from piccolo.columns import Column

from events import clock, codes, db
from events.catalog.tables import Session
from events.errors import NotThere
from events.signup.fingerprints import fingerprint
from events.signup.parties import Party
from events.signup.registrations import AlreadyRegistered
from events.signup.tables import Number, NumberState, Registration
from events.signup.together import Together

KEPT = timedelta(hours=1)  # after it was served, for its page
MOST_TYPED = 20_000  # characters of a form that are kept for being shown again; what is served is kept whatever its length

Typed = list[tuple[str, str]]  # the form's fields


def secret_of(key: str) -> str:
    """What its page's address has: as unguessable as the form's key, which it does not tell. A form sent twice has one page."""
    return codes.digest(f"number {key}")[:40]


def next_key(key: str) -> str:
    """The key of the form that follows a refused number: the same each time its page is shown."""
    return codes.digest(f"after {key}")[:40]


async def take(
    session: Session,
    party: Party,
    *,
    household: int | None,
    key: str,
    accepted_at: datetime,
    typed: Typed,
    remember_text: int | None = None,
) -> str:
    """A number for a sign-up that may be served: its page's secret, once it is committed.

    The same `key` again is the same number; with other content, that is what is served, at the old place. Raises Refused where too many
    wait, AlreadyRegistered where the number was served with other content.
    """
    secret, form = secret_of(key), json.dumps(typed, ensure_ascii=False)
    number = Number(
        session=session.id,
        key=key,
        fingerprint=fingerprint({"session": session.id, "party": asdict(replace(party, via="", link=""))}),
        digest=codes.digest(secret),
        household=household,
        told=msgspec.json.encode(party).decode(),
        form=form if len(form) <= MOST_TYPED else "",
        remember_text=remember_text,
        accepted_at=accepted_at,
    )
    for earlier in await _by_digest(number.digest):
        await _take_again(earlier, number)
        return secret
    await _together.put(number)
    return secret


async def of(secret: str) -> Number:
    """The number of a page; NotThere once it is forgotten."""
    found = await _by_digest(codes.digest(secret))
    if not found:
        raise NotThere
    return found[0]


async def registration_of(number: Number) -> Registration | None:
    """What a served number became, or the one because of which it was refused."""
    if number.registration is not None:
        return await db.row(Registration, number.registration)
    return next(iter(await _by_key(number.key)), None)


async def sweep() -> None:
    """Forget numbers served long enough ago."""
    async with db.writing():
        await Number.delete().where(Number.served_at < clock.now() - KEPT)


async def _take_again(earlier: Number, number: Number) -> None:
    """The form was sent once more: by a second tap, or after the family went back and changed it."""
    if earlier.fingerprint == number.fingerprint:
        return
    if earlier.state == NumberState.SERVED:
        found = await registration_of(earlier)
        if found is not None:
            raise AlreadyRegistered(found)
    told: dict[Column | str, Any] = {
        Number.fingerprint: number.fingerprint,
        Number.told: number.told,
        Number.form: number.form,
        Number.remember_text: number.remember_text,
    }
    if earlier.state != NumberState.WAITING:
        told |= {
            Number.state: NumberState.WAITING,
            Number.accepted_at: number.accepted_at,
            Number.served_at: None,
            Number.registration: None,
        }
    async with db.writing():
        await Number.update(told).where((Number.id == earlier.id) & (Number.state == earlier.state))


_by_digest = db.Prepared(lambda digest: Number.objects().where(Number.digest == digest))
_by_key = db.Prepared(lambda key: Registration.objects().where(Registration.key == key))
_together = Together()
