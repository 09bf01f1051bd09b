"""What a notice has to say, as data: looked up when it leaves, so that it says how things are."""

from __future__ import annotations

from datetime import datetime

from events.catalog.tables import Venue
from events.notices import changes
from events.notices.letters import Told
from events.notices.tables import Change, NoticeKind
from events.notices.telling import LET_GO
from events.notices.truths import Case
from events.notices.ways import Way
from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.signup import confirmations, log, placing
from events.signup.tables import Registration, State


async def told(case: Case, way: Way, base: str, moment: datetime) -> Told:
    """`base` is our address. The family's own page is named only where the way is proven; an SMS has room for one address."""
    row, session, event, store = case.registration, case.session, case.event, case.store
    is_short = way.contact.kind == Kind.SMS
    was = await changes.before(row.id, session.id) if case.notice.kind in changes.OF_CHANGES else None
    is_confirmed = row.state == State.PLACED and way.is_proven
    place = await _place(case.venue.id, is_confirmed=is_confirmed)
    rest = await placing.rest_of(row)
    return Told(
        kind=NoticeKind(case.notice.kind),
        state=State(row.state),
        title=event.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=store.zone,
        place=place,
        store=store.name,
        store_phone=store.phone,
        people=case.people,
        link=link(row, base) if way.is_proven else "",
        stop="" if is_short and way.is_proven else stop(way.contact, base),
        reason=await _reason(case),
        was_starts_at=was.was_starts_at if was else None,
        was_ends_at=was.was_ends_at if was else None,
        was_place=await _was_place(was, case, place, is_confirmed=is_confirmed),
        offer_ends_at=row.offer_ends_at,
        asks=case.notice.kind == NoticeKind.DAY_BEFORE and confirmations.is_asked(row, event, session, store.zone, moment),
        rest=await placing.places_of(rest.id) if rest is not None else 0,
        is_short=is_short,
    )


def link(registration: Registration, base: str) -> str:
    """The family's private link: its page without a sign-in."""
    return f"{base.rstrip('/')}/M/{registration.secret}"


def stop(contact: Contact, base: str) -> str:
    """The page where this contact says how little it wants to hear."""
    return f"{base.rstrip('/')}/N/{opt_outs.code(contact)}"


def stop_at_once(contact: Contact, base: str) -> str:
    """Where a mail program posts one click (RFC 8058)."""
    return f"{stop(contact, base)}/all"


async def _reason(case: Case) -> str:
    if case.notice.about == LET_GO:
        entry = await log.latest(case.registration.id)
        return entry.reason if entry is not None else ""
    if case.notice.kind == NoticeKind.CALLED_OFF:
        return str(case.session.cancel_reason or case.event.cancel_reason)
    return ""


async def _place(venue: int, *, is_confirmed: bool) -> str:
    """What a family may know of a place: of one in a compound, which may be a flat, only the compound until it is confirmed."""
    compound = Venue.compound._.name.as_alias("compound")
    row = await Venue.select(Venue.name, Venue.address, compound).where(Venue.id == venue).first()
    if row is None:
        return ""
    if row["compound"] is None:
        return str(row["name"])
    parts = (row["compound"], row["name"], row["address"]) if is_confirmed else (row["compound"],)
    return " ".join(part for part in parts if part)


async def _was_place(was: Change | None, case: Case, place: str, *, is_confirmed: bool) -> str:
    """Where it was to be, if that was elsewhere and the family may tell the two apart."""
    if was is None or was.was_venue == case.venue.id:
        return ""
    was_place = await _place(was.was_venue, is_confirmed=is_confirmed)
    return "" if was_place == place else was_place
