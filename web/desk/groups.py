"""Chat groups: which there are, who looks after them, and whether they can be reached."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.announce import groups, links, origins
from events.announce.tables import ChannelName, GroupKind
from events.catalog import compounds, events, shelves, stores
from events.catalog.shelves import Shelf
from events.catalog.tables import Store
from events.checkin import qr as codes
from events.people import rights
from web import find, forms, replies, viewer
from web.desk import brought_pages, customer_groups, delivery_pages, group_pages
from web.language import say
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
Chats = Sequence[tuple[str, str]]  # customer groups to choose from
ROBOT = 300  # characters of what may be pasted
SECRET = 128  # characters
NAMES = ("corp", "owner", "chat")  # of a customer group, in the order in which its channel takes them


@get("/groups", name="desk.groups.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The groups of the stores one sees, whatever is in trouble first."""
    times = faces.desk_times(request)
    lines = await group_pages.lines(await groups.seen_by(viewer.member), viewer, times)
    return replies.page(request, "desk/groups/index", stores=await stores.seen_by(viewer.member), groups=lines, times=times)


@get("/groups/new", name="desk.groups.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], store: FromQuery[str] = "") -> Response[Any]:
    form = forms.blank(request).fill(store=store or None, host=viewer.member.id, kind=GroupKind.GENERAL, channel=ChannelName.BY_HAND)
    return await draw_new(request, form)


async def draw_new(request: AnyRequest, form: forms.Form, chats: Chats = ()) -> Response[Any]:
    store = await _store(viewer.seen(request), form)
    return replies.page(request, "desk/groups/new", chats=chats, **await _offered(request, form, store))


@post("/groups", name="desk.groups.create", status_code=303, opt={"form": draw_new})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    if customer_groups.is_asked(form):
        return _drawn(await draw_new(request, form, await customer_groups.choices(request, form)))
    store = await _store(viewer, form)
    details = _read(form, viewer, store)
    robot, secret = _pasted(form, details.channel)
    form.check()
    await groups.add(store, details, robot=robot, secret=secret, by=viewer.member)
    return replies.to(request, "desk.groups.index", note="added")


@get("/groups/{id:int}", name="desk.groups.edit")
async def edit(request: AnyRequest, id: FromPath[int]) -> Response[Any]:
    return await draw_edit(request, forms.blank(request))


async def draw_edit(request: AnyRequest, form: forms.Form, chats: Chats = ()) -> Response[Any]:
    """How the group is, and the form; whoever may not change the group reads it."""
    who = viewer.seen(request)
    group = await find.group(who, int(request.path_params["id"]))
    store = await find.by(Store, Store.id, group.store)
    times = faces.times_of(request, store)
    fields = {name: getattr(group, name) for name in ("name", "kind", "channel", "host", "cover", "compound")}
    if not form.was_sent:
        form.fill(has_digest="1" if group.has_digest else "")
    form.fill(**fields, members=group.members or None)
    return replies.page(
        request,
        "desk/groups/edit",
        group=group,
        chats=chats,
        line=await group_pages.line(group, who, times),
        can_edit=rights.may_edit(who.member, group.store, group.host),
        times=times,
        coming=[] if group.archived_at else [card.offer for card in await shelves.of_stores([store.id], Shelf.COMING)],
        weeks=await brought_pages.of_group(group, store, who.language),
        n=origins.WEEKS,
        **await group_pages.ways_in(request, group, store, may_act=groups.may_act(who.member, group)),
        **await _offered(request, form, store),
    )


@post("/groups/{id:int}", name="desk.groups.update", status_code=303, opt={"form": draw_edit})
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    group = await find.group(viewer, id)
    store = await find.by(Store, Store.id, group.store)
    form = await forms.read(request)
    if customer_groups.is_asked(form):
        return _drawn(await draw_edit(request, form, await customer_groups.choices(request, form, group)))
    details = _read(form, viewer, store, host=group.host)
    robot, secret = _pasted(form, details.channel)
    form.check()
    await groups.edit(group, details, robot=robot, secret=secret, by=viewer.member)
    return replies.to(request, "desk.groups.edit", id=id, note="saved")


@post("/groups/{id:int}/archive", name="desk.groups.archive", status_code=303)
async def archive(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    await groups.archive(await find.group(viewer, id), by=viewer.member)
    return replies.to(request, "desk.groups.index", note="archived")


@get("/groups/{id:int}/link.png", name="desk.groups.qr")
async def qr(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[bytes]:
    """The group's own link as a picture, for its notice or a print at the counter."""
    group = await find.group(viewer, id)
    payload = codes.address_payload(request.app.state.settings.address, links.root(group))
    return replies.conditional(request, await asyncio.to_thread(codes.png, payload), media_type="image/png", cache="private, max-age=3600")


def _drawn(page: Response[Any]) -> Response[Any]:
    """The form once more, with nothing saved and nothing wrong."""
    page.status_code = 200
    return page


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
        cover=form.row("cover", required=False),
        has_digest=form.flag("has_digest"),
    )


def _pasted(form: forms.Form, channel: ChannelName) -> tuple[str, str]:
    """What opens the way to the group: a robot's address, or a customer group's three names; and the secret."""
    if channel == ChannelName.BROADCAST:
        names = [form.text(name, at_most=ROBOT, required=False) for name in NAMES]
        return " ".join(name for name in names if name), form.text("corp_secret", at_most=SECRET, required=False)
    return form.text("credential", at_most=ROBOT, required=False), form.text("secret", at_most=SECRET, required=False)


async def _offered(request: AnyRequest, form: forms.Form, store: Store) -> dict[str, Any]:
    """What the fields offer."""
    who = viewer.seen(request)
    people = [(member.id, member.name) for member in await events.hosts_of(store.id)]
    notes = delivery_pages.WAY_NOTES
    ways = [(name.value, say(who.language, words), say(who.language, notes[name])) for name, words in delivery_pages.WAYS.items()]
    return {
        "form": form,
        "store": store,
        "stores": await stores.seen_by(who.member) if rights.owns(who.member) else [],
        "hosts": people if rights.may_lead(who.member, store.id) else [],
        "covers": people,
        "compounds": [(compound.id, compound.name) for compound in await compounds.in_use(store.id)],
        "ways": ways,
        "kinds": [(kind.value, say(who.language, words)) for kind, words in delivery_pages.KINDS.items()],
    }


handlers = [index, new, create, edit, update, archive, qr]
