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
from events.signup import standings
from events.signup.tables import Attendee, AttendeeKind, Ending, Registration, State
from web import counts, viewer
from web.language import say
from web.site import event_pages
from web.site.faces import Mark, SessionFace

AnyRequest = Request[Any, Any, Any]
GONE: dict[str, str] = {Ending.REJECTED: _("这次没能排下"), Ending.UNCONFIRMED: _("没回话，名额让出了"), Ending.DECLINED: _("没要")}


@dataclass(frozen=True)
class Mine:
    """One of the family's registrations."""

    registration: Registration
    event: Offer
    face: SessionFace
    party: str
    mark: Mark
    is_over: bool
    is_offered: bool  # places are held while the family is asked


async def of_household(request: AnyRequest, household: int) -> list[Mine]:
    """A family's registrations: first those that wait for its answer, then the next one; those given back stay visible.

    Left out is what lives on in another row: united, or moved to another session.
    """
    rows = await Registration.objects().where(Registration.household == household).order_by(Registration.id)
    rows = [row for row in rows if row.moved_to is None and row.merged_into is None]
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
            is_offered=row.state == State.OFFERED,
        )
        for row in rows
    ]

    def order(each: Mine) -> tuple[bool, bool, float]:
        return each.is_over, not each.is_offered, _distance(sessions[each.registration.session].meeting.starts_at, moment)

    return sorted(mine, key=order)


async def _my_mark(registration: Registration, face: SessionFace, language: str) -> Mark:
    if face.is_cancelled:
        return face.mark
    if registration.state == State.CANCELLED:
        return Mark("plain", "cross", say(language, GONE.get(registration.ending, _("退了"))))
    if registration.state == State.PLACED:
        return Mark("in", "check", say(language, _("报上了")))
    if face.is_over:
        return Mark("plain", "clock", say(language, _("没排上")))
    if registration.state == State.OFFERED:
        return Mark("few", "ask", say(language, _("轮到你们了，等您回话")))
    return Mark("wait", "wait", await _in_line(registration, language))


async def _in_line(registration: Registration, language: str) -> str:
    """Where a family stands that has no place yet."""
    if registration.state == State.PENDING:
        return say(language, _("等小盒点头"))
    if registration.lapsed_at is not None:
        return say(language, _("没等到回话，还想来吗"))
    before = await standings.families_before(registration)
    if not before:
        return say(language, _("在排队，排第一个"))
    return say(language, _("在排队，前面 %(families)s"), families=counts.families(before, language))


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
