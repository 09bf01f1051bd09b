"""What a family has signed up for, as its own pages list it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request

from events import clock
from events.catalog import listing
from events.catalog.rows import Offer
from events.errors import _
from events.signup import waiting_list
from events.signup.tables import Attendee, AttendeeKind, Registration, State
from web import counts, viewer
from web.language import say
from web.site import event_pages
from web.site.faces import Mark, SessionFace

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Mine:
    """One of the family's registrations."""

    registration: Registration
    event: Offer
    face: SessionFace
    party: str
    mark: Mark
    is_over: bool


async def of_household(request: AnyRequest, household: int) -> list[Mine]:
    """A family's registrations, the next one first; those given back stay visible."""
    rows = await Registration.objects().where(Registration.household == household).order_by(Registration.id)
    sessions = await listing.of({row.session for row in rows})
    cards_of = {card.face.id: card for card in await event_pages.cards(request, sessions.values())}
    people = await _parties([row.id for row in rows])
    moment, language = clock.now(), viewer.seen(request).language
    mine = [
        Mine(
            registration=row,
            event=cards_of[row.session].event,
            face=cards_of[row.session].face,
            party=counts.party(*people.get(row.id, (0, 0)), language),
            mark=await _my_mark(row, cards_of[row.session].face, language),
            is_over=sessions[row.session].meeting.ends_at <= moment,
        )
        for row in rows
    ]
    return sorted(mine, key=lambda each: (each.is_over, _distance(sessions[each.registration.session].meeting.starts_at, moment)))


async def _my_mark(registration: Registration, face: SessionFace, language: str) -> Mark:
    if face.is_cancelled:
        return face.mark
    if registration.state == State.PLACED:
        return Mark("in", "check", say(language, _("报上了")))
    if registration.state == State.CANCELLED:
        return Mark("plain", "cross", say(language, _("退了")))
    if face.is_over:
        return Mark("plain", "clock", say(language, _("没排上")))
    before = await waiting_list.families_before(registration)
    if not before:
        return Mark("wait", "wait", say(language, _("在排队，排第一个")))
    return Mark("wait", "wait", say(language, _("在排队，前面 %(families)s"), families=counts.families(before, language)))


async def _parties(registrations_: list[int]) -> dict[int, tuple[int, int]]:
    """Adults and children of each registration."""
    if not registrations_:
        return {}
    found: dict[int, tuple[int, int]] = {}
    for row in await Attendee.select(Attendee.registration, Attendee.kind).where(
        Attendee.registration.is_in(registrations_) & Attendee.given_back_at.is_null()
    ):
        adults, children = found.get(row["registration"], (0, 0))
        is_child = row["kind"] == AttendeeKind.CHILD
        found[row["registration"]] = (adults + (not is_child), children + is_child)
    return found


def _distance(starts_at: datetime, moment: datetime) -> float:
    """Seconds away in either direction: the nearest first, among the coming and among the past."""
    return abs((starts_at - moment).total_seconds())
