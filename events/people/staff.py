"""Staff: who works here, as what, and for how long they may come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from events import clock, facts
from events.db import Taken, lock, writing
from events.errors import NotThere, Refused, _
from events.people import attempts, audit, logins, passwords, rights, sign_ins
from events.people.tables import Role, Staff

NAME = 40  # characters
NO_TAKER = _("选一个在岗的同事来接")


async def add(name: str, login: str, role: Role, store: int | None, *, by: Staff | None) -> Staff:
    """Somebody new, who chooses a password by a reset link. `by` None is the command line; a lead adds hosts of its store only."""
    member = Staff(name=_checked_name(name), login=logins.checked(login), role=role, store=_checked_store(role, store))
    if by is not None and not rights.may_manage(by, member):
        raise Refused(_("大盒只能加自己店的小盒；别的请店主来加"))
    async with writing():
        try:
            async with writing():
                await member.save()
        except Taken:
            raise Refused(_("这个登录名有人用了，换一个"), field="login") from None
        await audit.record(by, "staff.added", member)
    return member


async def change(staff: Staff, name: str, role: Role, store: int | None, *, by: Staff) -> Staff:
    """Another name, and for an owner to give: another role or store."""
    name, store = _checked_name(name), _checked_store(role, store)
    async with writing():
        held = await _hold(staff, by)
        if (role, store) != (held.role, held.store):
            held = await change_role(held, role, store, by=by)
        if name != held.name:
            await held.update_self({Staff.name: name})
            await audit.record(by, "staff.renamed", held)
    return held


async def change_role(staff: Staff, role: Role, store: int | None, *, by: Staff) -> Staff:
    """An owner's to do. Refused for the last owner, so that somebody can always come in."""
    store = _checked_store(role, store)
    if not rights.owns(by):
        raise Refused(_("只有店主可以换角色和门店"), field="role")
    async with writing():
        held = await _hold(staff, by)
        if held.role == Role.OWNER and role != Role.OWNER:
            await _keep_an_owner(held, field="role")
        await held.update_self({Staff.role: role, Staff.store: store})
        await audit.record(by, "staff.role_changed", held)
    return held


async def disable(staff: Staff, *, by: Staff) -> Staff:
    """No way in any more, and signed out everywhere; what they looked after stays theirs until handed over."""
    if staff.id == by.id:
        raise Refused(_("自己不能停用自己，请另一位店主来"))
    async with writing():
        held = await _hold(staff, by)
        if held.disabled_at is None:
            if held.role == Role.OWNER:
                await _keep_an_owner(held)
            await held.update_self({Staff.disabled_at: clock.now()})
            await sign_ins.end_everywhere(held)
            await audit.record(by, "staff.disabled", held)
    return held


async def enable(staff: Staff, *, by: Staff) -> Staff:
    """Back again, with the password they had."""
    async with writing():
        held = await _hold(staff, by)
        if held.disabled_at is not None:
            await held.update_self({Staff.disabled_at: None})
            await audit.record(by, "staff.enabled", held)
    return held


async def sign_out(staff: Staff, *, by: Staff) -> None:
    """A lost phone: every device of theirs is signed out. Anybody may do it to themselves."""
    async with writing():
        held = await _hold(staff, by, may_be_self=True)
        await sign_ins.end_everywhere(held)
        await audit.record(by, "staff.signed_out", held)


async def hand_over(from_: Staff, to: Staff, *, by: Staff) -> None:
    """Events not yet over, and groups, pass to `to`, as far as they belong to stores `to` sees. Refused to one who left."""
    if from_.id == to.id or to.disabled_at is not None or to.role == Role.HELPER:
        raise Refused(NO_TAKER, field="to")
    if from_.store is not None and not rights.sees(to, from_.store):
        raise Refused(_("接手的人要在同一家店"), field="to")
    async with writing():
        await lock(Staff, from_.id, to.id)
        held = await _hold(from_, by, may_be_self=True)
        await facts.tell(facts.HandedOver(held.id, to.id, None if rights.owns(to) else to.store))
        await audit.record(by, "staff.handed_over", held)
        await audit.record(by, "staff.took_over", to, store=to.store or held.store)


