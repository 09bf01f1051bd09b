"""Devices signed in: rows found by the digest of the token in a cookie, revocable one by one or all at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from piccolo.query.functions.aggregate import Count

from events import clock, codes
from events.db import Listed, Prepared, add, writing
from events.errors import Refused, _
from events.people import attempts, logins, passwords
from events.people.tables import Household, Role, SignIn, Staff

STAFF_LASTS = timedelta(days=30)
HOUSEHOLD_LASTS = timedelta(days=400)  # browsers cap cookies there (RFC 6265bis, 5.5)
TRIES_PER_LOGIN, TRIES_PER_ADDRESS = 8, 40


async def start_for_staff(login: str, password: str, *, address: str) -> str:
    """A token for this device. Refused with one sentence for an unknown login, a wrong password and a disabled person,
    and with the time to come back after TRIES_PER_LOGIN failures at a login or TRIES_PER_ADDRESS from an address."""
    login = logins.normalise(login)
    at_login, at_address = attempts.key("login", login), attempts.key("address", attempts.network(address))
    await attempts.take({at_login: TRIES_PER_LOGIN, at_address: TRIES_PER_ADDRESS})
    member = await Staff.objects().where(Staff.login == login).first()
    is_right = await passwords.matches(password[: passwords.LONGEST + 1], member.password if member else None)
    if member is None or not is_right or member.disabled_at is not None or member.role == Role.HELPER:
        raise Refused(_("登录名或密码不对，再试一次；忘了就找店里要一个重设链接"))
    async with writing():
        await attempts.clear(at_login)
        await attempts.give_back(at_address)
        return await start_again(member)


async def start_again(staff: Staff) -> str:
    """A token for a device whose holder has just shown who they are by other means: a reset link, the old password."""
    return await _start(SignIn(staff=staff.id, expires_at=clock.now() + STAFF_LASTS))


async def start_for_household(household: Household | int) -> str:
    """A token for one more device of a family."""
    number = household if isinstance(household, int) else household.id
    return await _start(SignIn(household=number, expires_at=clock.now() + HOUSEHOLD_LASTS))


async def staff_of(token: str) -> Staff | None:
    """Whoever is signed in with this token and still works here; one query."""
    return (await staff_of_all([token])).get(token)


async def staff_of_all(tokens: Collection[str]) -> dict[str, Staff]:
    """The same of several at once, in one query too; whose token opens nothing is left out."""
    digests = {codes.digest(token): token for token in tokens}
    return {digests[row.digest]: row.staff for row in await _of_staff(clock.now(), sorted(digests))}


_of_staff = Listed(
    lambda moment, digests: SignIn.objects(SignIn.staff).where(
        SignIn.digest.is_in(digests)
        & SignIn.staff.is_not_null()
        & SignIn.staff.disabled_at.is_null()
        & (SignIn.staff.role != Role.HELPER.value)
        & SignIn.ended_at.is_null()
        & (SignIn.expires_at > moment)
    )
)


async def household_of(token: str) -> int | None:
    """The family this device belongs to; one query."""
    found = await _of_household(codes.digest(token), clock.now())
    return found[0].household if found else None


_of_household = Prepared(
    lambda digest, moment: SignIn.objects().where(
        (SignIn.digest == digest) & SignIn.household.is_not_null() & SignIn.ended_at.is_null() & (SignIn.expires_at > moment)
    )
)


async def devices(staff: Staff) -> int:
    """On how many devices somebody is signed in now."""
    return (await devices_of([staff.id])).get(staff.id, 0)


async def devices_of(staff: list[int]) -> dict[int, int]:
    """The same for several at once; who has none is left out."""
    if not staff:
        return {}
    rows = (
        await SignIn.select(SignIn.staff, Count(alias="n"))
        .where(SignIn.staff.is_in(staff), SignIn.ended_at.is_null(), SignIn.expires_at > clock.now())
        .group_by(SignIn.staff)
    )
    return {row["staff"]: row["n"] for row in rows}


async def devices_of_household(household: int) -> int:
    """On how many devices a family is signed in now."""
    return int(await SignIn.count().where(SignIn.household == household, SignIn.ended_at.is_null(), SignIn.expires_at > clock.now()))


async def end(token: str) -> None:
    """This device is signed out; an unknown token is no matter."""
    async with writing():
        await SignIn.update({SignIn.ended_at: clock.now()}).where(SignIn.digest == codes.digest(token), SignIn.ended_at.is_null())


async def end_everywhere(staff: Staff) -> None:
    """All devices of somebody are signed out."""
    async with writing():
        await SignIn.update({SignIn.ended_at: clock.now()}).where(SignIn.staff == staff.id, SignIn.ended_at.is_null())


async def end_elsewhere(household: int, token: str) -> None:
    """All devices of a family but the one that holds this token are signed out."""
    others = (SignIn.household == household) & (SignIn.digest != codes.digest(token)) & SignIn.ended_at.is_null()
    async with writing():
        await SignIn.update({SignIn.ended_at: clock.now()}).where(others)


async def _start(row: SignIn) -> str:
    token = codes.token()
    row.digest = codes.digest(token)
    async with writing():
        await add(row)
    return token
