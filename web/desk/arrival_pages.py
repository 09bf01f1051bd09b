"""A ticket's family as the door answers it: one word, everybody with a tick, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from events import clock, codes
from events.catalog import sessions
from events.catalog.tables import Event, Session
from events.checkin import arrivals, presence, recording, rosters, tickets, verdicts
from events.checkin.arrivals import AtDoor
from events.checkin.presence import Presence, Where
from events.checkin.tables import How, Ticket
from events.checkin.verdicts import OPEN, Verdict
from events.errors import _
from events.people import rights, staff
from events.signup.tables import Attendee
from web import forms, replies, viewer
from web.desk import registration_pages
from web.door import words
from web.language import say
from web.site import event_pages

AnyRequest = Request[Any, Any, Any]
REASONS = {"slip": _("点错了"), "others": _("是另一家"), "outside": _("人没进来")}  # why an arrival is taken back
UNSETTLED = (Verdict.OTHER_SESSION, Verdict.OTHER_DAY)  # whose why is when it would be right


@dataclass(frozen=True)
class Guest:
    """One of the family at this door."""

    person: Attendee
    presence: Presence | None
    by: str  # who of the staff let them in, or out
    may_come: bool
    is_ticked: bool

    @property
    def is_inside(self) -> bool:
        return self.presence is not None and self.presence.is_inside

    @property
    def has_left(self) -> bool:
        return self.presence is not None and self.presence.where is Where.LEFT


async def draw(request: AnyRequest, ticket: Ticket, form: forms.Form, door: Session | None) -> Response[Any]:
    """The page; a refusal of ticked people may be overruled by whoever may say so."""
    who = viewer.seen(request)
    at = await arrivals.look(ticket, door)
    may = verdicts.overrulable(is_lead=rights.may_lead(who.member, at.store.id))
    guests = await _guests(at, may, who.language)
    form.fill(
        nonce=codes.secret(26), tap=codes.secret(26), people=[guest.person.id for guest in guests if guest.is_ticked], how=_how(request)
    )
    first = min(at.inside.values(), key=lambda each: each.at, default=None)
    context = await event_pages.one_session(request, at.event, at.session, at.store, confirmed=True)
    here_event, here = (at.event, context["face"]) if at.door.id == at.session.id else await _here(request, at)
    return replies.page(
        request,
        "desk/arrivals/show",
        form=form,
        ticket=ticket,
        door=at,
        here=here,
        here_event=here_event,
        here_clock=context["times"].clock(at.door.starts_at),
        guests=guests,
        heads=await rosters.heads(at.door.id),
        word=words.word(at.verdict, who.language),
        tone=words.tone(at.verdict),
        why=words.why(at.verdict, who.language),
        says_when=at.verdict in UNSETTLED,
        first=first,
        let_in_by=next((guest.by for guest in guests if guest.presence is first), "") if first else "",
        may_overrule=_may_overrule(at, form, may),
        leads=await staff.leads(at.store.id) if _asks_a_lead(at, may) else [],
        may_move=at.verdict == Verdict.OTHER_SESSION and at.door.event == at.event.id and at.door.ends_at > clock.now(),
        moved_to=await tickets.of(at.registration.moved_to or at.registration.merged_into or 0),
        reasons={key: say(who.language, words) for key, words in REASONS.items()},
        fee=await registration_pages.fee_of(at.registration, at.event, at.people),
        **context,
    )


def reason(form: forms.Form, language: str) -> str:
    """Why an arrival is taken back: what was typed, else the one chosen."""
    typed = form.text("why", at_most=100, required=False)
    chosen = form.value("reason")
    return typed or (say(language, REASONS[chosen]) if chosen in REASONS else "")


def _how(request: AnyRequest) -> str:
    """What led here; the form carries it on."""
    told = request.query_params.get("how", "")
    return told if told in set(How) else How.HAND.value


async def _guests(at: AtDoor, may: frozenset[Verdict], language: str) -> list[Guest]:
    """Ticked are those who may come in; where nobody may, all whom the viewer could let in all the same."""
    names = {each.id: each.name for each in await staff.named([each.made_by for each in at.arrived.values()])}
    themselves = dict.fromkeys(await recording.by_themselves(presence.unnamed(at.arrived.values())), words.themselves(language))
    outside = [person.id for person in at.people if person.id not in at.inside]
    is_open = any(at.says[id] in OPEN for id in outside)

    def of(person: Attendee) -> Guest:
        here, verdict = at.arrived.get(person.id), at.says[person.id]
        may_come = person.id in outside and (verdict in OPEN or verdict in may)
        by = (names.get(here.made_by or 0) or themselves.get(here.nonce, "")) if here is not None else ""
        return Guest(person, here, by, may_come, may_come and (verdict in OPEN or not is_open))

    return [of(person) for person in at.people]


def _may_overrule(at: AtDoor, form: forms.Form, may: frozenset[Verdict]) -> bool:
    """Whether the page offers it: of a family that may not come in, or once ticked people were refused for their company."""
    was_refused = form.error("people") is not None and bool(form.values("people"))
    return at.verdict in may or (was_refused and at.verdict in OPEN)


def _asks_a_lead(at: AtDoor, may: frozenset[Verdict]) -> bool:
    return at.verdict not in may and at.verdict in verdicts.overrulable(is_lead=True)


async def _here(request: AnyRequest, at: AtDoor) -> tuple[Event, Any]:
    """The door's own event and session in words; the ticket may be another's."""
    row, event, store = await sessions.whole(at.door.id)
    return event, (await event_pages.one_session(request, event, row, store, confirmed=True))["face"]
