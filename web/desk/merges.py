"""Two families that are one: seen side by side, merged, parted again within a day."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.catalog import sessions
from events.catalog.tables import Event, Session, Store
from events.errors import NotThere
from events.people import phones, sign_ins
from events.signup import merging, registrations
from events.signup.moved import What
from events.signup.tables import AttendeeKind, Registration
from web import counts, find, forms, replies, viewer
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Coming:
    """One registration of a family, in words."""

    id: int
    title: str
    when: str
    party: str
    children: list[str]
    state: str


@dataclass(frozen=True)
class Side:
    """One family as the store knows it."""

    registration: int
    name: str
    devices: int
    comings: list[Coming]


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """This family beside every other that gave the same phone."""
    registration = await find.desk_registration(viewer.seen(request), int(request.path_params["id"]))
    _session, _event, store = await sessions.whole(registration.session)
    others = await merging.candidates(registration)
    return replies.page(
        request,
        "desk/merges/new",
        form=form,
        registration=registration,
        phone=phones.spaced(registration.phone),
        mine=await _side(request, registration, store),
        others=[await _side(request, other, store) for other in others],
    )


@get("/registrations/{id:int}/merge", name="desk.merges.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await find.desk_registration(viewer, id)
    return await new_page(request, forms.blank(request))


@post("/registrations/{id:int}/merge", name="desk.merges.create", opt={"form": new_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """The family whose page it is stays; what the other has is its own from now on."""
    registration = await find.desk_registration(viewer, id)
    form = await forms.read(request)
    chosen = form.row("other")
    form.check()
    other = next((each for each in await merging.candidates(registration) if each.id == chosen), None)
    if other is None:
        raise NotThere
    _session, event, _store = await sessions.whole(registration.session)
    merge = await merging.merge(registration.household, other.household, by=viewer.member, store=event.store)
    return replies.to(request, "desk.merges.show", id=merge.id, note="merged_families")


async def show_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """What became of it, and the way back for a day."""
    who = viewer.seen(request)
    merge = await find.merge(who, int(request.path_params["id"]))
    rows = await Registration.objects().where(Registration.household.is_in([merge.kept, merge.gone])).order_by(Registration.id)
    _session, _event, latest = await sessions.whole(rows[-1].session)
    store = await find.store(who, merge.store or who.member.store or latest.id)
    came = What.read(merge.what).registrations
    families = ([row for row in rows if row.id not in came], [row for row in rows if row.household == merge.gone])
    return replies.page(
        request,
        "desk/merges/show",
        form=form,
        merge=merge,
        can_undo=merging.can_undo(merge, clock.now()),
        until=merge.created_at + merging.LASTS,
        times=faces.times_of(request, store),
        sides=[await _side(request, of[-1], store) for of in families if of],
    )


@get("/merges/{id:int}", name="desk.merges.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await find.merge(viewer, id)
    return await show_page(request, forms.blank(request))


@post("/merges/{id:int}/undo", name="desk.merges.undo", opt={"form": show_page})
async def undo(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """They were two after all."""
    merge = await find.merge(viewer, id)
    await merging.undo(merge, viewer.member)
    return replies.to(request, "desk.merges.show", id=id, note="parted")


async def _side(request: AnyRequest, registration: Registration, store: Store) -> Side:
    """A family with its registrations at this store that are not over."""
    rows = await merging.at_store(registration.household, store.id)
    comings = [await _coming(request, row, *(await sessions.whole(row.session))) for row in rows]
    return Side(registration.id, registration.name, await sign_ins.devices_of_household(registration.household), comings)


async def _coming(request: AnyRequest, row: Registration, session: Session, event: Event, store: Store) -> Coming:
    language = viewer.seen(request).language
    age_of = faces.age_words(language, faces.day_in(session.starts_at, store.zone))
    people = await registrations.people_of(row.id)
    children = [each for each in people if each.kind == AttendeeKind.CHILD]
    return Coming(
        id=row.id,
        title=event.title,
        when=faces.times_of(request, store).span(session.starts_at, session.ends_at),
        party=counts.party(len(people) - len(children), len(children), language),
        children=[f"{each.name} {age_of(each)}".strip() for each in children],
        state=row.state,
    )


handlers = [new, create, show, undo]
