"""Files for a spreadsheet: what to have, how far it is, and the file itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from events import clock, duties
from events.catalog import stores
from events.catalog.tables import Store
from events.errors import NotThere, Refused
from events.export import exports, scopes
from events.export.making import KEPT
from events.export.scopes import Scope
from events.export.tables import Export, ExportState, FileKind, What
from events.people import rights
from web import callers, find, forms, language, replies, viewer
from web.desk import export_words, words
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
MEDIA = {FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileKind.CSV: "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Line:
    """One file in words."""

    export: Export
    what: str
    about: str
    again: str  # the query by which the form for another one is reached

    @property
    def until(self) -> datetime:
        return self.export.created_at + KEPT

    @property
    def is_ready(self) -> bool:
        return self.export.state == ExportState.READY

    @property
    def is_failed(self) -> bool:
        return self.export.state == ExportState.FAILED


@get("/exports", name="desk.exports.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    """One's own of the last day."""
    return replies.page(
        request,
        "desk/exports/index",
        lines=[await _line(request, export) for export in await exports.of(viewer.member)],
        times=faces.desk_times(request),
        may_lead=bool(await _led(viewer)),
    )


@get("/exports/new", name="desk.exports.new")
async def new(
    request: AnyRequest, viewer: NamedDependency[Viewer], event: FromQuery[int | None] = None, session: FromQuery[int | None] = None
) -> Response[Any]:
    """About a session, an event, or without either the whole store; refused to whom it is not for."""
    form = forms.blank(request).fill(event=event, session=session, kind=FileKind.XLSX.value, what=What.REGISTRATIONS.value)
    about = await _about(form, viewer)
    if about is not None:
        scopes.check(about, What.REGISTRATIONS, by=viewer.member)
    elif not await _led(viewer):
        raise Refused(scopes.WHOLE_STORE)
    return await draw(request, form)


async def draw(request: AnyRequest, form: forms.Form) -> Response[Any]:
    who = viewer.seen(request)
    scope = await _about(form, who)
    seen = [scope.store] if scope else await _led(who)
    if scope is None and seen:
        today = clock.now().astimezone(ZoneInfo(seen[0].zone)).date()
        form.fill(from_day=(today - timedelta(days=29)).isoformat(), until_day=today.isoformat())
    return replies.page(
        request,
        "desk/exports/new",
        form=form,
        scope=scope,
        about=export_words.about(scope, who.language) if scope else "",
        whats=export_words.choices(who.language, is_whole=scope is None),
        store_choices=words.choices(seen),
    )


@post("/exports", name="desk.exports.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    form = await forms.read(request)
    scope = await _about(form, viewer) or await _whole(form, viewer)
    what, kind = form.choice("what", What), form.choice("kind", FileKind)
    form.check()
    export = await exports.ask(scope, what, kind, language=viewer.language, speech=language.say, by=viewer.member)
    duties.wake()
    return replies.to(request, "desk.exports.show", id=export.id)


@get("/exports/{id:int}", name="desk.exports.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    """How far it is; asks again by itself until there is something to download."""
    export = await exports.one(id, by=viewer.member)
    return replies.page(
        request,
        "desk/exports/show",
        line=await _line(request, export),
        times=faces.desk_times(request),
        is_wechat=callers.is_wechat(request),
    )


@get("/exports/{id:int}/file", name="desk.exports.file")
async def file(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Stream:
    """The file, piece by piece."""
    export = await exports.one(id, by=viewer.member)
    pieces = await exports.fetch(export, by=viewer.member)
    name = export_words.file_name(export, await Scope.of(export), viewer.language)
    return Stream(
        pieces,
        media_type=MEDIA[FileKind(export.kind)],
        headers={"content-disposition": export_words.disposition(name, f"linju-{export.id}.{export.kind}")},
    )


async def _about(form: forms.Form, who: Viewer) -> Scope | None:
    """The session or event the form names; None for a whole store."""
    session, event = form.row("session", required=False), form.row("event", required=False)
    row = await find.session(who, session) if session is not None else None
    of = row.event if row is not None else event
    if of is None:
        return None
    found = await find.event(who, of)
    return Scope(await find.by(Store, Store.id, found.store), found, row)


async def _led(who: Viewer) -> list[Store]:
    """The stores of which one may have everything."""
    return [store for store in await stores.seen_by(who.member) if rights.may_lead(who.member, store.id)]


async def _whole(form: forms.Form, who: Viewer) -> Scope:
    store, from_day, until_day = form.row("store"), form.day("from_day"), form.day("until_day")
    form.check()
    if store is None:
        raise NotThere
    return Scope(await find.store(who, store), from_day=from_day, until_day=until_day)


async def _line(request: AnyRequest, export: Export) -> Line:
    scope, who = await Scope.of(export), viewer.seen(request)
    again = {name: value for name, value in (("event", export.event), ("session", export.session)) if value is not None}
    return Line(export, export_words.what(export, who.language), export_words.about(scope, who.language), urlencode(again))


handlers = [index, new, create, show, file]
