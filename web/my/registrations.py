"""Signing up, in three steps that all work without script: who comes, a look over it, done."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock, codes
from events.catalog import sessions, texts
from events.catalog.tables import Event, Session, Store, TextKind
from events.errors import NotThere, Refused, _
from events.people import ages, phones, sign_ins
from events.signup import parties, registrations, rules
from events.signup.parties import Party, Person
from events.signup.tables import AttendeeKind, Consent
from web import find, forms, replies, viewer
from web.my import registration_pages
from web.site import event_pages, faces
from web.viewer import FAMILY_COOKIE, Viewer, keep_signed_in

AnyRequest = Request[Any, Any, Any]
CHILDREN = 8  # in one form
EMPTY = {  # what the banner says alone, so the field is named
    "adults": _("大人来几位，没有就写 0"),
    "name": _("怎么称呼您，写一下"),
    "phone": _("手机号还空着"),
}


@dataclass(frozen=True)
class Asked:
    """What the form is about."""

    session: Session
    event: Event
    store: Store
    day: date


@get("/registration", name="my.registrations.chosen")
async def chosen(request: AnyRequest, session: FromQuery[int] = 0, via: FromQuery[str] = "") -> Response[None]:
    """From the event's page without script: the session picked there leads to its form."""
    asked = await _asked(session)
    return replies.away(_form_address(request, asked.session, via))


