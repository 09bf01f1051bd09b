"""The last button of a sign-up: served at once, or, in a rush, given a number."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from events import codes, db
from events.catalog import texts
from events.catalog.tables import TextKind
from events.people import sign_ins
from events.signup import numbers, openings, registrations, remembering, rules
from events.signup.parties import Party
from events.signup.tables import Number, Registration
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
    if not entry.is_crowded and not await numbers.must_wait(about.session.id, entry.accepted_at):
        with contextlib.suppress(db.Busy):  # then it is a crowd after all
            return await _served(request, about, party, key, remember_text)
    return await _numbered(request, form, about, party, key, entry, remember_text)


async def _served(request: AnyRequest, about: Occasion, party: Party, key: str, remember_text: int | None) -> Response[Any]:
    result = await registrations.register(about.session, party, household=viewer.seen(request).household, key=key)
    if remember_text is not None and not result.is_again:
        await remembering.remember(result.registration, party, remember_text)
    return await done(request, result.registration, about.event.id, token=result.token)


async def _numbered(
    request: AnyRequest, form: Form, about: Occasion, party: Party, key: str, entry: Entry, remember_text: int | None
) -> Response[Any]:
    """What is wrong is said at once; else to the number's page."""
    await openings.check(about.event, about.session, party, None)
    secret = await numbers.take(
        about.session,
        rules.fitting(party, about.event, about.day, about.questions),
        household=viewer.seen(request).household,
        key=key,
        accepted_at=max(entry.accepted_at, about.event.opens_at or entry.accepted_at),  # its head may have come a moment early
        typed=form.typed(),
        remember_text=remember_text,
    )
    return _given(request, secret, key)


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


def is_its_device(request: AnyRequest, number: Number) -> bool:
    """Whether the number was given to this browser; its address, passed on, opens nothing, and tells nothing of the cookie."""
    return request.cookies.get(NUMBER_COOKIE) == _proof(number.key)


def _proof(key: str) -> str:
    """What only the browser that sent this form can know."""
    return codes.digest(f"device {key}")[:40]


def _given(request: AnyRequest, secret: str, key: str) -> Response[Any]:
    """To the number's page. The cookie is sent there only."""
    response = replies.to(request, "my.numbers.show", secret=secret)
    path = request.app.route_reverse("my.numbers.show", secret=secret)
    secure = request.app.state.settings.is_secure
    lasts = int(NUMBER_LASTS.total_seconds())
    response.set_cookie(
        Cookie(key=NUMBER_COOKIE, value=_proof(key), path=path, max_age=lasts, httponly=True, samesite="lax", secure=secure)
    )
    return response
