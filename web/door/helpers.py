"""Helpers' links of a door: made here, shown once, taken back at once."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import db
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import qr
from events.checkin.helping import helper_lists, helper_making, helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import HelperLink
from events.errors import NotThere
from web import find, forms, replies, viewer
from web.door import doors
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/{session:int}/helpers", name="door.helpers.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Every link of this door, and the form for another: filled in, but for whom it is."""
    row, _event, store = await sessions.whole((await find.session(viewer, session)).id)
    opens_at, closes_at = helpers.hours(row)
    form = forms.blank(request).fill(opens_at=typed(opens_at, store.zone), closes_at=typed(closes_at, store.zone))
    return await _draw(request, row, form)


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    return await _draw(request, await find.session(viewer.seen(request), int(request.path_params["session"])), form)


@post("/{session:int}/helpers", name="door.helpers.create", status_code=200, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """The link and its PIN, drawn into the answer itself: they are in no address, and cannot be shown again."""
    row, _event, store = await sessions.whole((await find.session(viewer, session)).id)
    form = await forms.read(request)
    name = form.text("name", at_most=helper_making.NAME)
    opens_at, closes_at = form.moment("opens_at", store.zone), form.moment("closes_at", store.zone)
    form.check()
    if opens_at is None or closes_at is None:
        raise NotThere
    made = await helpers.make(row, name=name, opens_at=opens_at, closes_at=closes_at, by=viewer.member)
    return replies.page(request, "door/helpers/show", name=name, **shown(request, made), **await doors.page(request, row.id))


def shown(request: AnyRequest, made: Made) -> dict[str, Any]:
    """A link as a page shows it, this once."""
    base, path = request.app.state.settings.address, request.app.route_reverse("help.pins.new", secret=made.secret)
    return {
        "link": made.link,
        "address": base + path,
        "drawing": qr.svg(qr.address_payload(base, path)),
        "pin": f"{made.pin[:3]} {made.pin[3:]}",
    }


@post("/{session:int}/helpers/{id:int}/revocation", name="door.helpers.revoke", status_code=303)
async def revoke(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], id: FromPath[int]) -> Response[Any]:
    """At once: what is on the helper's phone goes the next time it asks."""
    row = await find.session(viewer, session)
    link = await db.row(HelperLink, id) if 0 < id <= find.LARGEST else None
    if link is None or link.session != row.id:
        raise NotThere
    await helpers.revoke(link, viewer.member)
    return replies.to(request, "door.helpers.index", session=row.id, note="helper_revoked")


async def _draw(request: AnyRequest, session: Session, form: forms.Form) -> Response[Any]:
    lines = await helper_lists.of_session(session.id)
    return replies.page(
        request, "door/helpers/index", form=form, lines=lines, most=helper_making.NAME, **await doors.page(request, session.id)
    )


def typed(moment: datetime, zone: str) -> str:
    """As a field for a date and a time holds it, by the store's clock."""
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


handlers = [index, create, revoke]
