"""A helper's link is made: its row, the helper's own, and the two secrets that are shown once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from events import clock, codes, db
from events.catalog.tables import Session, Store
from events.checkin.tables import HelperLink
from events.errors import NotThere, Refused, _
from events.people import audit, passwords, rights
from events.people.tables import Role, Staff

SECRET, PIN = 20, 6  # characters, 100 bits; digits
NAME = 40
LONGEST = timedelta(hours=24)
MOST = 20  # links of one door or of one day at a time


@dataclass(frozen=True)
class Made:
    """A link as it is shown once: nothing of its secret or its PIN can be read again."""

    link: HelperLink
    secret: str
    pin: str


async def make(store: Store, of: dict[str, Any], *, name: str, opens_at: datetime, closes_at: datetime, by: Staff) -> Made:
    """A link that is good for what `of` says, in columns: a session's door or a day."""
    check_seen(store.id, by)
    name = name.strip()
    if not name or len(name) > NAME:
        raise Refused(_("写一下是谁来帮忙，%(n)s 个字以内"), field="name", n=NAME)
    secret, pin = codes.secret(SECRET), codes.digits(PIN)
    hashed = await passwords.hashed(pin)
    async with db.writing():
        await _check_room(store.id, of.get("session"), of.get("day"))
        helper = await _hand(name, store)
        link = HelperLink(
            **of,
            store=store.id,
            staff=helper.id,
            digest=codes.digest(secret),
            pin=hashed,
            opens_at=opens_at,
            closes_at=closes_at,
            made_by=by.id,
            created_at=clock.now(),
        )
        await link.save()
        await audit.record(by, "helper.made", link)
    return Made(link, secret, pin)


def check_hours(opens_at: datetime, closes_at: datetime) -> None:
    """Refused by field: backwards, too long, over already."""
    if closes_at <= opens_at:
        raise Refused(_("结束要在开始后面"), field="closes_at")
    if closes_at - opens_at > LONGEST:
        raise Refused(_("一个链接最多管 %(n)s 小时"), field="closes_at", n=int(LONGEST.total_seconds()) // 3600)
    if closes_at <= clock.now():
        raise Refused(_("这个时间已经过了"), field="closes_at")


def check_seen(store: int, by: Staff) -> None:
    """NotThere for whoever does not see the store; a helper sees none."""
    if by.role == Role.HELPER or not rights.sees(by, store):
        raise NotThere


async def _check_room(store: int, session: int | None, day: date | None) -> None:
    """Refused with MOST links there; holds the door's or the store's lock, so that two at once do not pass together."""
    await (db.lock(Store, store) if session is None else db.lock(Session, session))
    of = (HelperLink.session == session) if session is not None else (HelperLink.store == store) & (HelperLink.day == day)
    if await HelperLink.count().where(of & HelperLink.revoked_at.is_null() & (HelperLink.closes_at > clock.now())) >= MOST:
        raise Refused(_("链接太多了，先收回几个用不着的"))


async def _hand(name: str, store: Store) -> Staff:
    """In whose name the acts are kept: nobody who could sign in, be chosen or be given anything."""
    helper = Staff(name=name, login=f"helper-{codes.secret(16).lower()}", role=Role.HELPER, store=store.id, disabled_at=clock.now())
    await helper.save()
    return helper