async def change_password(staff: Staff, old: str, new: str) -> str:
    """Their own, knowing the old one. Every device is signed out; the token returned signs this one in again."""
    await attempts.take({attempts.key("login", staff.login): sign_ins.TRIES_PER_LOGIN})
    if not await passwords.matches(old, staff.password):
        raise Refused(_("现在的密码不对"), field="old")
    passwords.check(new, login=staff.login, field="new")
    stored = await passwords.hashed(new)
    async with writing():
        await attempts.clear(attempts.key("login", staff.login))
        return await keep_password(staff, stored, by=staff)


async def keep_password(staff: Staff, stored: str, *, by: Staff) -> str:
    """Put a hashed password in place: all sign-ins end, and a token for this device begins."""
    async with writing():
        await Staff.update({Staff.password: stored}).where(Staff.id == staff.id)
        await sign_ins.end_everywhere(staff)
        await audit.record(by, "staff.password", staff)
        return await sign_ins.start_again(staff)


async def colleagues(by: Staff) -> list[Staff]:
    """Everybody `by` may read of, those at work first, by name; no helper of a link's."""
    rows = Staff.objects().where(Staff.role != Role.HELPER).order_by(Staff.name, Staff.id)
    found = await (rows if rights.owns(by) else rows.where(Staff.store == by.store))
    return sorted(found, key=lambda each: each.disabled_at is not None)


async def named(ids: Iterable[int | None]) -> Sequence[Staff]:
    """These people, however they stand now."""
    wanted = {each for each in ids if each is not None}
    return await Staff.objects().where(Staff.id.is_in(list(wanted))) if wanted else []


async def takers(staff: Staff) -> list[Staff]:
    """Who could take over from somebody: colleagues at work who see the same store, by name."""
    at_work = Staff.disabled_at.is_null() & (Staff.role != Role.HELPER) & (Staff.id != staff.id)
    rows = await Staff.objects().where(at_work).order_by(Staff.name, Staff.id)
    return [each for each in rows if staff.store is None or rights.sees(each, staff.store)]


async def leads(store: int) -> list[Staff]:
    """Who leads a store and is at work, by name."""
    of_store = (Staff.store == store) & (Staff.role == Role.LEAD) & Staff.disabled_at.is_null()
    return await Staff.objects().where(of_store).order_by(Staff.name, Staff.id)


def check_may_add(by: Staff) -> None:
    """Refused to a host."""
    if by.role == Role.HOST:
        raise Refused(_("只有店主和大盒可以加同事"))


async def _hold(staff: Staff, by: Staff, *, may_be_self: bool = False) -> Staff:
    """The row as it is now, under its lock. Refused unless `by` may manage them; a helper is there for its link alone."""
    await lock(Staff, staff.id, *(await _owners() if staff.role == Role.OWNER else []))
    held = await Staff.objects().where(Staff.id == staff.id).first()
    if held is None or held.role == Role.HELPER:
        raise NotThere
    if not rights.may_manage(by, held) and not (may_be_self and by.id == held.id):
        raise Refused(_("大盒只能管自己店的小盒；别的请店主来"))
    return held


async def _keep_an_owner(leaving: Staff, *, field: str | None = None) -> None:
    """All owners are locked by now: two cannot send each other away in the same moment."""
    if not await Staff.exists().where(Staff.role == Role.OWNER, Staff.disabled_at.is_null(), Staff.id != leaving.id):
        raise Refused(_("最后一位店主要留着，先加一位新店主"), field=field)


async def _owners() -> list[int]:
    return [row["id"] for row in await Staff.select(Staff.id).where(Staff.role == Role.OWNER)]


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME:
        raise Refused(_("名字要 1 到 %(n)s 个字"), field="name", n=NAME)
    return name


def _checked_store(role: Role, store: int | None) -> int | None:
    """An owner belongs to no store, anybody else to one."""
    if role == Role.HELPER:
        raise Refused(_("帮手不在这儿加，到门口给他一个链接"), field="role")
    if role == Role.OWNER:
        return None
    if store is None:
        raise Refused(_("选一家店"), field="store")
    return store
