"""When a row of a plan is: day and hours from whichever cells tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from events.intake import days, hours
from events.intake.event_readings import LENGTH, Told, Unsure, marked

LONG = 8 * 60  # minutes: from ten to nine may be a slip
MIDNIGHT = "00:00"  # what some programs write behind a day

Cells = Mapping[str, str]


def told_by(told: Told, cells: Cells, today: date) -> Told:
    """Day and hours, from whichever cell tells them: both may stand in one."""
    on, also = (days.day(cells.get(name, ""), today) for name in ("day", "start"))
    beside = "" if on.rest == MIDNIGHT else on.rest
    found = hours.hours(also.rest or beside)
    by_day = on if on.day is not None or also.day is None else also
    told = replace(marked(told, *_day_doubts(by_day, cells, today)), day=by_day.day)
    if also.rest and beside:
        told = marked(told, *_beside(hours.hours(beside), found))
    if not found.is_read or not found.times:
        return marked(told, Unsure.TIME_UNTOLD if found.is_read else Unsure.TIME_UNCLEAR)
    told = replace(marked(told, *[Unsure.TIME_TWO_WAYS] * (not found.is_clear)), starts=found.times[0])
    return _until(told, found.times, cells)


def _beside(said: hours.Hours, counted: hours.Hours) -> list[Unsure]:
    """What the day's cell says besides, where the hours have a cell of their own."""
    if not said.is_read:
        return [Unsure.DAY_UNCLEAR]
    return [Unsure.TIME_TWO_WAYS] * (bool(said.times) and said.times[:1] != counted.times[:1])


def _day_doubts(on: days.Day, cells: Cells, today: date) -> list[Unsure]:
    if on.day is None:
        return [Unsure.DAY_UNCLEAR if cells.get("day") else Unsure.DAY_UNTOLD]
    if not on.is_clear:
        return [Unsure.DAY_TWO_WAYS]
    return [Unsure.DAY_PAST] * (on.day < today) + [Unsure.NEXT_YEAR] * on.rolled


def _until(told: Told, times: Sequence[int], cells: Cells) -> Told:
    """The end, as told by itself, with the start, or by the length; none of them: an hour and a half."""
    starts = times[0]
    by_end = hours.until(starts, cells["end"]) if cells.get("end") else None
    by_length = hours.length(cells["length"]) if cells.get("length") else None
    if (cells.get("end") and by_end is None) or (cells.get("length") and by_length is None):
        return marked(told, Unsure.TIME_UNCLEAR)
    ends = [*times[1:], *([] if by_end is None else [by_end]), *([] if by_length is None else [starts + by_length[0]])]
    end = ends[0] if ends else starts + LENGTH
    is_long = end > starts + LONG
    doubts = [Unsure.END_UNTOLD] * (not ends)
    doubts += [Unsure.END_TWO_WAYS] * (is_long or len(set(ends)) > 1 or (by_length is not None and not by_length[1]))
    return replace(marked(told, *doubts, *[Unsure.END_WRONG] * (end <= starts or end > starts + hours.DAY)), ends=end)
