"""Colleagues: who works here, as what; new ones, changes, leaving."""

import asyncio
import base64
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.announce import handovers as group_handovers
from events.catalog import handovers as event_handovers
from events.catalog import stores
from events.checkin import qr
from events.errors import Refused
from events.people import reset_links, rights, sign_ins, staff
from events.people.tables import Role, Staff
from web import find, forms, replies, viewer
from web.desk import sign_in, words
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/staff", name="desk.staff.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    people = await staff.colleagues(viewer.member)
    return replies.page(
        request,
        "desk/staff/index",
        people=people,
        devices=await sign_ins.devices_of([each.id for each in people]),
        stores={store.id: store.name for store in await stores.seen_by(viewer.member)},
        roles=words.roles(viewer.language),
        may_add=viewer.member.role != Role.HOST,
        may_see={each.id for each in people if each.id == viewer.member.id or rights.may_manage(viewer.member, each)},
    )


@get("/staff/new", name="desk.staff.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    staff.check_may_add(viewer.member)
    return await new_page(request, forms.blank(request).fill(role=Role.HOST, store=viewer.member.store))


async def new_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return replies.page(request, "desk/staff/new", form=form, **await _choices(request))


@post("/staff", name="desk.staff.create", opt={"form": new_page}, status_code=200)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Answers with the link for the first password, drawn into the page: it is shown once and in no address."""
    form = await forms.read(request)
    name, login, role, store = *_named(form), *await _placed(form, viewer)
    form.check()
    member = await staff.add(name, login, role, store, by=viewer.member)
    return await _link(request, member, by=viewer.member)


@get("/staff/{id:int}", name="desk.staff.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await edit_page(request, forms.blank(request))


async def edit_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """One colleague, to change or only to look at."""
    who = viewer.seen(request)
    member = await find.staff(who, int(request.path_params["id"]))
    return replies.page(
        request,
        "desk/staff/edit",
        form=form.fill(name=member.name, role=member.role, store=member.store),
        member=member,
        devices=await sign_ins.devices(member),
        events=await event_handovers.held_by(member.id),
        groups=await group_handovers.held_by(member.id),
        takers=words.choices(await staff.takers(member)),
        may_manage=rights.may_manage(who.member, member),
        is_self=member.id == who.member.id,
        **await _choices(request),
    )


@post("/staff/{id:int}", name="desk.staff.update", opt={"form": edit_page})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    member = await find.staff(viewer, id)
    form = await forms.read(request)
    name = form.text("name", at_most=staff.NAME)
    role, store = await _placed(form, viewer) if rights.owns(viewer.member) else (Role(member.role), member.store)
    form.check()
    await staff.change(member, name, role, store, by=viewer.member)
    return replies.to(request, "desk.staff.edit", id=id, note="saved")


@post("/staff/{id:int}/reset-link", name="desk.staff.reset", opt={"form": edit_page}, status_code=200)
async def reset(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await _link(request, await find.staff(viewer, id), by=viewer.member)


@post("/staff/{id:int}/sign-out", name="desk.staff.sign_out", opt={"form": edit_page})
async def sign_out(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """All devices; one's own too, this one included."""
    member = await find.staff(viewer, id)
    await staff.sign_out(member, by=viewer.member)
    if member.id != viewer.member.id:
        return replies.to(request, "desk.staff.edit", id=id, note="signed_out")
    response = replies.to(request, "desk.sign_in.new", note="signed_out")
    sign_in.forget(response)
    return response


@post("/staff/{id:int}/suspension", name="desk.staff.disable", opt={"form": edit_page})
async def disable(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await staff.disable(await find.staff(viewer, id), by=viewer.member)
    return replies.to(request, "desk.staff.edit", id=id, note="disabled")


@post("/staff/{id:int}/return", name="desk.staff.enable", opt={"form": edit_page})
async def enable(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await staff.enable(await find.staff(viewer, id), by=viewer.member)
    return replies.to(request, "desk.staff.edit", id=id, note="enabled")


@post("/staff/{id:int}/handover", name="desk.staff.hand_over", opt={"form": edit_page})
async def hand_over(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """What they look after goes to the colleague chosen as `to`."""
    member = await find.staff(viewer, id)
    form = await forms.read(request)
    to = form.row("to")
    form.check()
    taker = next((each for each in await staff.takers(member) if each.id == to), None)
    if taker is None:
        raise Refused(staff.NO_TAKER, field="to")
    await staff.hand_over(member, taker, by=viewer.member)
    return replies.to(request, "desk.staff.edit", id=id, note="handed_over")


def _named(form: forms.Form) -> tuple[str, str]:
    return form.text("name", at_most=staff.NAME), form.text("login", at_most=40)


async def _placed(form: forms.Form, viewer: Viewer) -> tuple[Role, int | None]:
    """Role and store as chosen; who sees one store only need not choose it."""
    role = form.choice("role", Role)
    seen = [store.id for store in await stores.seen_by(viewer.member)]
    chosen = form.row("store", required=False) or (seen[0] if len(seen) == 1 else None)
    return role, chosen if chosen in seen else None


async def _choices(request: AnyRequest) -> dict[str, Any]:
    who = viewer.seen(request)
    roles = words.roles(who.language)
    seen = await stores.seen_by(who.member)
    return {
        "roles": roles if rights.owns(who.member) else {Role.HOST.value: roles[Role.HOST]},
        "role_names": roles,
        "stores": seen,
        "store_choices": words.choices(seen),
        "owns": rights.owns(who.member),
    }


async def _link(request: AnyRequest, member: Staff, *, by: Staff) -> Response[Any]:
    """The one-time link, as text to copy and as a QR for the colleague's own phone."""
    secret = await reset_links.make(member, by=by)
    base, path = request.app.state.settings.address, f"/R/{secret}"
    png = await asyncio.to_thread(qr.png, qr.address_payload(base, path))
    picture = "data:image/png;base64," + base64.b64encode(png).decode()
    return replies.page(request, "desk/staff/link", member=member, link=base + path, picture=picture)


handlers = [index, new, create, edit, update, reset, sign_out, disable, enable, hand_over]
