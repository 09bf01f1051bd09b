"""What the store will send before a session, in words; nothing where it cannot send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request

from events.catalog.tables import Event, Session, Store
from events.notices import ahead
from events.people import households, opt_outs
from events.people.contacts import Kind
from events.signup.tables import Registration
from web import reach
from web.times import Times

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Reminding:
    """By which kind of message and when, in words; `quieter` is the code of the page where that is changed, for a proven contact."""

    kind: Kind
    when: tuple[str, ...]
    is_unwanted: bool
    quieter: str


async def of(
    request: AnyRequest, registration: Registration, session: Session, event: Event, store: Store, times: Times
) -> Reminding | None:
    household = await households.of(registration.household)
    senders = [kind.value for kind in reach.offered(request.app.state.settings)]
    if household is None or not senders:
        return None
    found = await ahead.of(registration, session, event, store, household, senders)
    if found is None:
        return None
    code = opt_outs.code(found.contact) if found.is_unwanted else ""
    return Reminding(found.contact.kind, tuple(times.moment(moment) for moment in found.moments), found.is_unwanted, code)
