"""Signing up, in three steps that all work without script: who comes, a look over it, done."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock, codes
from events.catalog import texts
from events.catalog.tables import TextKind
from events.people import households, phones
from events.signup import answers, capacity, openings, registrations, rules
from events.signup.capacity import Need
from events.signup.parties import Party
from web import forms, gate, replies, touches, viewer
from web.my import numbered, occasions, party_fields, party_form, question_fields, registration_pages, signing_up, ways
from web.my.occasions import Occasion
from web.my.ways import Way
from web.site import event_pages, faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
LARGEST = 256 * 1024  # bytes of a form: a dozen people with all their answers, and so much for each that waits in a rush


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
    if (number := await numbered.of(request, session)) is not None:
        return numbered.onwards(request, number)
    form = forms.blank(request).fill(key=codes.secret(26), via=faces.came_by(via) or await touches.of(request, about.event.id))
    family = await households.of(viewer.household)
    known = family if family and family.remembered_at else None
    party_fields.start(form, about, name=known.name if known else "", phone=phones.spaced(known.phone) if known and known.phone else "")
    return await _draw(request, form, about)


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The form again, with what was typed and what is wrong with it; the look over it again for whoever only pressed too early."""
    about = await occasions.of(int(request.path_params["session"]), household=viewer.seen(request).household)
    is_early = openings.stage(about.event, about.session, clock.now()) == "early"
    if is_early and form.value("act") == "register" and set(form.errors) == {forms.WHOLE}:
        return await _recap(request, form, about, party_form.read(form.aside(), about))
    return await _draw(request, form, about)


@post(
    "/sessions/{session:int}/registration",
    name="my.registrations.create",
    opt={"form": form_page, "brake": True},
    request_max_body_size=LARGEST,
)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """`act` says what the pressed button means: another block, one less, a look over it, back, or sign up."""
    form = await forms.read(request)  # all of it is here before anybody waits for it
    async with gate.entered(request) as entry:
        is_stranger = entry.is_crowded and viewer.household is None
        about = await (occasions.lately(session) if is_stranger else occasions.of(session, household=viewer.household))
        act = form.value("act", "recap")
        if act.startswith(("add", "drop", "change")):
            party_form.reshape(form, act)
            return await _draw(request, form, about)
        party = party_form.read(form, about)
        form.check()
        if act == "register":
            return await signing_up.sign_up(request, form, about, party, entry)
        if more := party_form.unseen(form, party, about):
            return await _draw(request, form, about, more=more)
        return await _recap(request, form, about, rules.fitting(party, about.event, about.day, about.questions))


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
    early_until = openings.early_for(about.event, moment)
    links = (faces.came_by(form.value("via")), await touches.of(request, about.event.id)) if early_until else ()
    if await openings.is_first(about.event, *links):
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
            stage=openings.stage(about.event, about.session, moment),
            early_until=early_until,
            early_ms=faces.milliseconds(early_until) if early_until else None,
            closed=openings.CLOSED,
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
