"""The last button of a sign-up: served at once, or, in a rush, given a number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from events.catalog import texts
from events.catalog.tables import TextKind
from events.people import sign_ins
from events.signup import numbers, openings, registrations, remembering, rules
from events.signup.parties import Party
from events.signup.tables import Registration
from web import replies, touches, viewer
from web.forms import Form
from web.gate import Entry
from web.my import joining
from web.my.occasions import Occasion

AnyRequest = Request[Any, Any, Any]
NUMBER_COOKIE = "linju_number"
NUMBER_LASTS = timedelta(hours=6)  # longer than anybody waits


async def sign_up(request: AnyRequest, form: Form, about: Occasion, party: Party, entry: Entry) -> Response[Any]:
    """To the ticket, or to the page of a number. Raises Refused and Invalid."""
    key = form.text("key", at_most=64)
    form.check()
    party = replace(party, via=await touches.of(request, about.event.id) or party.via, link=party.via)
    remember_text = (await texts.current(about.store.id, TextKind.PRIVACY)).id if form.flag("remember") else None
    household = viewer.seen(request).household
    if entry.is_crowded or await numbers.must_wait(about.session.id, entry.accepted_at):
        await openings.check(about.event, about.session, party, None)
        kept = rules.fitting(party, about.event, about.day, about.questions)
        secret = await numbers.take(
            about.session,
            kept,
            household=household,
            key=key,
            accepted_at=max(entry.accepted_at, about.event.opens_at or entry.accepted_at),  # its head may have come a moment early
            typed=form.typed(),
            remember_text=remember_text,
        )
        return _numbered(request, secret)
    result = await registrations.register(about.session, party, household=household, key=key)
    if remember_text is not None and not result.is_again:
        await remembering.remember(result.registration, party, remember_text)
    return await done(request, result.registration, about.event.id, token=result.token)


async def done(request: AnyRequest, registration: Registration, event: int, *, token: str = "") -> Response[Any]:
    """To the family's ticket, on a device that is the family's from now on; a desk's browser remembers no family."""
    who = viewer.seen(request)
    if who.staff is not None and who.household != registration.household:
        return replies.to(request, "site.links.show", secret=registration.secret)
    response = replies.to(request, "my.registrations.show", id=registration.id)
    touches.forget(request, response, event)
    if who.household != registration.household:
        joining.remember(request, response, token or await sign_ins.start_for_household(registration.household))
    return response


def is_its_device(request: AnyRequest, secret: str) -> bool:
    """Whether the number was given to this browser; its address alone, passed on, opens nothing."""
    return request.cookies.get(NUMBER_COOKIE) == secret


def _numbered(request: AnyRequest, secret: str) -> Response[Any]:
    """To the number's page. The cookie is sent there only."""
    response = replies.to(request, "my.numbers.show", secret=secret)
    path = request.app.route_reverse("my.numbers.show", secret=secret)
    secure = request.app.state.settings.is_secure
    lasts = int(NUMBER_LASTS.total_seconds())
    response.set_cookie(Cookie(key=NUMBER_COOKIE, value=secret, path=path, max_age=lasts, httponly=True, samesite="lax", secure=secure))
    return response
