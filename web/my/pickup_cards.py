"""What a family's page tells of who fetches the children: the code, who else may come, who fetched them, whom they must not go with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request

from events import clock, codes
from events.catalog.tables import Event, Session, SessionState, Store
from events.checkin import verdicts
from events.checkin.care import family_pickups, in_care, pickup_codes
from events.checkin.care.family_pickups import Picture
from events.checkin.care.handed import Handed
from events.errors import _
from events.signup.tables import Attendee, Registration, State
from web import viewer
from web.language import say
from web.site import faces
from web.times import Times

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Delegate:
    """Somebody who comes in the guardian's place, and what the family sends them."""

    id: int
    name: str
    code: str
    message: str


@dataclass(frozen=True)
class Gone:
    """A hand-over in the family's words."""

    children: str
    when: str
    to: str


@dataclass(frozen=True)
class Card:
    """What the family's page tells of it; `is_live`: it asks again by itself."""

    code: str
    inside: str  # names
    delegates: tuple[Delegate, ...]
    gone: tuple[Gone, ...]
    barred: tuple[str, ...]
    is_live: bool
    may_arrange: bool

    @property
    def tag(self) -> str:
        """Another one whenever it says something else."""
        return codes.digest(repr((self.code, self.inside, self.delegates, self.gone, self.is_live)))[:12]


async def of(request: AnyRequest, registration: Registration, session: Session, event: Event, store: Store) -> Card | None:
    """Of a family with a place at an event whose children are left with us."""
    if not event.is_drop_off or registration.state != State.PLACED:
        return None
    picture, times, language = await family_pickups.of(registration), faces.times_of(request, store), viewer.seen(request).language
    moment = clock.now()
    is_on = session.state == SessionState.ON and moment < session.ends_at
    is_live = verdicts.is_its_day(session, store.zone, moment) and moment < session.ends_at + in_care.LOUD
    return Card(
        code=picture.own.text if picture.own else "",
        inside=_called(picture.inside, language),
        delegates=_delegates(picture, session, event, store, times, language),
        gone=tuple(_gone(each, times, language) for each in picture.gone),
        barred=tuple(picture.barred),
        is_live=is_live and (is_on or bool(picture.inside)),
        may_arrange=is_on or bool(picture.inside),
    )


def _delegates(picture: Picture, session: Session, event: Event, store: Store, times: Times, language: str) -> tuple[Delegate, ...]:
    def of(code: pickup_codes.Code) -> Delegate:
        told = say(
            language,
            _("%(name)s，接孩子用这个码：%(code)s，只能用一次。%(store)s，%(when)s，%(title)s"),
            name=code.delegate,
            code=code.text,
            store=store.name,
            when=times.dated(session.starts_at, session.ends_at),
            title=event.title,
        )
        return Delegate(code.id, code.delegate, code.text, told)

    return tuple(of(code) for code in picture.delegates)


def _gone(each: Handed, times: Times, language: str) -> Gone:
    return Gone(_called(each.children, language), times.bare(each.at), each.collector)


def _called(people: list[Attendee] | tuple[Attendee, ...], language: str) -> str:
    return say(language, _("、")).join(person.name or say(language, _("孩子")) for person in people)
