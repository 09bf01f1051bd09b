"""What anybody may see: no sign-in, and no cookie set by looking at a page."""

from __future__ import annotations

from litestar import Router

from web.site import (
    calendars,
    cards,
    clocks,
    events,
    group_links,
    health,
    links,
    looks,
    pictures,
    reset_links,
    screens,
    texts,
    tickets,
    venue,
)

# Pages that only show: they set no cookie, so that they may be cached. A group's link, which is no page, notes the group in one.
PLAIN = (events, calendars, cards, pictures, texts, looks, clocks, group_links, health)
# Addresses that carry a secret of their own, or a form.
OPENED = (tickets, links, reset_links, screens, venue)

router = Router("/", route_handlers=[each for module in PLAIN for each in module.handlers], opt={"exclude_from_csrf": True})
routers = [Router("/", route_handlers=[each for module in OPENED for each in module.handlers])]