@get("/sessions/{session:int}/registration", name="my.registrations.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], via: FromQuery[str] = "") -> Response[Any]:
    asked = await _asked(session)
    if viewer.household is not None and (mine := await registrations.of_household_in(viewer.household, session)):
        return replies.to(request, "my.registrations.show", id=mine.id)
    form = forms.blank(request)
    is_family = asked.event.kind == "family"
    form.fill(key=codes.secret(26), via=faces.came_by(via), adults=1, children=1 if is_family else 0)
    response = await _draw(request, form, asked)
    response.headers["Cache-Control"] = "private, no-cache"  # empty as yet; and "back" from the recap finds what was typed
    return response


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The form again, with what was typed and what is wrong with it."""
    return await _draw(request, form, await _asked(int(request.path_params["session"])))


@post("/sessions/{session:int}/registration", name="my.registrations.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """`act` says what the pressed button means: another child, one less, a look over it, back, or sign up."""
    asked = await _asked(session)
    form = await forms.read(request)
    act = form.value("act", "recap")
    if act.startswith(("add", "drop", "change")):
        _reshape(form, act)
        return await _draw(request, form, asked)
    party = _read(form, asked)
    form.check()
    if act != "register":
        return await _recap(request, form, asked, rules.fitting(party, asked.event, asked.day))
    key = form.text("key", at_most=64)
    form.check()
    result = await registrations.register(asked.session, party, household=viewer.household, key=key)
    response = replies.to(request, "my.registrations.show", id=result.registration.id)
    if viewer.household != result.registration.household:
        remember(request, response, await sign_ins.start_for_household(result.registration.household))
    return response


@get("/registrations/{id:int}", name="my.registrations.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    registration = await find.own_registration(viewer, id)
    return await registration_pages.page(request, registration, ways=registration_pages.own(request, registration))


@post("/registrations/{id:int}/cancellation", name="my.registrations.cancel", status_code=303)
async def cancel(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The family gives its places back."""
    registration = await find.own_registration(viewer, id)
    await registrations.cancel(registration)
    return replies.to(request, "my.registrations.show", id=id)


def remember(request: AnyRequest, response: Response[Any], token: str) -> None:
    """This device belongs to the household from now on."""
    keep_signed_in(request, response, FAMILY_COOKIE, token, lasts=sign_ins.HOUSEHOLD_LASTS)


async def _asked(session: int) -> Asked:
    """The session a form is for, as anybody may see it."""
    row, event, store = await sessions.whole(session if 0 < session <= find.LARGEST else 0)
    if event.published_at is None:
        raise NotThere
    return Asked(row, event, store, parties.day_of(row, store.zone))


def _form_address(request: AnyRequest, session: Session, via: str) -> str:
    address = request.app.route_reverse("my.registrations.new", session=session.id)
    return f"{address}?via={via}" if faces.came_by(via) else address


def _count(form: forms.Form, name: str, most: int) -> int:
    typed = form.value(name, "0")
    return min(int(typed), most) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def _reshape(form: forms.Form, act: str) -> None:
    """Another child block, or one less; the others keep what was typed."""
    count = _count(form, "children", CHILDREN)
    if act == "add_child":
        form.put(children=min(count + 1, CHILDREN))
    elif act in {f"drop_child:{position}" for position in range(count)}:
        gone = int(act.removeprefix("drop_child:"))
        for position in range(gone, count):
            form.move(f"child-{position + 1}-", f"child-{position}-")
        form.put(children=count - 1)


def _read(form: forms.Form, asked: Asked) -> Party:
    """The party as typed; what is wrong is noted in the form, from top to bottom: the banner leads to the first."""
    _miss(form, "adults")
    adults = form.integer("adults", 0, rules.LARGEST)
    consent = Consent(form.value("consent")) if form.value("consent") in {Consent.GIVEN, Consent.REFUSED} else Consent.NOT_ASKED
    count = _count(form, "children", CHILDREN)
    children = [_child(form, position, asked) for position in range(count)]
    _miss(form, "name")
    _miss(form, "phone")
    party = Party(
        name=form.text("name", at_most=40),
        phone=form.phone("phone"),
        people=(*(Person(AttendeeKind.ADULT) for _each in range(adults)), *children),
        consent=consent,
        note=form.text("note", at_most=200, required=False),
        via=faces.came_by(form.value("via")),
    )
    if count and consent == Consent.NOT_ASKED:
        form.wrong("consent", _("孩子的事让不让我们记，选一个"))
    return party


def _miss(form: forms.Form, field: str) -> None:
    if not form.value(field).strip():
        form.wrong(field, EMPTY[field])


def _child(form: forms.Form, position: int, asked: Asked) -> Person:
    at = f"child-{position}"
    year = form.integer(f"{at}-year", asked.day.year - 100, asked.day.year, required=False)
    month = form.integer(f"{at}-month", 1, 12, required=False)
    age = form.integer(f"{at}-age", 0, ages.OLDEST, required=False)
    name = form.text(f"{at}-name", at_most=40, required=False)
    allergies = form.text(f"{at}-allergies", at_most=200, required=False)
    born: date | None = None
    try:
        if year is not None and month is not None:
            born = ages.birth_month(year, month, on=clock.now().astimezone(ZoneInfo(asked.store.zone)).date())
        elif age is not None:
            born = ages.birth_month_from_age(age, on=asked.day)
        else:
            form.wrong(at, _("还差出生年月；不想写就写几岁"))
    except Refused as refused:
        form.wrong(at, refused.sentence, **refused.values)
    child = Person(AttendeeKind.CHILD, name, born, year is None or month is None, allergies)
    if born is not None:
        try:
            rules.check_age(child, asked.event, asked.day, at)
        except Refused as refused:
            form.refuse(refused)
    return child


async def _draw(request: AnyRequest, form: forms.Form, asked: Asked) -> Response[Any]:
    who = viewer.seen(request)
    mine = await registrations.of_household_in(who.household, asked.session.id) if who.household is not None else None
    return _for_back(
        replies.page(
            request,
            "my/registrations/new",
            form=form,
            children=_count(form, "children", CHILDREN),
            most_children=CHILDREN,
            years=range(asked.day.year, asked.day.year - ages.ADULT - 1, -1),
            mine=mine,
            consent_text=await texts.current(asked.store.id, TextKind.CONSENT),
            stage=registrations.opening(asked.event, asked.session, clock.now()),
            closed=registrations.CLOSED,
            **await event_pages.one_session(request, asked.event, asked.session, asked.store),
        )
    )


async def _recap(request: AnyRequest, form: forms.Form, asked: Asked, party: Party) -> Response[Any]:
    return _for_back(
        replies.page(
            request,
            "my/registrations/recap",
            form=form,
            party=party,
            phone=phones.spaced(party.phone),
            **await event_pages.one_session(request, asked.event, asked.session, asked.store),
        )
    )


def _for_back(response: Response[Any]) -> Response[Any]:
    """The browser may show it again when one goes back; otherwise it would say the form has expired, and what was typed was lost."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


handlers = [chosen, new, create, show, cancel]
