"""Children given to somebody: by a code, or after a check of identity."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from events import db
from events.catalog import sessions
from events.catalog.tables import Event, Session
from events.checkin import arrivals, checks, kin, recording
from events.checkin.arrivals import AtDoor
from events.checkin.care import barring, in_care, living_codes, pickup_codes, tries
from events.checkin.tables import Act, Checked, Flag, Pickup, Proof, Scan, Ticket
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Attendee, AttendeeKind, Registration

COLLECTOR = 40  # characters


@dataclass(frozen=True)
class Shown:
    """What shows that the children may go with somebody."""

    proof: Proof
    collector: str
    code: int | None = None
    checked: str = ""


@dataclass(frozen=True)
class Asked:
    """What a host typed, on one line."""

    code: str
    collector: str
    checked: str


class WrongCodeError(Exception):
    """What was typed is no living code of the family."""


class BarredError(Exception):
    """The family does not want this person to have the children."""


async def hand_over(
    ticket: Ticket,
    people: Collection[int],
    *,
    nonce: str,
    by: Staff,
    door: Session | None = None,
    code: str = "",
    collector: str = "",
    checked: str = "",
    tried_from: str = "",
) -> AtDoor:
    """Children of the family go with somebody, and adults of it who go along. A retry, known by its nonce, changes nothing.

    With a code: the guardian's, or a delegate's, which then ends. Without: `collector` says who it is, `checked` (a Checked) how the host
    made sure. Refused by field (`people`, `code`, `collector`, `checked`), and with any proof for somebody the family does not want.
    A wrong code is counted though the act is refused: for `tried_from`, the host's sign-in, and for the family.
    """
    if await recording.is_known(nonce):
        return await arrivals.look(ticket, door)
    asked = _read(code, collector, checked)
    registration = await _registration(ticket)
    store = (await sessions.whole(ticket.session))[2].id
    source = tried_from or f"staff {by.id}"
    if asked.code:
        await tries.take(registration, source)
    try:
        await kin.once_held(lambda: _hand_over(ticket, people, asked, nonce, by, door))
    except WrongCodeError:
        raise await tries.was_wrong(registration, source, by=by, store=store) from None
    except (Refused, BarredError) as refusal:
        if asked.code:
            await tries.was_nothing(registration, source)
        raise await _kept(refusal, registration, by, store) from None
    if asked.code:
        await tries.was_right(registration, source)
    return await arrivals.look(ticket, door)


def _read(code: str, collector: str, checked: str) -> Asked:
    """Refused where it cannot be a proof at all: what is no code is no wrong one either."""
    asked = Asked(living_codes.typed(code), " ".join(collector.split()), checked)
    if len(asked.collector) > COLLECTOR:
        raise Refused(_("名字写短一点，最多 %(n)s 个字"), field="collector", n=COLLECTOR)
    if code.strip():
        if not living_codes.is_one(asked.code):
            raise Refused(_("接人码是 4 个字母数字，再看一眼"), field="code")
        return asked
    if not asked.collector and not checked:
        raise Refused(_("写上接人码；没有码，就核对身份"), field="code")
    if not asked.collector:
        raise Refused(_("写上交给谁"), field="collector")
    if checked not in set(Checked):
        raise Refused(_("选一下怎么核对的"), field="checked")
    return asked


async def _registration(ticket: Ticket) -> Registration:
    row = await db.row(Registration, ticket.registration)
    if row is None:
        raise NotThere
    return row


async def _kept(refusal: Refused | BarredError, registration: Registration, by: Staff, store: int) -> Refused:
    """What to say; that somebody unwanted asked for the children stays in the trail."""
    if isinstance(refusal, Refused):
        return refusal
    async with db.writing():
        await audit.record(by, "pickup.barred", registration, store=store)
    return Refused(_("家长说过，不能交给这个人"), field="collector")


async def _hand_over(ticket: Ticket, people: Collection[int], asked: Asked, nonce: str, by: Staff, door: Session | None) -> None:
    async with db.writing():
        rows = await kin.hold(ticket.registration)
        if await recording.is_known(nonce):
            return
        session, event, store = await sessions.whole(door.id if door else ticket.session)
        going = [person for person in await in_care.inside([row.id for row in rows], session.id) if person.id in people]
        _check_going(going, people, event)
        shown = await _shown(rows, session, asked, ticket)
        scan = Scan(session=session.id, nonce=nonce, act=Act.LEAVE, ticket=ticket.id)
        scan.shown = scan.ruled = (await arrivals.look(ticket, session)).verdict
        await recording.record(scan, [person.id for person in going], by=by)
        await _write(scan, ticket.registration, shown)
        if shown.proof == Proof.DELEGATE and shown.code is not None:
            await living_codes.end([shown.code])
        await audit.record(by, "pickup.made", await _registration(ticket), store=store.id)
        await pickup_codes.settle(session, event, [ticket.registration])
        if not await in_care.in_care(ticket.registration, session.id):
            await _answer([row.id for row in rows], session, by, store.id)


async def _answer(registrations: Collection[int], session: Session, by: Staff, store: int) -> None:
    """No child of theirs is here any more: what a phone told of them without saying to whom they went is answered by this."""
    theirs = Scan.ticket.is_in(Ticket.select(Ticket.id).where(Ticket.registration.is_in(list(registrations))))
    for scan in await Scan.objects().where((Scan.session == session.id) & (Scan.flag == Flag.UNPROVEN) & theirs):
        await checks.settle(scan, by=by, store=store)


def _check_going(going: Sequence[Attendee], people: Collection[int], event: Event) -> None:
    if not event.is_drop_off:
        raise Refused(_("这个活动家长都在，不用接人码，点「出去一下」就行"))
    if any(person.kind == AttendeeKind.CHILD for person in going):
        return
    raise Refused(_("这个孩子已经不在里面了，刷新看看") if people else _("先勾上交给他的孩子"), field="people")


async def _shown(rows: Sequence[Registration], session: Session, asked: Asked, ticket: Ticket) -> Shown:
    """Raises WrongCodeError, and BarredError for whoever gives a name the family has told us of."""
    codes = await living_codes.of([row.id for row in rows], session.id)
    own = next(row for row in rows if row.id == ticket.registration)
    unwanted = barring.names_of(rows)
    if asked.collector and barring.is_meant(asked.collector, unwanted, [own.name]):
        raise BarredError
    if not asked.code:
        return Shown(Proof.IDENTITY, asked.collector, checked=asked.checked)
    found = living_codes.matching(codes, asked.code)
    if found is None:
        raise WrongCodeError
    if not found.delegate:
        return Shown(Proof.CODE, (asked.collector or own.name)[:COLLECTOR], found.id)
    if barring.is_meant(found.delegate, unwanted, [own.name]):
        raise BarredError
    return Shown(Proof.DELEGATE, found.delegate, found.id)


async def _write(scan: Scan, registration: int, shown: Shown) -> None:
    row = Pickup(nonce=scan.nonce, registration=registration, session=scan.session, proof=shown.proof, code=shown.code)
    row.checked, row.collector, row.at, row.made_by = shown.checked, shown.collector, scan.at, scan.made_by
    await db.add(row)
