"""One-time codes: six digits that show whose phone or e-mail address it is. Nobody learns from us whether one is known.

A family proves its own; a device joins a family by what that family proved before. Both ask and answer alike, write the same rows
and take the same steps whether or not anybody is behind the address.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from piccolo.columns import Column
from piccolo.custom_types import Combinable

from events import clock, codes
from events.db import lock, writing
from events.errors import Refused, _
from events.people import attempts, messages
from events.people.contacts import Contact, Kind
from events.people.tables import Code, Household

LENGTH = 6
LASTS = timedelta(minutes=10)
TRIES = 5  # of one code
ASKED_PER_CONTACT, ASKED_PER_DAY, ASKED_PER_ADDRESS = 3, 8, 20  # an address may be a whole carrier's
TRIED_PER_ADDRESS = 40
DAY = timedelta(days=1)
MESSAGE = _("邻聚验证码 %(code)s，10 分钟内有效。不是您自己在操作，就不用管它，也别告诉别人。")

Say = Callable[..., str]


def plainly(sentence: str, **values: object) -> str:
    """As written here, in Chinese."""
    return sentence % values


async def ask(contact: Contact, *, household: int | None = None, address: str, say: Say = plainly) -> None:
    """Send a code: to prove this family's own contact, or, without a `household`, to join the family that has proved it.

    For a contact that no family proved all is the same but that nothing is sent. Refused, alike for both, when asked too often.
    """
    spelled = f"{contact.kind} {contact.value}"
    await attempts.take(
        {
            attempts.key("code to", spelled): ASKED_PER_CONTACT,
            attempts.key("code from", attempts.network(address)): ASKED_PER_ADDRESS,
        }
    )
    await attempts.take({attempts.key("code a day", spelled): ASKED_PER_DAY}, window=DAY)
    digits = codes.digits(LENGTH)
    moment = clock.now()
    async with writing():
        family = await _holder(contact) if household is None else household
        row = Code(contact=_purpose(contact, household), household=family, digest="", expires_at=moment + LASTS)
        await row.save()
        await Code.update({Code.digest: _bound(row.id, digits)}).where(Code.id == row.id)
        lives = row.expires_at if family is not None else moment  # to nobody: over before it can be sent
        await messages.post(contact, say(MESSAGE, code=digits), expires_at=lives)


async def use(contact: Contact, digits: str, *, household: int | None = None, address: str) -> int:
    """The family this code opens: `household` itself, its contact now proven, or the one that the device joins.

    Refused alike for a wrong code, one that is over, and a contact of nobody. A right code works once.
    """
    from_here = attempts.key("code tried", attempts.network(address))
    await attempts.take({from_here: TRIED_PER_ADDRESS})
    family = await _opened(contact, digits, household)
    if family is None:
        raise Refused(_("验证码不对，或者过期了"), field="code")
    await attempts.give_back(from_here)
    return family


async def others(household: int) -> list[int]:
    """Further families that proved a phone or an address of this one: the same people, on another device."""
    row = await Household.objects().where(Household.id == household).first()
    if row is None:
        return []
    found: set[int] = set()
    if row.phone_proven_at is not None:
        found |= {each["id"] for each in await Household.select(Household.id).where(_has(Contact(Kind.SMS, row.phone)))}
    if row.email_proven_at is not None:
        found |= {each["id"] for each in await Household.select(Household.id).where(_has(Contact(Kind.EMAIL, row.email)))}
    return sorted(found - {household})


async def _opened(contact: Contact, digits: str, household: int | None) -> int | None:
    """Count the try at every code that is open for this, and take the one that is right. Committed either way."""
    moment = clock.now()
    of_this = (Code.contact == _purpose(contact, household)) & Code.used_at.is_null()
    async with writing():
        tried = (
            await Code.update({Code.tries: Code.tries + 1})
            .where(of_this & (Code.expires_at > moment) & (Code.tries < TRIES))
            .returning(Code.id, Code.digest, Code.household)
        )
        right = [row["household"] for row in tried if secrets.compare_digest(row["digest"], _bound(row["id"], digits))]
        family: int | None = right[0] if right else None
        if family is None:
            return None
        await Code.update({Code.used_at: moment}).where(of_this)
        if household is not None:
            await _note(household, contact)
    return await _home(family)


async def _note(household: int, contact: Contact) -> None:
    """The family's contact from now on, proven."""
    moment = clock.now()
    values: dict[Column | str, Any] = (
        {Household.phone: contact.value, Household.phone_proven_at: moment}
        if contact.kind == Kind.SMS
        else {Household.email: contact.value, Household.email_proven_at: moment}
    )
    await lock(Household, household)
    await Household.update(values).where(Household.id == household)


async def _holder(contact: Contact) -> int | None:
    """The family that proved it last: a phone number may have come to other people."""
    proven_at = Household.phone_proven_at if contact.kind == Kind.SMS else Household.email_proven_at
    row = await Household.select(Household.id).where(_has(contact)).order_by(proven_at, ascending=False).first()
    return None if row is None else int(row["id"])


def _has(contact: Contact) -> Combinable:
    if contact.kind == Kind.SMS:
        return (Household.phone == contact.value) & Household.phone_proven_at.is_not_null() & Household.merged_into.is_null()
    return (Household.email == contact.value) & Household.email_proven_at.is_not_null() & Household.merged_into.is_null()


async def _home(household: int) -> int:
    """Where a family is now, should it have become part of another one since."""
    row = await Household.select(Household.merged_into).where(Household.id == household).first()
    return household if row is None or row["merged_into"] is None else await _home(row["merged_into"])


def _purpose(contact: Contact, household: int | None) -> str:
    """A code that proves a contact for one family joins no device to another."""
    return codes.digest(f"{'join' if household is None else household} {contact.kind} {contact.value}")


def _bound(row: int, digits: str) -> str:
    return codes.digest(f"code {row} {digits}")
