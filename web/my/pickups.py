"""Who fetches the children: the guardian's code, somebody in their place, and whom the children must not go with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.enums import MediaType

from events import clock, codes
from events.catalog import sessions
from events.catalog.tables import Event, Session, SessionState, Store
from events.checkin import family_pickups, in_care, pickup_codes, pickups, verdicts
from events.checkin.family_pickups import Picture
from events.checkin.handed import Handed
from events.errors import _
from events.signup.tables import Attendee, Registration, State
from web import find, forms, replies, viewer
from web.language import say
from web.my import ways
from web.my.ways import Way
from web.site import faces
from web.times import Times

AnyRequest = Request[Any, Any, Any]
NAME = 40  # characters
LISTED = 400  # characters of all names that are barred


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


async def card(request: AnyRequest, registration: Registration, session: Session, event: Event, store: Store) -> Card | None:
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


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    from web.my import registration_pages  # noqa: PLC0415 -- that page shows this form

    return await registration_pages.form_page(request, form)


@ways.get("/pick-up", "pickups.code")
async def code(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """The card as it is now; 204 while it says what was seen."""
    registration = way.registration
    session, event, store = await sessions.whole(registration.session)
    told = await card(request, registration, session, event, store)
    if told is None or told.tag == request.query_params.get("seen"):
        return Response(None, status_code=204)
    return Response(replies.draw(request, "my/registrations/_pickup", way=way, pickup=told), media_type=MediaType.HTML)


@ways.post("/delegates", "pickups.delegate", form=form_page)
async def delegate(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Somebody may come in the guardian's place, once."""
    form = await forms.read(request)
    name = form.text("delegate", at_most=NAME)
    form.check()
    await pickup_codes.name_delegate(way.registration, name)
    return way.back(note="delegate")


@ways.post("/delegates/removal", "pickups.take_back", form=form_page)
async def take_back(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """They do not come after all."""
    form = await forms.read(request)
    typed = form.value("code")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(find.LARGEST)) else 0
    await pickup_codes.take_back(way.registration, number if number <= find.LARGEST else 0)
    return way.back(note="taken_back")


@ways.post("/barred", "pickups.bar", form=form_page)
async def bar(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Whom the children must not go with: a name in each line."""
    form = await forms.read(request)
    names = form.text("barred", at_most=LISTED, required=False, lines=True)
    form.check()
    await pickups.bar(way.registration, [line.strip() for line in names.splitlines() if line.strip()])
    return way.back(note="saved")


both = (code, delegate, take_back, bar)
handlers = ways.own(both)
