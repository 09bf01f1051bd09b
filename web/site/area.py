"""What anybody may see: no sign-in, and no cookie set by looking at a page."""

from __future__ import annotations

from litestar import Router

from web.site import (
    calendars,
    cards,
    clocks,
    events,
    feeds,
    group_links,
    health,
    links,
    looks,
    months,
    opt_outs,
    pictures,
    posters,
    reset_links,
    screens,
    texts,
    tickets,
    venue,
    weeks,
)

# Pages that only show: they set no cookie, so that they may be cached. A group's link, which is no page, notes the group in one.
PLAIN = (events, months, weeks, calendars, cards, pictures, posters, texts, looks, clocks, group_links, health)
# Addresses that carry a secret of their own, or a form.
OPENED = (tickets, feeds, links, reset_links, screens, venue, opt_outs)

plain = [*(each for module in PLAIN for each in module.handlers), *opt_outs.one_click]
router = Router("/", route_handlers=plain, opt={"exclude_from_csrf": True})
routers = [Router("/", route_handlers=[each for module in OPENED for each in module.handlers])]
