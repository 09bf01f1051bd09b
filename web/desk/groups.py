"""Chat groups: which there are, who looks after them, and whether they can be reached."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock
from events.announce import groups
from events.announce.tables import ChannelName, Group, GroupKind
from events.catalog import compounds, events, quiet, shelves, stores
from events.catalog.shelves import Shelf
from events.catalog.tables import Store
from events.people import rights, staff
from web import counts, find, forms, replies, viewer
from web.desk import delivery_pages
from web.language import say
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
ROBOT = 300  # characters of what may be pasted
SECRET = 128  # characters


@get("/groups", name="desk.groups.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The groups of the stores one sees, with their health."""
    seen = await stores.seen_by(viewer.member)
    rows = await groups.seen_by(viewer.member)
    hosts = {member.id: member.name for member in await staff.named(row.host for row in rows)}
    return replies.page(
        request,
        "desk/groups/index",
        stores=seen,
        groups=[_line(row, hosts, viewer) for row in rows],
        times=faces.desk_times(request),
    )


@get("/groups/new", name="desk.groups.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[str] = "") -> Response[Any]:
    form = forms.blank(request).fill(store=store or None, host=viewer.member.id, kind=GroupKind.GENERAL, channel=ChannelName.BY_HAND)
    return await draw_new(request, form)


async def draw_new(request: AnyRequest, form: forms.Form) -> Response[Any]:
    store = await _store(viewer.seen(request), form)
    return replies.page(request, "desk/groups/new", **await _offered(request, form, store))


@post("/groups", name="desk.groups.create", status_code=303, opt={"form": draw_new})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    store = await _store(viewer, form)
    details, robot, secret = _read(form, viewer, store), *_pasted(form)
    form.check()
    await groups.add(store, details, robot=robot, secret=secret, by=viewer.member)
    return replies.to(request, "desk.groups.index", note="added")


@get("/groups/{id:int}", name="desk.groups.edit")
async def edit(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    return await draw_edit(request, forms.blank(request))


async def draw_edit(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """The form; whoever may not change the group reads it."""
    who = viewer.seen(request)
    group = await find.group(who, int(request.path_params["id"]))
    store = await find.by(Store, Store.id, group.store)
    fields = {name: getattr(group, name) for name in ("name", "kind", "channel", "host", "compound")} | {"members": group.members or None}
    hosts = {member.id: member.name for member in await staff.named([group.host])}
    return replies.page(
        request,
        "desk/groups/edit",
        group=group,
        line=_line(group, hosts, who),
        can_edit=rights.may_edit(who.member, group.store, group.host),
        can_try=group.channel != ChannelName.BY_HAND and not group.archived_at,
        is_quiet=quiet.is_quiet(store, clock.now()),
        trouble=delivery_pages.trouble(group.trouble, who.language),
        times=faces.times_of(request, store),
        coming=[] if group.archived_at else [card.offer for card in await shelves.of_stores([store.id], Shelf.COMING)],
        **await _offered(request, form.fill(**fields), store),
    )


@post("/groups/{id:int}", name="desk.groups.update", status_code=303, opt={"form": draw_edit})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    group = await find.group(viewer, id)
    store = await find.by(Store, Store.id, group.store)
    form = await forms.read(request)
    details = _read(form, viewer, store, host=group.host)
    robot, secret = _pasted(form)
    form.check()
    await groups.edit(group, details, robot=robot, secret=secret, by=viewer.member)
    return replies.to(request, "desk.groups.index", note="saved")


@post("/groups/{id:int}/archive", name="desk.groups.archive", status_code=303)
async def archive(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await groups.archive(await find.group(viewer, id), by=viewer.member)
    return replies.to(request, "desk.groups.index", note="archived")


async def _store(who: Viewer, form: forms.Form) -> Store:
    """The store a new group is for: one's own, or the one an owner chose."""
    if who.member.store is not None:
        return await find.store(who, who.member.store)
    if chosen := form.chosen("store"):
        return await find.store(who, chosen[-1])
    seen = await stores.seen_by(who.member)
    return await find.store(who, seen[0].id if seen else 0)


def _read(form: forms.Form, who: Viewer, store: Store, host: int | None = None) -> groups.Details:
    """`host` is who it is now; only who leads the store may choose another."""
    return groups.Details(
        name=form.text("name", at_most=groups.NAME),
        kind=form.choice("kind", GroupKind),
        channel=form.choice("channel", ChannelName),
        host=(form.row("host") or 0) if rights.may_lead(who.member, store.id) else host or who.member.id,
        members=form.integer("members", 0, groups.MEMBERS, required=False) or 0,
        compound=form.row("compound", required=False),
    )


def _pasted(form: forms.Form) -> tuple[str, str]:
    """A robot's address and its secret."""
    return form.text("credential", at_most=ROBOT, required=False), form.text("secret", at_most=SECRET, required=False)


async def _offered(request: AnyRequest, form: forms.Form, store: Store) -> dict[str, Any]:
    """What the fields offer."""
    who = viewer.seen(request)
    leads = rights.may_lead(who.member, store.id)
    return {
        "form": form,
        "store": store,
        "stores": await stores.seen_by(who.member) if rights.owns(who.member) else [],
        "hosts": [(member.id, member.name) for member in await events.hosts_of(store.id)] if leads else [],
        "compounds": [(compound.id, compound.name) for compound in await compounds.in_use(store.id)],
        "ways": [
            (name.value, say(who.language, words), say(who.language, delivery_pages.WAY_NOTES[name]))
            for name, words in delivery_pages.WAYS.items()
        ],
        "kinds": [(kind.value, say(who.language, words)) for kind, words in delivery_pages.KINDS.items()],
    }


def _line(group: Group, hosts: dict[int, str], who: Viewer) -> dict[str, Any]:
    channel = ChannelName(group.channel)
    return {
        "id": group.id,
        "store": group.store,
        "name": group.name,
        "kind": say(who.language, delivery_pages.KINDS[GroupKind(group.kind)]),
        "way": say(who.language, delivery_pages.WAYS[channel]),
        "way_icon": delivery_pages.WAY_ICONS[channel],
        "members": counts.people(group.members, who.language) if group.members else "",
        "host": hosts.get(group.host, ""),
        "is_mine": group.host == who.member.id,
        "is_robot": channel != ChannelName.BY_HAND,
        "accepted_at": group.accepted_at,
        "trouble": delivery_pages.trouble(group.trouble, who.language),
    }


handlers = [index, new, create, edit, update, archive]
