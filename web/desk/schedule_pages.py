"""What the desk's calendar shows: which stores, host and place, and what staff know of a session beside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response

from events import clock
from events.calendar import holidays
from events.catalog import clashes, schedules, stores, venues
from events.catalog.clashes import Clash
from events.catalog.schedules import Planned
from events.catalog.tables import Store, Venue
from events.people import rights, staff
from events.people.tables import Staff
from web import forms, replies, spans
from web.desk import clash_words
from web.site import entries, grids, holiday_words, views
from web.site.entries import Entry
from web.site.grids import Cell
from web.spans import Span
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
QUIET = ("off", "over")  # what is called off or over clashes with nothing any more
FILTERS = ("store", "host", "venue")


@dataclass(frozen=True)
class Asked:
    """What an address tells, as it was typed."""

    day: str
    store: str
    host: str
    venue: str


@dataclass(frozen=True)
class Plan:
    """What staff know of a session beside what everybody may read."""

    session: int
    chef: str
    clash: str  # what is wanted twice, in short
    clashes: Sequence[str]  # a sentence each
    may_edit: bool


@dataclass(frozen=True)
class Page:
    """The days of a page and what is planned on them, as one member of staff sees it."""

    seen: Sequence[Store]
    stores: Sequence[Store]  # those it is narrowed to
    hosts: Sequence[Staff]
    venues: Sequence[Venue]
    chosen: dict[str, int]
    times: Times
    zone: str
    today: date
    on: date
    span: Span
    entries: Sequence[Entry]
    cells: Sequence[Cell]
    plans: dict[int, Plan]

    def address(self, path: str, day: date | None = None) -> str:
        """Another page of it, narrowed to the same."""
        told = {**self.chosen, **({"day": day.isoformat()} if day else {})}
        return path + ("?" + urlencode(told) if told else "")

    def days(self, path: str) -> str:
        """The start of an address that ends with a day."""
        return path + "?" + "".join(f"{name}={value}&" for name, value in self.chosen.items()) + "day="


async def read(request: AnyRequest, who: Viewer, asked: Asked, span_of: spans.Around) -> Page:
    """By the address. What is unknown in it, or of another store, is as if it were not there; NotThere for a day beyond three years."""
    member = who.member
    seen = await stores.seen_by(member)
    store = _one(seen, asked.store)
    narrowed = [store] if store else list(seen)
    of_stores = {each.id for each in narrowed}
    hosts = [each for each in await staff.colleagues(member) if each.store is None or each.store in of_stores]
    places = await venues.of_stores(sorted(of_stores))
    chosen = {"store": store, "host": _one(hosts, asked.host), "venue": _one(places, asked.venue)}
    ids = {name: row.id for name, row in chosen.items() if row is not None}
    zone = views.zone_of(store, seen)
    today = views.today(zone)
    on = spans.asked(asked.day, today)
    span = span_of(on, today)
    planned = await schedules.of_stores(
        span.first,
        span.last,
        stores=None if rights.owns(member) and store is None else of_stores,
        host=ids.get("host"),
        venue=ids.get("venue"),
    )
    times = Times(zone, clock.now(), who.language)
    found = await entries.of(request, [each.row for each in planned])
    cells = grids.cells(span, found, times, today, zone)
    plans = await _plans(who, planned, found, times)
    return Page(seen, narrowed, hosts, places, ids, times, zone, today, on, span, found, cells, plans)


def draw(request: AnyRequest, page: Page, template: str, **shown: Any) -> Response[str]:
    language = page.times.language
    years = holidays.unpublished(page.span.first, page.span.last, page.zone)
    return replies.page(
        request,
        f"desk/schedule/{template}",
        shown=template,
        page=page,
        span=page.span,
        times=page.times,
        cells=page.cells,
        plans=page.plans,
        form=forms.blank(request).fill(**{name: page.chosen.get(name) for name in FILTERS}),
        sifts=_sifts(page),
        shows_store=len(page.stores) > 1,
        unpublished=holiday_words.unpublished(years, language),
        is_cut=len(page.entries) >= schedules.MOST,
        **shown,
    )


def _sifts(page: Page) -> dict[str, list[tuple[int, str]]]:
    """What the page may be narrowed to, where there is a choice; who left and what was put away only as long as it is chosen."""
    rows: dict[str, list[Any]] = {
        "store": list(page.seen),
        "host": [each for each in page.hosts if each.disabled_at is None or each.id == page.chosen.get("host")],
        "venue": [each for each in page.venues if each.archived_at is None or each.id == page.chosen.get("venue")],
    }
    return {name: [(each.id, each.name) for each in found] for name, found in rows.items() if len(found) > 1}


async def _plans(who: Viewer, planned: Collection[Planned], found: Collection[Entry], times: Times) -> dict[int, Plan]:
    clashing = await clashes.of([entry.session for entry in found if entry.shape not in QUIET])
    return {each.row.session: _plan(who, each, clashing.get(each.row.session, []), times) for each in planned}


def _plan(who: Viewer, planned: Planned, clashing: Sequence[Clash], times: Times) -> Plan:
    row = planned.row
    times = replace(times, zone=row.offer.zone)
    return Plan(
        row.session,
        planned.chef,
        clash_words.short(clashing, who.language) if clashing else "",
        clash_words.lines(clashing, who.member, times, row.meeting.starts_at),
        rights.may_edit(who.member, row.offer.store, row.offer.host),
    )


def _one(rows: Collection[Any], asked: str) -> Any:
    return next((each for each in rows if str(each.id) == asked), None)
