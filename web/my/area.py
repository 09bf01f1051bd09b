"""What a family does with its own sign-ups."""

from __future__ import annotations

from litestar import Router

from web.my import home, registrations, tickets

MODULES = (home, registrations, tickets)

router = Router("/my", route_handlers=[each for module in MODULES for each in module.handlers])
