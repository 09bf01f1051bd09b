"""A calendar's occurrences as lines to review: new ones, and what is otherwise with those that were taken over before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from events.catalog.details import LENGTHS
from events.catalog.tables import Kind
from events.intake import calendar_keys, calendar_known, event_cells, event_readings, event_rows
from events.intake.calendar_entries import Calendar, Entry, Left
from events.intake.calendar_known import Earlier
from events.intake.columns import plain
from events.intake.drafts import Draft
from events.intake.event_names import Known
from events.intake.event_readings import Act, Origin, Told, Unsure, marked
from events.intake.event_rows import Plan
from events.intake.tables import Intake


@dataclass(frozen=True)
class Against:
    """What the entries of one file are read against. `zone`: the store's."""

    calendar: Calendar
    plan: Plan
    store: int
    zone: ZoneInfo
    ours: frozenset[str]


async def drafts(intake: Intake, calendar: Calendar, zone: str) -> tuple[list[Draft], Counter[Left]]:
    """The lines, soonest first, and behind them those that are gone from the calendar; and what was left of the file."""
    plan, ours = await event_rows.of(intake), await calendar_known.ours(intake.store, calendar)
    against = Against(calendar, plan, intake.store, ZoneInfo(zone), ours)
    earlier = await calendar_known.of(intake.store)
    found, gone = calendar_known.matched(intake.store, calendar, earlier, zone)
    lines, left = list[tuple[str, Told]](), Counter(calendar.left)
    same: dict[tuple[str, Kind], list[Told]] = {}
    for n, entry in enumerate(calendar.entries):
        known = found.get(n)
        if known is None and entry.is_off and entry.uid.casefold() not in ours:
            left[Left.OFF] += 1
            continue
        told = _again(entry, known, against) if known else _first(entry, against)
        if told.act == Act.NEW and told.title:
            others = same.setdefault((plain(told.title), told.kind), [])
            told = event_rows.among(told, others)
            others.append(told)
        lines.append((_raw(entry), told))
    lines += [("", _gone(each, against)) for each in gone]
    families = {each.session.id: each.families for each in earlier.values()}
    return [_draft(n, raw, told, families) for n, (raw, told) in enumerate(lines, 1)], left


def _first(entry: Entry, against: Against) -> Told:
    """One nobody took over yet; a session of the store's own that came back is none."""
    told = _said(entry, against)
    if entry.uid.casefold() in against.ours:
        return replace(told, act=Act.OURS)
    return placed(event_rows.where(told, {"venue": entry.place}, against.plan.known), against.plan.known)


def placed(told: Told, known: Known) -> Told:
    """With the event of the store it goes to, and whether that has this very session."""
    unsure = tuple(each for each in told.unsure if each not in (Unsure.EVENT_TWO_WAYS, Unsure.OTHER_KIND, Unsure.THERE))
    return event_rows.session_there(event_rows.event_there(replace(told, event=None, unsure=unsure), known), known)


def _said(entry: Entry, against: Against) -> Told:
    """What the entry says, whoever knows it."""
    first_line = entry.text.split("\n", 1)[0]
    title, summary, text = entry.title[: LENGTHS["title"]], first_line[: LENGTHS["summary"]], entry.text[: LENGTHS["description"]]
    kind = _kind(entry, against.plan.known)
    unsure = [*entry.unsure, *[Unsure.TITLE_UNTOLD] * (not title), *[Unsure.KIND_UNTOLD] * (kind is None)]
    unsure += [Unsure.CUT] * (title != entry.title)
    content = calendar_keys.content(against.calendar, entry).dump()
    return Told(
        title=title,
        kind=kind or Kind.WORKSHOP,
        day=entry.day,
        starts=entry.starts,
        ends=entry.ends,
        host=against.plan.by.id,
        summary=summary,
        description="" if text == summary else text,
        origin=Origin(calendar_keys.of(against.store, entry), entry.place, entry.sequence, entry.stamp, content),
        unsure=tuple(unsure),
    )


def _kind(entry: Entry, known: Known) -> Kind | None:
    """By its categories, else by the one kind of which the store has an event of this title."""
    told = {each for said in entry.categories if (each := event_cells.kind(said))}
    there = {kind for kind in Kind if entry.title and known.event(entry.title, kind)[0].ids}
    found = told if len(told) == 1 else there
    return next(iter(found)) if len(found) == 1 else None


