"""The last button of a sign-up: served at once, or, in a rush, given a number."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

from litestar import Request, Response

from events import db
from events.catalog import texts
from events.catalog.tables import TextKind
from events.people import sign_ins
from events.signup import numbers, openings, queueing, remembering, rules
from events.signup.parties import Party
from events.signup.tables import Registration
from web import replies, touches, viewer
from web.forms import Form
from web.gate import Entry
from web.my import joining, numbered
from web.my.occasions import Occasion

AnyRequest = Request[Any, Any, Any]


async def sign_up(request: AnyRequest, form: Form, about: Occasion, party: Party, entry: Entry) -> Response[Any]:
    """To the ticket, or to the page of a number. Raises Refused and Invalid."""
    key = form.text("key", at_most=64)
    form.check()
    number = await numbered.of(request, about.session.id)
    if number is not None and number.key != key:  # the form was opened anew, and filled in once more
        return numbered.onwards(request, number, note="numbered")
    party = replace(party, via=await touches.of(request, about.event.id) or party.via, link=party.via)
    remember_text = (await texts.current(about.store.id, TextKind.PRIVACY)).id if form.flag("remember") else None
    if not entry.is_crowded and not await queueing.must_wait(about.session.id, entry.accepted_at):
        with contextlib.suppress(db.Busy):  # then it is a crowd after all
            return await _served(request, about, party, key, remember_text)
    return await _numbered(request, form, about, party, key, entry, remember_text)


async def _served(request: AnyRequest, about: Occasion, party: Party, key: str, remember_text: int | None) -> Response[Any]:
    household = viewer.seen(request).household
    result = await remembering.register(about.session, party, household=household, key=key, text=remember_text)
    return await done(request, result.registration, about.event.id, token=result.token)


async def _numbered(
    request: AnyRequest, form: Form, about: Occasion, party: Party, key: str, entry: Entry, remember_text: int | None
) -> Response[Any]:
    """What is wrong is said at once; else to the number's page."""
    await openings.check(about.event, about.session, party, None)
    await numbers.take(
        about.session,
        rules.fitting(party, about.event, about.day, about.questions),
        household=viewer.seen(request).household,
        key=key,
        accepted_at=max(entry.accepted_at, about.event.opens_at or entry.accepted_at),  # its head may have come a moment early
        typed=form.typed(),
        remember_text=remember_text,
    )
    return numbered.given(request, about.session.id, key)


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
