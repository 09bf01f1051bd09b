"""What the month's and the week's page share: which days, of what, and the way to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from litestar import Request, Response

from events import clock
from events.calendar import holidays
from events.catalog import listing, schedules
from events.catalog.tables import Store
from web import replies, spans, viewer
from web.site import entries, faces, grids, holiday_words, views
from web.site.entries import Entry
from web.site.grids import Cell
from web.site.views import View
from web.spans import Span
from web.times import Times

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Page:
    """One page of the calendar as families see it."""

    view: View
    stores: Sequence[Store]
    span: Span
    times: Times
    today: date
    zone: str
    entries: Sequence[Entry]
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Following:
    """What is next where a page has nothing."""

    title: str
    when: str
    address: str


async def read(request: AnyRequest, name: str, around: spans.Around, *, day: str, store: str, kind: str) -> Page:
    """NotThere for a day beyond three years."""
    stores = await listing.stores()
    given = views.read(name, stores, store=store, kind=kind, day=None)
    zone = views.zone_of(given.store, stores)
    today = views.today(zone)
    on = spans.asked(day, today)
    view = View(name, given.store, given.kind, None if on == today else on)
    span = around(on, today)
    times = Times(zone, clock.now(), viewer.seen(request).language)
    rows = await schedules.public(span.first, span.last, store=view.store.id if view.store else None, kind=view.kind)
    found = await entries.of(request, rows)
    return Page(view, stores, span, times, today, zone, found, grids.cells(span, found, times, today, zone))


async def following(page: Page) -> Following | None:
    """The next session after the page's days; of a past page the next there is, be it today."""
    last = max(page.span.last, page.today - timedelta(days=1))
    row = await schedules.next_public(last, store=page.view.store.id if page.view.store else None, kind=page.view.kind)
    if row is None:
        return None
    on = faces.day_in(row.meeting.starts_at, row.offer.zone)
    if abs(on - page.today) > spans.FARTHEST:
        return None
    return Following(row.offer.title, page.times.on(on), page.view.address(day=on))


def draw(request: AnyRequest, page: Page, **shown: Any) -> Response[str]:
    """The template of the page's view; months and weeks lie side by side in `templates/site`."""
    language = page.times.language
    years = holidays.unpublished(page.span.first, page.span.last, page.zone)
    return replies.page(
        request,
        f"site/{page.view.name}s/show",
        page=page,
        view=page.view,
        store=page.view.store or (page.stores[0] if len(page.stores) == 1 else None),
        stores=page.stores,
        kinds=faces.kinds(language),
        times=page.times,
        span=page.span,
        cells=page.cells,
        unpublished=holiday_words.unpublished(years, language),
        is_cut=len(page.entries) >= schedules.MOST,
        **shown,
    )
