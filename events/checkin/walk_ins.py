"""Families that come to the door without having signed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from piccolo.columns import Column

from events import clock, codes, db
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.checkin import recording, tickets, verdicts
from events.checkin.care import pickup_codes
from events.checkin.tables import Act, How, Scan
from events.checkin.verdicts import Verdict
from events.errors import Refused, _
from events.people import audit, phones
from events.people.tables import Staff
from events.signup import capacity, registrations, resizing, rules
from events.signup.parties import Party, Person
from events.signup.registrations import Full
from events.signup.tables import AttendeeKind, Consent, Registration

NAME = 40  # characters


@dataclass(frozen=True)
class WalkIn:
    """What a host at the counter knows of a family: no child's name or age, and a phone only where they gave one."""

    name: str
    phone: str
    adults: int
    children: int


async def take(
    session: Session,
    walk_in: WalkIn,
    *,
    nonce: str,
    by: Staff,
    overfill: bool = False,
    overrule: bool = False,
    at: datetime | None = None,
    device: str = "",
    device_at: datetime | None = None,
) -> Registration:
    """Sign a family up at the door and let everybody in, in one act; the same `nonce` again is the registration it made.

    Refused with Full where places are missing or families wait for them: `overfill`, a lead's explicit yes, adds what is missing.
    `overrule` lets in more children than the adults may bring. `at`: when it happened, where a device tells of it later. Sign-up's hours
    and the session's start do not bind; its day and its end do.
    """
    moment = at or clock.now()
    async with db.writing():
        await db.lock(Session, session.id)
        if earlier := await _of(nonce, session):
            return earlier
        row, event, store = await sessions.whole(session.id)
        _check_day(row, store, moment)
        verdict = _company(walk_in, event, overrule=overrule)
        party = _party(walk_in)
        await _make_room(row, party, event, by=by, overfill=overfill)
        made = (
            await registrations.register(row, party, household=None, key=_key(nonce), by=by, accepted_at=moment, at_door=True)
        ).registration
        await _nothing_was_asked(made)
        scan = Scan(session=row.id, nonce=nonce, act=Act.ENTER, how=How.HAND, shown=verdict, ruled=verdict)
        scan.at, scan.device, scan.device_at = moment, device, device_at
        await _let_in(made, scan, store, by=by)
        await pickup_codes.settle(row, event, [made.id])
    return made


async def _of(nonce: str, session: Session) -> Registration | None:
    """What an earlier copy of this tap made. Refused where the nonce was another act's, or another door's."""
    made = await Registration.objects().where((Registration.key == _key(nonce)) & (Registration.session == session.id)).first()
    if made is None and await recording.is_known(nonce):
        raise Refused(_("这一下已经记过了，刷新看看"))
    return made


def _key(nonce: str) -> str:
    return codes.digest(f"walk-in {nonce}")


def _check_day(session: Session, store: Store, moment: datetime) -> None:
    if not verdicts.is_its_day(session, store.zone, moment):
        raise Refused(_("这一场不在今天，门口加不了人"))


def _company(walk_in: WalkIn, event: Event, *, overrule: bool) -> Verdict:
    """The door's word on these heads; Refused with the event's rule, which says how many adults are missing."""
    if verdicts.keeps_company(children=walk_in.children, adults=walk_in.adults, event=event):
        return Verdict.WELCOME
    if not overrule:
        rules.check_company(children=walk_in.children, adults=walk_in.adults, event=event)
    return Verdict.GUARDIAN


def _party(walk_in: WalkIn) -> Party:
    """Refused where it is none: the page checks the same, a device's upload may not have."""
    name, phone = " ".join(walk_in.name.split()), phones.normalise(walk_in.phone) if walk_in.phone.strip() else ""
    if not name or len(name) > NAME:
        raise Refused(_("写上怎么称呼，1 到 %(n)s 个字"), field="name", n=NAME)
    if phone is None:
        raise Refused(_("手机号是 1 开头的 11 位数字，再看一眼"), field="phone")
    if min(walk_in.adults, walk_in.children) < 0 or walk_in.adults + walk_in.children > rules.LARGEST:
        raise Refused(_("一次最多报 %(n)s 个人，人多请直接找小盒"), field="people", n=rules.LARGEST)
    people = (Person(AttendeeKind.ADULT),) * walk_in.adults + (Person(AttendeeKind.CHILD),) * walk_in.children
    return Party(name, phone, people, Consent.REFUSED if walk_in.children else Consent.NOT_ASKED)


async def _make_room(session: Session, party: Party, event: Event, *, by: Staff, overfill: bool) -> None:
    """Whoever waits comes first while the list still moves: free places are theirs, and a lead's yes adds all that is needed."""
    need = rules.seen(party, event).places
    count = await capacity.count(session.id)
    left = session.places - count.taken
    if left >= need and not count.waiting_families:
        return
    if not overfill:
        raise Full(left, need, waiting=count.waiting_families)
    is_moving = bool(count.waiting_families) and session.starts_at > clock.now()
    missing = need if is_moving else max(need - left, 0)
    await resizing.squeeze(session.id, missing, by=by)


async def _nothing_was_asked(registration: Registration) -> None:
    """Nothing of a child is kept, as if the guardian had refused; but nobody was shown a text."""
    values: dict[Column | str, Any] = {Registration.consent_text: None, Registration.consent_at: None}
    await Registration.update(values).where(Registration.id == registration.id)
    registration.consent_text = registration.consent_at = None


async def _let_in(registration: Registration, scan: Scan, store: Store, *, by: Staff) -> None:
    ticket = await tickets.of(registration.id)
    people = await registrations.people_of(registration.id)
    scan.ticket = ticket.id if ticket else None
    await recording.record(scan, [person.id for person in people], by=by, at=scan.at)
    await audit.record(by, "arrival.made", registration, store=store.id)
    if scan.ruled not in verdicts.OPEN:
        await audit.record(by, "arrival.overruled", registration, store=store.id)
