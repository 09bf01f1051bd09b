"""A store's calendar from elsewhere, sent as a file: read into lines to review, and what is missing in many lines said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from piccolo.columns import Column

from events import clock, db
from events.catalog.sessions import PLACES
from events.catalog.tables import Kind, Store, Venue
from events.errors import NotThere, Refused, _
from events.intake import calendar_files, calendar_rows, event_readings, event_rows, holding, intakes, lines
from events.intake.calendar_entries import Left
from events.intake.event_readings import Act, Told, Unsure
from events.intake.tables import Intake, IntakeLine, LineState, Source
from events.people import audit
from events.people.tables import Staff

ABOUT_VENUES = (Unsure.VENUE_UNKNOWN, Unsure.VENUE_UNTOLD, Unsure.VENUE_TWO_WAYS)
ABOUT_PLACES = (Unsure.PLACES_UNTOLD, Unsure.PLACES_UNCLEAR)


@dataclass(frozen=True)
class Gaps:
    """What lines lack, to be said once for all of them: the file's words for a place, and in how many lines they stand."""

    venues: Mapping[str, int]
    places: int
    kinds: int

    def __bool__(self) -> bool:
        return bool(self.venues or self.places or self.kinds)


@dataclass(frozen=True)
class Filled:
    """What the host says of them; nothing said stays open."""

    venues: Mapping[str, int]
    places: int | None = None
    kind: Kind | None = None


async def start(store: Store, data: bytes, *, by: Staff) -> Intake:
    """The file under review. Refused (field "file") with a sentence for whatever cannot be read, and for one without anything to come."""
    holding.check_store(store, by)
    calendar = await calendar_files.opened(data, store.zone, clock.now())
    async with db.writing():
        intake = Intake(store=store.id, source=Source.CALENDAR, made_by=by.id, created_at=clock.now())
        drafts, left = await calendar_rows.drafts(intake, calendar, store.zone)
        if not drafts:
            raise Refused(_("这份日历里没有以后的活动"), field="file")
        intake.table = msgspec.json.encode(left).decode()
        await intakes.begin(intake, drafts, by)
    return intake


def left_of(intake: Intake) -> dict[Left, int]:
    """What of the file was not read; nothing of one that is closed."""
    return msgspec.json.decode(intake.table, type=dict[Left, int]) if intake.table and intake.source == Source.CALENDAR else {}


def gaps(rows: Sequence[IntakeLine]) -> Gaps:
    """Of the lines of which something is still to be made."""
    told = [event_readings.load(row.told) for row in rows if row.state != LineState.DONE]
    open_lines = [each for each in told if each.origin and each.act in (Act.NEW, Act.CHANGE)]
    venues = Counter(each.origin.place for each in open_lines if each.origin and _lacks(each, ABOUT_VENUES))
    places = sum(_lacks(each, ABOUT_PLACES) for each in open_lines)
    kinds = sum(Unsure.KIND_UNTOLD in each.unsure and each.act == Act.NEW for each in open_lines)
    return Gaps(dict(venues.most_common()), places, kinds)


async def fill(intake: Intake, filled: Filled, *, by: Staff) -> None:
    """What lines lack, the same for all that lack it. Nothing else in them changes; what needs no mending now is chosen."""
    if filled.places is not None and not 1 <= filled.places <= PLACES:
        raise Refused(_("名额要在 1 到 %(n)s 之间"), field="places", n=PLACES)
    async with db.writing():
        held = await holding.hold(intake.id, by)
        await _check_venues(held, filled)
        plan = await event_rows.of(held)
        for row in await lines.of(held.id):
            told = event_readings.load(row.told)
            if row.state != LineState.DONE and told.origin and (full := _with(told, filled)) != told:
                full = calendar_rows.placed(full, plan.known) if full.act == Act.NEW else full
                await lines.put(row, _columns(row, told, full))
        await audit.record(by, "intake.row_mended", held)


def _columns(row: IntakeLine, told: Told, full: Told) -> dict[Column | str, Any]:
    is_chosen = row.is_chosen or (told.is_to_mend and not full.is_to_mend and not full.is_careful and row.state != LineState.LEFT)
    return {IntakeLine.told: event_readings.dump(full), IntakeLine.is_chosen: is_chosen and not full.is_to_mend}


def _with(told: Told, filled: Filled) -> Told:
    venue = filled.venues.get(told.origin.place) if told.origin else None
    if venue is not None and _lacks(told, ABOUT_VENUES):
        told = _without(replace(told, venue=venue), ABOUT_VENUES)
    if filled.places is not None and _lacks(told, ABOUT_PLACES):
        told = _without(replace(told, places=filled.places), ABOUT_PLACES)
    if filled.kind is not None and told.act == Act.NEW and Unsure.KIND_UNTOLD in told.unsure:
        told = _without(replace(told, kind=filled.kind), (Unsure.KIND_UNTOLD,))
    return told


def _lacks(told: Told, about: Sequence[Unsure]) -> bool:
    return any(each in about for each in told.unsure)


def _without(told: Told, about: Sequence[Unsure]) -> Told:
    return replace(told, unsure=tuple(each for each in told.unsure if each not in about))


async def _check_venues(intake: Intake, filled: Filled) -> None:
    ids = sorted(set(filled.venues.values()))
    mine = (Venue.store == intake.store) & Venue.archived_at.is_null()
    if ids and await Venue.count().where(Venue.id.is_in(ids) & mine) < len(ids):
        raise NotThere
