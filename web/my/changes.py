"""A family's change of mind: other people or answers, one person less, another session, other wishes while it waits."""

from dataclasses import replace
from typing import Any

from litestar import Request, Response
from litestar.di import NamedDependency

from events import clock
from events.catalog import sessions, texts
from events.catalog.tables import Session, TextKind
from events.notices import replies as family_replies
from events.signup import answers, capacity, changes, deadlines, registrations
from events.signup.parties import Party
from events.signup.tables import HOLDING, Registration, State
from web import find, forms, replies, viewer
from web.my import occasions, party_fields, party_form, registration_pages, ways
from web.my.occasions import Occasion
from web.my.ways import Way
from web.site import event_pages, faces

AnyRequest = Request[Any, Any, Any]
WAIT = "wait"  # in the value of a session that is waited for


@ways.get("/edit", "changes.edit")
async def edit(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """The form as it was filled in."""
    if not await _is_open(way):
        return way.back()
    about, party = await _about(way)
    form = forms.blank(request)
    party_fields.fill(form, party, about)
    return await _draw(request, way, form, about, party)


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The form again; the registration's page where nothing can be changed any more."""
    way = await ways.of(request)
    if not await _is_open(way):
        return await registration_pages.page(request, way, form=form)
    about, party = await _about(way)
    return await _draw(request, way, form, about, party)


@ways.post("/edit", "changes.update", form=edit_page)
async def update(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """`act` as at sign-up: another block, one less, or save."""
    about, before = await _about(way)
    form = await forms.read(request)
    act = form.value("act", "save")
    if act.startswith(("add", "drop")):
        party_form.reshape(form, act)
        return await _draw(request, way, form, about, before)
    party = party_form.read(form, about)
    form.check()
    if more := party_form.unseen(form, party, about):
        return await _draw(request, way, form, about, before, more=more)
    await changes.edit(way.registration, replace(party, is_at_once=before.is_at_once, can_split=before.can_split))
    return way.back(note="changed")


@ways.post("/wishes", "changes.wish", form=registration_pages.form_page)
async def wish(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Of a family that waits: to be asked or not, to be split or not."""
    form = await forms.read(request)
    await changes.wish(way.registration, is_at_once=form.value("at_once") != "no", can_split=form.flag("split"))
    return way.back(note="changed")


@ways.get("/give-back", "changes.leaving")
async def leaving(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Who does not come?"""
    return await give_back_page(request, forms.blank(request)) if await _is_open(way) else way.back()


async def give_back_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    way = await ways.of(request)
    return await _page(request, way, form, "give_back", people=await registrations.people_of(way.registration.id))


@ways.post("/give-back", "changes.give_back", form=give_back_page)
async def give_back(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """Twice is the same as once."""
    form = await forms.read(request)
    if way.registration.state == State.CANCELLED:
        return way.back()
    row = await changes.give_back(way.registration, form.chosen("people"))
    return way.back(note="" if row.state == State.CANCELLED else "given_back")


@ways.get("/move", "changes.moving")
async def moving(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """The other sessions, with how full they are."""
    return await move_page(request, forms.blank(request)) if await _may_move(way) else way.back()


async def move_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    way = await ways.of(request)
    if not await _may_move(way):
        return await registration_pages.page(request, way, form=form)
    return await _draw_page(request, way, form, "move", others=await _others(request, way))


@ways.post("/move", "changes.move", form=move_page)
async def move(request: AnyRequest, way: NamedDependency[Way]) -> Response[Any]:
    """`session` is an id, or `wait-<id>` for one that is full: what the family saw when it chose."""
    form = await forms.read(request)
    chosen = form.value("session").removeprefix(f"{WAIT}-")
    form.put(chosen=chosen)
    id = form.row("chosen")
    if id is None:
        form.wrong("session", form.errors.pop("chosen"))
    form.check()
    there = await find.by(Session, Session.id, id)
    waits = form.value("session").startswith(WAIT)
    new = await _moved(way.registration, there) or await family_replies.move(way.registration, there, waits=waits)
    return way.to(new).back(note="" if new.state != State.PLACED else "changed")


async def _moved(registration: Registration, there: Session) -> Registration | None:
    """What an earlier tap of the same button made."""
    mine = await registrations.of_household_in(registration.household, there.id)
    return mine if mine is not None and (mine.replaces == registration.id or mine.id == registration.moved_to) else None


async def _is_open(way: Way) -> bool:
    """Whether the family may still change something by itself."""
    session, event, _store = await sessions.whole(way.registration.session)
    return way.registration.state != State.CANCELLED and deadlines.may_change(event, session, clock.now())


async def _may_move(way: Way) -> bool:
    """After its deadline only a family whose session the store moved."""
    if await _is_open(way):
        return True
    session, _event, _store = await sessions.whole(way.registration.session)
    return session.starts_at > clock.now() and await family_replies.was_moved(way.registration)


async def _page(request: AnyRequest, way: Way, form: forms.Form, name: str, **context: Any) -> Response[Any]:
    """A page of change; too late for it, the registration's own page says so."""
    if not await _is_open(way):
        return await registration_pages.page(request, way, form=form)
    return await _draw_page(request, way, form, name, **context)


async def _draw_page(request: AnyRequest, way: Way, form: forms.Form, name: str, **context: Any) -> Response[Any]:
    session, event, store = await sessions.whole(way.registration.session)
    shown = await event_pages.one_session(request, event, session, store)
    return replies.page(request, f"my/registrations/{name}", form=form, way=way, registration=way.registration, **context, **shown)


async def _about(way: Way) -> tuple[Occasion, Party]:
    """What the form is about, and what was told so far; a link for one registration tells of nobody else in the family."""
    return await occasions.again(way.registration, with_family=not way.is_private)


async def _draw(
    request: AnyRequest, way: Way, form: forms.Form, about: Occasion, before: Party, *, more: list[str] | None = None
) -> Response[Any]:
    holds = way.registration.state in HOLDING
    return replies.page(
        request,
        "my/registrations/edit",
        form=form,
        way=way,
        more=more or [],
        consent_text=await texts.current(about.store.id, TextKind.CONSENT),
        **await party_fields.context(request, form, about, own=answers.chosen(before, about.questions) if holds else None),
        **await event_pages.one_session(request, about.event, about.session, about.store),
    )


async def _others(request: AnyRequest, way: Way) -> list[dict[str, Any]]:
    """The sessions a family may move to: at once where there is room for all of it, after its deadline only there."""
    is_late = not await _is_open(way)
    rows = await changes.sisters(way.registration)
    _session, event, store = await sessions.whole(way.registration.session)
    counted = await capacity.counts(row.id for row in rows)
    times, language = faces.times_of(request, store), viewer.seen(request).language
    found = []
    for row in rows:
        count = counted.get(row.id, capacity.NOBODY)
        face = faces.face(row, event, await faces.place(await event_pages.venue_of(row), confirmed=False), count, times, language)
        has_room = await changes.has_room(way.registration, row)
        if is_late and not has_room:
            continue
        found.append({"face": face, "has_room": has_room, "value": str(row.id) if has_room else f"{WAIT}-{row.id}"})
    return found


both = (edit, update, wish, leaving, give_back, moving, move)
handlers = ways.own(both)
