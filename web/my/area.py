"""What a family does with its own sign-ups."""

from __future__ import annotations

from litestar import Router

from web.my import (
    arrivals,
    calendar,
    changes,
    confirmations,
    contacts,
    devices,
    family,
    home,
    members,
    numbers,
    offers,
    pairings,
    pickups,
    registrations,
    replies,
    tickets,
)

MODULES = (
    *(home, registrations, numbers, tickets, arrivals, pickups, offers, changes, confirmations, replies),
    *(family, members, contacts, devices, pairings, calendar),
)

router = Router("/my", route_handlers=[each for module in MODULES for each in module.handlers])
