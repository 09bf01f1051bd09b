"""When this fact, then that: the one table that looks both ways. Reactions write rows in the fact's own transaction."""

from __future__ import annotations

from events.announce import follow_ups, withdrawals
from events.announce import handovers as group_handovers
from events.calendar import addresses
from events.catalog import handovers as event_handovers
from events.checkin import arrivals, tickets
from events.checkin.care import pickup_codes
from events.facts import (
    Approved,
    Completed,
    Erased,
    EventCancelled,
    HandedOver,
    Lapsed,
    Leaving,
    LetGo,
    Merged,
    MessageEnded,
    Moved,
    Offered,
    Parted,
    Placed,
    PlacesFreed,
    Reaction,
    Registered,
    RulesChanged,
    SessionChanged,
    listen,
)
from events.notices import carrying, changes, outgoing, telling
from events.signup import offers, waiting_list


async def _advance(fact: PlacesFreed) -> None:
    await waiting_list.advance(fact.session)


WHEN: dict[type, list[Reaction]] = {
    Registered: [telling.signed_up],
    Placed: [tickets.issue, telling.placed],
    Completed: [telling.completed],
    Offered: [telling.offered],
    Lapsed: [telling.lapsed],
    Approved: [telling.approved],
    LetGo: [telling.let_go],
    MessageEnded: [telling.ended],
    Erased: [addresses.die],
    Leaving: [arrivals.stay],
    Merged: [pickup_codes.regroup, carrying.merged],
    Moved: [pickup_codes.move],
    Parted: [pickup_codes.regroup, carrying.parted],
    PlacesFreed: [_advance],
    RulesChanged: [pickup_codes.begin],
    SessionChanged: [offers.keep_in_time, withdrawals.leave_out, outgoing.recall, changes.note, follow_ups.stop_stale],
    EventCancelled: [follow_ups.stop_all],
    HandedOver: [event_handovers.take_over, group_handovers.take_over],
}

listen(WHEN)
