"""A registration's page, the same for the family's own device and for its private link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from events import clock
from events.catalog import sessions
from events.checkin import arrivals, tickets
from events.signup import registrations, waiting_list
from events.signup.tables import Registration, State
from web import replies
from web.site import event_pages

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Ways:
    """The addresses a page offers; another way in has other ones."""

    qr: str
    cancel: str
    calendar: str
    is_private_link: bool


def own(request: AnyRequest, registration: Registration) -> Ways:
    """For the family's own device."""
    reverse = request.app.route_reverse
    return Ways(
        qr=reverse("my.tickets.qr", id=registration.id),
        cancel=reverse("my.registrations.cancel", id=registration.id),
        calendar=reverse("my.tickets.calendar", id=registration.id),
        is_private_link=False,
    )


def private(request: AnyRequest, registration: Registration) -> Ways:
    """For whoever holds the private link."""
    reverse = request.app.route_reverse
    return Ways(
        qr=reverse("site.links.qr", secret=registration.secret),
        cancel=reverse("site.links.cancel", secret=registration.secret),
        calendar=reverse("site.links.calendar", secret=registration.secret),
        is_private_link=True,
    )


async def page(request: AnyRequest, registration: Registration, *, ways: Ways) -> Response[Any]:
    """Ticket, place in the queue or goodbye, whichever it is."""
    session, event, store = await sessions.whole(registration.session)
    people = await registrations.people_of(registration.id)
    is_waiting = registration.state == State.WAITING
    return replies.page(
        request,
        "my/registrations/show",
        registration=registration,
        people=people,
        ticket=await tickets.of(registration.id) if registration.state == State.PLACED else None,
        arrived=await arrivals.of_people([person.id for person in people]),
        families_before=await waiting_list.families_before(registration) if is_waiting else 0,
        may_cancel=registration.state != State.CANCELLED and clock.now() < session.starts_at,
        private_link=request.app.state.settings.address + request.app.route_reverse("site.links.show", secret=registration.secret),
        ways=ways,
        **await event_pages.one_session(request, event, session, store, confirmed=registration.state == State.PLACED),
    )
