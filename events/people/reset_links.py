"""One-time links with which somebody on the staff chooses a password."""

from __future__ import annotations

from datetime import timedelta

from piccolo.columns.combination import And

from events import clock, codes
from events.db import writing
from events.errors import Refused, _
from events.people import audit, passwords, rights, staff
from events.people.tables import ResetLink, Role, Staff

LASTS = timedelta(hours=24)
LENGTH = 26  # 130 bits
USED = _("这个链接用过了，或者过了一天；找给您链接的人再要一个")


async def make(member: Staff, *, by: Staff | None) -> str:
    """The secret of a new link, shown once; earlier links of that person stop working. `by` None is the command line."""
    if by is not None and not rights.may_manage(by, member):
        raise Refused(_("大盒只能给自己店的小盒重设密码；别的请店主来"))
    if member.disabled_at is not None or member.role == Role.HELPER:
        raise Refused(_("这位同事停用了，先恢复再重设密码"))
    secret = codes.secret(LENGTH)
    async with writing():
        await ResetLink.update({ResetLink.expires_at: clock.now()}).where(ResetLink.staff == member.id, ResetLink.used_at.is_null())
        link = ResetLink(staff=member.id, digest=codes.digest(secret), made_by=by.id if by else None, expires_at=clock.now() + LASTS)
        await link.save()
        await audit.record(by, "reset_link.made", link, store=member.store)
    return secret


async def holder(secret: str) -> Staff | None:
    """Whose password the link sets; nobody's once it was used or is too old. Reading does not use it up."""
    may_sign_in = ResetLink.staff.disabled_at.is_null() & (ResetLink.staff.role != Role.HELPER)
    found = await ResetLink.objects(ResetLink.staff).where(_is_open(secret), may_sign_in).first()
    return found.staff if found else None


async def use(secret: str, password: str) -> str:
    """Set the password, end every sign-in, and return a token for this device. Works once."""
    member = await holder(secret)
    if member is None:
        raise Refused(USED)
    passwords.check(password, login=member.login)
    stored = await passwords.hashed(password)
    async with writing():
        if not await ResetLink.update({ResetLink.used_at: clock.now()}).where(_is_open(secret)).returning(ResetLink.id):
            raise Refused(USED)
        return await staff.keep_password(member, stored, by=member)


def _is_open(secret: str) -> And:
    return And(
        And(ResetLink.digest == codes.digest(secret.upper()), ResetLink.used_at.is_null()),
        ResetLink.expires_at > clock.now(),
    )
