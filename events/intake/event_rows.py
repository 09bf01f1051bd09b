"""A plan of events, read into lines: one session in each row, and rows of one title and kind are one event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from events import clock
from events.catalog.details import LENGTHS, OLDEST
from events.catalog.tables import Kind, Store
from events.intake import event_cells, event_names, event_readings, event_times
from events.intake.columns import Meaning, plain
from events.intake.drafts import Draft
from events.intake.event_names import Found, Known
from events.intake.event_readings import Told, Unsure, marked
from events.intake.event_words import MEANINGS
from events.intake.tables import Intake
from events.people import rights
from events.people.tables import Staff
from events.sheets.reading import Row

OF_EVENT = (  # what rows of one event say of it
    *("host", "age_from", "age_to", "fee", "fee_per", "fee_note", "chef", "summary", "description", "bring"),
)

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What rows are read against: the store's names, the day it is there, and whose plan it is."""

    known: Known
    today: date
    by: Staff
    may_lead: bool


async def meanings(intake: Intake) -> list[Meaning]:
    """What a column may be."""
    return list(MEANINGS)


async def drafts(intake: Intake, rows: Sequence[Row], columns: Sequence[str]) -> list[Draft]:
    """The rows as lines to review; the template's example is no event."""
    plan, above = await of(intake), Told()
    same: dict[tuple[str, Kind], list[Told]] = {}
    found = []
    for row in rows:
        cells = {meaning: cell for meaning, cell in zip(columns, row.cells, strict=False) if meaning}
        if any(row.cells) and not event_cells.is_example(cells.get("title", "")):
            read = reading(cells, plan, above)
            earlier = same.setdefault((plain(read.title), read.kind), []) if read.title else []
            above = among(read, earlier)
            earlier.append(above)
            found.append(_draft(row, above))
    return found


async def of(intake: Intake) -> Plan:
    """For the rows of this intake."""
    store = await Store.objects().get(Store.id == intake.store)
    by = await Staff.objects().get(Staff.id == intake.made_by)
    if store is None or by is None:
        raise LookupError(f"intake {intake.id} is of nobody")
    today = clock.now().astimezone(ZoneInfo(store.zone)).date()
    return Plan(await event_names.of(store.id), today, by, rights.may_lead(by, store.id))


def reading(cells: Cells, plan: Plan, above: Told = Told()) -> Told:  # noqa: B008 -- frozen
    """What one row says. Without a title it goes on with the event of the row above."""
    told = _of_event(cells, plan)
    if not told.title and above.title:
        event = {name: getattr(above, name) for name in ("title", "kind", "event", *OF_EVENT)}
        told = replace(told, **event, unsure=(Unsure.AS_ABOVE,))
    told = event_times.told_by(told, cells, plan.today)
    return session_there(where(told, cells, plan.known), plan.known)


def _of_event(cells: Cells, plan: Plan) -> Told:
    """What is the event's."""
    title, chef, summary = (" ".join(cells.get(name, "").split()) for name in ("title", "chef", "summary"))
    bring = cells.get("bring", "")
    is_cut = any(len(text) > LENGTHS[name] for name, text in (("title", title), ("chef", chef), ("summary", summary), ("bring", bring)))
    unsure = [Unsure.TITLE_UNTOLD] * (not title) + [Unsure.CUT] * is_cut
    said = cells.get("kind", "")
    kind = event_cells.kind(said)
    unsure += [Unsure.KIND_UNCLEAR if said else Unsure.KIND_UNTOLD] * (kind is None)
    told = Told(
        title=title[: LENGTHS["title"]],
        kind=kind or Kind.WORKSHOP,
        chef=chef[: LENGTHS["chef"]],
        summary=summary[: LENGTHS["summary"]],
        bring=bring[: LENGTHS["bring"]],
        unsure=tuple(unsure),
    )
    return event_there(_costs(_aged(_hosted(told, cells, plan), cells), cells), plan.known)


