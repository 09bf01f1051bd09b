"""An event made from another one."""

from __future__ import annotations

from dataclasses import asdict, replace

from events.catalog import events, questions, rules
from events.catalog.details import Details
from events.catalog.rules import Rules
from events.catalog.tables import Event
from events.db import writing
from events.errors import NotThere
from events.people import audit, rights
from events.people.tables import Staff


async def make(event: Event, *, by: Staff) -> Event:
    """A draft with the same texts, picture, rules and questions, without sessions and opening time. A host's copy is the host's own."""
    if not rights.sees(by, event.store):
        raise NotThere
    details = replace(Details.of(event), opens_at=None)
    if not rights.may_edit(by, event.store, details.host) or not await events.is_host(details.host, event.store):
        details = replace(details, host=by.id)
    async with writing():
        made = Event(store=event.store, copied_from=event.id, **asdict(details), **asdict(Rules.of(event)))
        await made.save()
        await rules.put_first(made.id, await rules.first_groups(event.id))
        await questions.copy(event.id, made.id)
        await audit.record(by, "event.copied", made, store=event.store)
    return made
