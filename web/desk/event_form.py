"""The form about an event: what is typed into it, and what it needs to be drawn."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from events.catalog import events, pictures
from events.catalog.details import CLOSES_MINUTES, LENGTHS, OLDEST, Details
from events.catalog.imaging import BYTES
from events.catalog.tables import Event, Kind, Picture, Store
from events.errors import Refused, _
from events.people import rights
from events.people.tables import Staff
from web import find, forms, markdown, viewer
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
UPLOAD = 40_000_000  # bytes of a whole form: a picture too large is told so in the form, what was typed kept; beyond this it is 413
LINES = {"description", "bring"}  # fields of several lines
CLOSES = (0, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10080)  # minutes offered


async def store_of(who: Viewer, form: forms.Form) -> Store:
    """The store a new event is for: one's own, or the one an owner chose."""
    if who.member.store is not None:
        return await find.store(who, who.member.store)
    if chosen := form.chosen("store"):
        return await find.store(who, chosen[-1])
    first = await Store.objects().order_by(Store.id).first()
    if first is None:
        raise Refused(_("先开一家店，再办活动"))
    return first


def fill(form: forms.Form, event: Event, store: Store) -> forms.Form:
    """The event as it stands, in the store's local time."""
    values = {name: getattr(event, name) for name in (*LENGTHS, "kind", "host", "age_from", "age_to", "closes_minutes")}
    opens_at = event.opens_at.astimezone(ZoneInfo(store.zone)).strftime("%Y-%m-%dT%H:%M") if event.opens_at else None
    return form.fill(**values, opens_at=opens_at, kept_picture=event.picture)


async def keep_picture(form: forms.Form, store: Store, *, by: Staff) -> None:
    """A good picture is kept at once, so that nobody chooses it again because another field was wrong."""
    if form.flag("drop_picture"):
        form.put(kept_picture="")
    data = await form.upload("picture")
    if data is None:
        return
    try:
        picture = await pictures.keep(store, data, by=by)
    except Refused as refused:
        form.refuse(refused)
    else:
        form.put(kept_picture=picture.id)


def read(form: forms.Form, store: Store, *, by: Staff, host: int | None = None) -> Details:
    """`host` is who it is now; only who leads the store may choose another."""
    texts = {
        name: form.text(name, at_most=most, required=name == "title", lines=name in {"description", "bring"})
        for name, most in LENGTHS.items()
    }
    return Details(
        **texts,
        kind=form.choice("kind", Kind),
        host=(form.row("host") or 0) if rights.may_lead(by, store.id) else host or by.id,
        age_from=form.integer("age_from", 0, OLDEST, required=False),
        age_to=form.integer("age_to", 0, OLDEST, required=False),
        opens_at=form.moment("opens_at", store.zone, required=False),
        closes_minutes=form.integer("closes_minutes", 0, CLOSES_MINUTES),
        picture=form.row("kept_picture", required=False),
    )


async def context(request: AnyRequest, form: forms.Form, store: Store) -> dict[str, Any]:
    """What the fields offer; `written` is the description as families will read it, once asked for."""
    who = viewer.seen(request)
    leads = rights.may_lead(who.member, store.id)
    return {
        "form": form,
        "store": store,
        "stores": await Store.objects().order_by(Store.id) if rights.owns(who.member) else [],
        "hosts": await events.hosts_of(store.id) if leads else [],
        "kinds": faces.kinds(who.language),
        "closes": sorted({*CLOSES, *form.chosen("closes_minutes")}),
        "lengths": LENGTHS,
        "megabytes": BYTES // 1_000_000,
        "picture": await _digest(form, store),
        "written": markdown.render(form.value("description")) if form.value("act") == "preview" else None,
    }


async def _digest(form: forms.Form, store: Store) -> str | None:
    """Of the picture the form holds, if it is the store's own."""
    kept = form.chosen("kept_picture")
    if not kept:
        return None
    row = await Picture.select(Picture.digest).where((Picture.id == kept[-1]) & (Picture.store == store.id)).first()
    return row["digest"] if row else None