def _hosted(told: Told, cells: Cells, plan: Plan) -> Told:
    """By whom: whoever sends the plan, unless it names another; only who leads the store plans for others."""
    said = cells.get("host", "")
    if not said:
        return replace(told, host=plan.by.id)
    found = plan.known.host(said)
    doubt = _doubt(found, Unsure.HOST_UNKNOWN, Unsure.HOST_TWO_WAYS, Unsure.HOST_NEAR)
    if found.one is not None and found.one != plan.by.id and not plan.may_lead:
        return marked(replace(told, host=plan.by.id), Unsure.HOST_OTHER)
    return marked(replace(told, host=found.one), *doubt)


def _aged(told: Told, cells: Cells) -> Told:
    said = cells.get("ages", "")
    found = event_cells.ages(said) if said else None
    if found is None:
        return marked(told, Unsure.AGES_UNCLEAR) if said else told
    told = replace(told, age_from=found.youngest, age_to=found.oldest)
    is_wrong = max(found.youngest or 0, found.oldest or 0) > OLDEST or (found.oldest is not None and (found.youngest or 0) > found.oldest)
    return told if found.is_clear and not is_wrong else marked(told, Unsure.AGES_UNCLEAR if is_wrong else Unsure.AGES_TWO_WAYS)


def _costs(told: Told, cells: Cells) -> Told:
    """A sum is what families owe; anything else is said in words."""
    said = cells.get("fee", "")
    found = event_cells.fee(said) if said else None
    if found is not None:
        return replace(told, fee=found.fen, fee_per=found.per)
    return marked(replace(told, fee_note=said[: LENGTHS["fee_note"]]), Unsure.FEE_IN_WORDS) if said else told


def event_there(told: Told, known: Known) -> Told:
    """Whether the store has it: the session is added to it then."""
    found, has_others = known.event(told.title, told.kind) if told.title else (Found(), False)
    if found.one is not None:
        return replace(told, event=found.one)
    return marked(told, Unsure.EVENT_TWO_WAYS) if found.ids else marked(told, *[Unsure.OTHER_KIND] * has_others)


def where(told: Told, cells: Cells, known: Known) -> Told:
    """The venue and how many it takes; a store with one venue needs no word."""
    said = cells.get("venue", "")
    only = Found(tuple(dict.fromkeys(id for _name, id in known.venues)))
    found = known.venue(said) if said else only if only.one is not None else Found()
    told = replace(told, venue=found.one)
    told = marked(told, *(_doubt(found, Unsure.VENUE_UNKNOWN, Unsure.VENUE_TWO_WAYS, Unsure.VENUE_NEAR) if said else []))
    told = marked(told, *[Unsure.VENUE_UNTOLD] * (not said and told.venue is None))
    count = event_cells.places(cells["places"]) if cells.get("places") else None
    if count is None or not count.n:
        return marked(told, Unsure.PLACES_UNCLEAR if cells.get("places") else Unsure.PLACES_UNTOLD)
    return marked(replace(told, places=count.n), *[Unsure.PLACES_TWO_WAYS] * (not count.is_clear))


def session_there(told: Told, known: Known) -> Told:
    """Whether the event has this very session: a plan sent twice adds nothing twice."""
    return marked(told, *[Unsure.THERE] * ((told.event, told.day, told.starts, told.venue) in known.slots))


def among(told: Told, earlier: Sequence[Told]) -> Told:
    """Beside the rows above of the same event: said twice, or otherwise."""
    slot = (told.day, told.starts, told.venue)
    is_twice = None not in slot and any((each.day, each.starts, each.venue) == slot for each in earlier)
    differs = any(
        getattr(told, name) and getattr(each, name) and getattr(told, name) != getattr(each, name) for each in earlier for name in OF_EVENT
    )
    return marked(told, *[Unsure.TWICE] * is_twice, *[Unsure.DIFFERS] * differs)


def _doubt(found: Found, unknown: Unsure, several: Unsure, near: Unsure) -> list[Unsure]:
    if found.one is None:
        return [several if found.ids else unknown]
    return [near] * found.is_near


def _draft(row: Row, told: Told) -> Draft:
    raw = " · ".join(" ".join(cell.split()) for cell in row.cells if cell)
    return Draft(row.number, raw, event_readings.dump(told), number=row.number, is_chosen=not told.is_to_mend)
