"""What the store's people tell each other about a family: never shown to it, erased with what it told."""

from __future__ import annotations

from events import clock, db
from events.errors import Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup.tables import Registration

LONGEST = 200


async def write(registration: Registration, text: str, *, by: Staff, store: int) -> None:
    """Instead of what was there; empty is nothing. The same again leaves no trail."""
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused(_("最多 %(n)s 个字"), field="host_note", n=LONGEST)
    async with db.writing():
        changed = (
            await Registration.update({Registration.host_note: text, Registration.changed_at: clock.now()})
            .where((Registration.id == registration.id) & (Registration.host_note != text))
            .returning(Registration.id)
        )
        if changed:
            await audit.record(by, "registration.noted", registration, store=store)
    registration.host_note = text
