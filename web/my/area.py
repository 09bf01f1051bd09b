"""What a family does with its own sign-ups."""

from __future__ import annotations

from litestar import Router

from web.my import changes, confirmations, contacts, devices, family, home, members, numbers, offers, pairings, registrations, tickets

MODULES = (home, registrations, numbers, tickets, offers, changes, confirmations, family, members, contacts, devices, pairings)

router = Router("/my", route_handlers=[each for module in MODULES for each in module.handlers])