def _again(entry: Entry, known: Earlier, against: Against) -> Told:
    """One that was taken over: whatever is otherwise now."""
    session, before = known.session, calendar_keys.Content.load(known.entry.content)
    told, now = _said(entry, against), calendar_keys.content(against.calendar, entry)
    told = _of(replace(told, was=known.entry.key if told.origin and told.origin.key != known.entry.key else ""), known, against.zone)
    if known.is_off:
        return _idle(told, *[Unsure.OFF_HERE] * (not entry.is_off))
    if known.is_newer_than(entry):
        return _idle(replace(told, act=Act.OLDER))
    if entry.is_off:
        return replace(told, act=Act.CALL_OFF, unsure=())
    told = _when(told, entry, is_other=now.when != before.when)
    told = _where(told, entry, against.plan.known, is_other=now.place != before.place)
    is_moved = told.is_to_mend or _slot(told) != _slot(_of(told, known, against.zone))
    is_here = calendar_keys.made(session) != before.made
    if now.words != before.words:
        told = marked(told, Unsure.WORDS_OTHER if known.takes_words else Unsure.WORDS_KEPT)
    if not is_moved and Unsure.WORDS_OTHER not in told.unsure:
        return _idle(told, *[Unsure.WORDS_KEPT] * (Unsure.WORDS_KEPT in told.unsure))
    return marked(told, *[Unsure.CONFLICT] * (is_moved and is_here))


def _of(told: Told, known: Earlier, zone: ZoneInfo) -> Told:
    """As its session is now."""
    session, event = known.session, known.event
    starts, ends = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    minutes = starts.hour * 60 + starts.minute
    lasts = round((ends.replace(tzinfo=None) - starts.replace(tzinfo=None)).total_seconds() / 60)
    return replace(
        told,
        act=Act.CHANGE,
        session=session.id,
        event=event.id,
        kind=Kind(event.kind),
        host=event.host,
        places=session.places,
        venue=session.venue,
        day=starts.date(),
        starts=minutes,
        ends=minutes + lasts,
        stood=calendar_keys.made(session),
        unsure=(),
    )


def _when(told: Told, entry: Entry, *, is_other: bool) -> Told:
    return marked(replace(told, day=entry.day, starts=entry.starts, ends=entry.ends), *entry.unsure) if is_other else told


def _where(told: Told, entry: Entry, known: Known, *, is_other: bool) -> Told:
    """Somewhere else only if the entry says so: what the host chose for these words stands."""
    if not is_other or not entry.place:
        return told
    found = known.venue(entry.place)
    if found.one is None:
        return marked(replace(told, venue=None), Unsure.VENUE_TWO_WAYS if found.ids else Unsure.VENUE_UNKNOWN)
    return marked(replace(told, venue=found.one), *[Unsure.VENUE_NEAR] * found.is_near)


def _slot(told: Told) -> tuple[object, ...]:
    return told.day, told.starts, told.ends, told.venue


def _idle(told: Told, *unsure: Unsure) -> Told:
    return replace(told, act=told.act if told.act == Act.OLDER else Act.SAME, unsure=unsure)


def _gone(known: Earlier, against: Against) -> Told:
    origin = Origin(known.entry.key, "", known.entry.sequence, known.entry.stamp, known.entry.content)
    told = _of(Told(title=known.event.title, origin=origin), known, against.zone)
    return replace(told, act=Act.CALL_OFF, unsure=(Unsure.GONE,))


def _draft(number: int, raw: str, told: Told, families: Mapping[int, int]) -> Draft:
    """Chosen where nothing is in doubt; what is called off only while nobody signed up for it, and never because it is not there."""
    is_quiet = told.act == Act.CALL_OFF and Unsure.GONE not in told.unsure and not families.get(told.session or 0)
    is_chosen = not told.is_to_mend and not told.is_nothing_to_do and (is_quiet or not told.is_careful)
    return Draft(number, raw, event_readings.dump(told), number=number, is_chosen=is_chosen)


def _raw(entry: Entry) -> str:
    """The entry as the file has it."""
    hours = [f"{(entry.starts or 0) // 60:02}:{(entry.starts or 0) % 60:02}"] * (entry.starts is not None)
    return " · ".join(part for part in (entry.title, " ".join([entry.day.isoformat(), *hours]), entry.place) if part)
