"""Signing up, in three steps that all work without script: who comes, a look over it, done."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock, codes
from events.catalog import texts
from events.catalog.tables import TextKind
from events.people import households, phones, sign_ins
from events.signup import answers, capacity, registrations, remembering, rules
from events.signup.capacity import Need
from events.signup.parties import Party
from web import forms, replies, viewer
from web.my import joining, occasions, party_fields, party_form, question_fields, registration_pages, ways
from web.my.occasions import Occasion
from web.my.ways import Way
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/registration", name="my.registrations.chosen")
async def chosen(request: AnyRequest, session: FromQuery[int] = 0, via: FromQuery[str] = "") -> Response[None]:
    """From the event's page without script: the session picked there leads to its form."""
    about = await occasions.of(session)
    address = request.app.route_reverse("my.registrations.new", session=about.session.id)
    return replies.away(f"{address}?via={via}" if faces.came_by(via) else address)


@get("/sessions/{session:int}/registration", name="my.registrations.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], via: FromQuery[str] = "") -> Response[Any]:
    about = await occasions.of(session, household=viewer.household)
    if viewer.household is not None and (there := await registrations.of_household_in(viewer.household, session)):
        return replies.to(request, "my.registrations.show", id=there.id)
    form = forms.blank(request).fill(key=codes.secret(26), via=faces.came_by(via))
    family = await households.of(viewer.household)
    known = family if family and family.remembered_at else None
    party_fields.start(form, about, name=known.name if known else "", phone=phones.spaced(known.phone) if known and known.phone else "")
    return await _draw(request, form, about)


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The form again, with what was typed and what is wrong with it."""
    about = await occasions.of(int(request.path_params["session"]), household=viewer.seen(request).household)
    return await _draw(request, form, about)


@post("/sessions/{session:int}/registration", name="my.registrations.create", opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """`act` says what the pressed button means: another block, one less, a look over it, back, or sign up."""
    about = await occasions.of(session, household=viewer.household)
    form = await forms.read(request)
    act = form.value("act", "recap")
    if act.startswith(("add", "drop", "change")):
        party_form.reshape(form, act)
        return await _draw(request, form, about)
    party = party_form.read(form, about)
    form.check()
    if act != "register":
        if more := party_form.unseen(form, party, about):
            return await _draw(request, form, about, more=more)
        return await _recap(request, form, about, rules.fitting(party, about.event, about.day, about.questions))
    key = form.text("key", at_most=64)
    form.check()
    result = await registrations.register(about.session, party, household=viewer.household, key=key)
    household = result.registration.household
    if form.flag("remember") and not result.is_again:
        text = await texts.current(about.store.id, TextKind.PRIVACY)
        await remembering.remember(result.registration, party, text.id)
    if viewer.staff is not None and viewer.household != household:  # a desk's browser remembers no family
        return replies.to(request, "site.links.show", secret=result.registration.secret)
    response = replies.to(request, "my.registrations.show", id=result.registration.id)
    if viewer.household != household:
        joining.remember(request, response, result.token or await sign_ins.start_for_household(household))
    return response


@ways.get("", "registrations.show")
async def show(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Ticket, place in the queue or goodbye, whichever it is."""
    return await registration_pages.page(request, way)


@ways.post("/cancellation", "registrations.cancel", form=registration_pages.form_page)
async def cancel(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """The family gives its places back, or leaves the list."""
    await registrations.cancel(way.registration)
    return way.back()


async def _draw(request: AnyRequest, form: forms.Form, about: Occasion, *, more: list[str] | None = None) -> Response[Any]:
    who = viewer.seen(request)
    moment = clock.now()
    early_until = registrations.early_for(about.event, moment)
    if early_until and await registrations.is_first(about.event, faces.came_by(form.value("via"))):
        early_until = None
    family = await households.of(who.household)
    return _for_back(
        replies.page(
            request,
            "my/registrations/new",
            form=form,
            more=more or [],
            mine=await registrations.in_the_way(who.household, about.event, about.session) if who.household is not None else None,
            is_remembered=bool(family and family.remembered_at),
            consent_text=await texts.current(about.store.id, TextKind.CONSENT),
            stage=registrations.opening(about.event, about.session, moment),
            early_until=early_until,
            closed=registrations.CLOSED,
            **await party_fields.context(request, form, about),
            **await event_pages.one_session(request, about.event, about.session, about.store),
        )
    )


async def _recap(request: AnyRequest, form: forms.Form, about: Occasion, party: Party) -> Response[Any]:
    """`is_short`: it would wait. `short` names the option of which too little is left."""
    count, room = await capacity.count(about.session.id), await capacity.room(about.session, about.questions)
    need = Need(party.places, answers.chosen(party, about.questions))
    short = room.short_option(need)
    form.fill(at_once="yes")
    return _for_back(
        replies.page(
            request,
            "my/registrations/recap",
            form=form,
            party=party,
            phone=phones.spaced(party.phone),
            is_short=bool(count.waiting_families) or not room.holds(need),
            short=next((option.label for each in about.questions for option in each.options if option.id == short), ""),
            answered=question_fields.said(party, about, viewer.seen(request).language),
            **await event_pages.one_session(request, about.event, about.session, about.store),
        )
    )


def _for_back(response: Response[Any]) -> Response[Any]:
    """The browser may show it again when one goes back; otherwise it would say the form has expired, and what was typed was lost."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


both = (show, cancel)
handlers = [chosen, new, create, *ways.own(both)]
