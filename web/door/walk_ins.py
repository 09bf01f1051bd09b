"""A family that stands at the door without having signed up: three fields, and in."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import codes
from events.catalog.tables import Session
from events.checkin import tickets, walk_ins
from events.checkin.walk_ins import NAME, WalkIn
from events.errors import NotThere
from events.people import rights, staff
from events.signup import capacity, rules
from web import counts, find, forms, replies, viewer
from web.door import doors
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get("/{session:int}/walk-ins", name="door.walk_ins.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """An empty form; how many places are left is above it."""
    row = await find.session(viewer, session)
    return await _draw(request, row, forms.blank(request).fill(nonce=codes.secret(26), adults=1, children=0))


async def form_page(request: AnyRequest, form: forms.Form) -> Response[Any]:
    """As typed, with why not; whoever may say "all the same" has a second button."""
    return await _draw(request, await find.session(viewer.seen(request), int(request.path_params["session"])), form)


@post("/{session:int}/walk-ins", name="door.walk_ins.create", status_code=303, opt={"form": form_page})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """Signed up and in, or told what is missing; a second tap is the same family."""
    row = await find.session(viewer, session)
    form = await forms.read(request)
    walk_in = WalkIn(
        name=form.text("name", at_most=NAME),
        phone=form.phone("phone", required=False),
        adults=form.integer("adults", 0, rules.LARGEST),
        children=form.integer("children", 0, rules.LARGEST),
    )
    nonce = form.text("nonce", at_most=64)
    form.check()
    overfill, overrule = form.flag("overfill"), form.flag("overrule")
    made = await walk_ins.take(row, walk_in, nonce=nonce, by=viewer.member, overfill=overfill, overrule=overrule)
    ticket = await tickets.of(made.id)
    if ticket is None:
        raise NotThere
    page = request.app.route_reverse("desk.arrivals.show", ticket=ticket.id)
    return doors.keep(request, replies.noted(request, replies.away(f"{page}?session={row.id}"), "arrived"), row.id)


async def _draw(request: AnyRequest, session: Session, form: forms.Form) -> Response[Any]:
    context, who = await doors.page(request, session.id), viewer.seen(request)
    event, may_lead = context["event"], rights.may_lead(who.member, context["store"].id)
    count = await capacity.count(session.id)
    return replies.page(
        request,
        "door/walk_ins/new",
        form=form,
        left=max(context["session"].places - count.taken, 0),
        waiting=count.waiting_families,
        ages=counts.ages(event.age_from, event.age_to, who.language) if (event.age_from, event.age_to) != (None, None) else "",
        most=rules.LARGEST,
        leads=[] if may_lead else await staff.leads(context["store"].id),
        may_lead=may_lead,
        **context,
    )


handlers = [new, create]
