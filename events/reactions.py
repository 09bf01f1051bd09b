"""When this fact, then that: the one table that looks both ways. Reactions write rows in the fact's own transaction."""

from __future__ import annotations

from events.announce import handovers as group_handovers
from events.catalog import handovers as event_handovers
from events.checkin import arrivals, tickets
from events.checkin.care import pickup_codes
from events.facts import HandedOver, Leaving, Merged, Moved, Parted, Placed, PlacesFreed, Reaction, RulesChanged, listen
from events.signup import waiting_list


async def _advance(fact: PlacesFreed) -> None:
    await waiting_list.advance(fact.session)


WHEN: dict[type, list[Reaction]] = {
    Placed: [tickets.issue],
    Leaving: [arrivals.stay],
    Merged: [pickup_codes.regroup],
    Moved: [pickup_codes.move],
    Parted: [pickup_codes.regroup],
    PlacesFreed: [_advance],
    RulesChanged: [pickup_codes.begin],
    HandedOver: [event_handovers.take_over, group_handovers.take_over],
}

listen(WHEN)
