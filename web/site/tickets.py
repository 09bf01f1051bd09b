"""What a ticket's QR opens: the door for staff, a card without names for anybody else."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.checkin import tickets
from events.checkin.tables import How
from events.people import rights
from events.signup import registrations
from events.signup.tables import Registration, State
from web import find, replies
from web.door import doors
from web.site import event_pages
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@get(["/T/{secret:str}", "/t/{secret:str}"], name="site.tickets.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], secret: FromPath[str]) -> Response[Any]:
    """Staff of the store land on the arrival page, at the door where this phone stands today. Anybody else sees event, time, place and
    head count, and no name.
    """
    ticket = await tickets.by_secret(secret)
    session, event, store = await sessions.whole(ticket.session)
    if viewer.staff is not None and rights.sees(viewer.staff, event.store):
        page = request.app.route_reverse("desk.arrivals.show", ticket=ticket.id)
        door = await doors.last(request, store.id)
        return replies.away(f"{page}?how={How.WECHAT.value}" + (f"&session={door}" if door not in {None, session.id} else ""))
    registration = await find.by(Registration, Registration.id, ticket.registration)
    return replies.page(
        request,
        "site/tickets/show",
        heads=len(await registrations.people_of(registration.id)),
        is_given_back=registration.state != State.PLACED,
        **await event_pages.one_session(request, event, session, store),
    )


handlers = [show]
