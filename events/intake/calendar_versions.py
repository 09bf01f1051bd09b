"""Entries of one number in a calendar: versions of one another, or entries told apart by their starts. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from events.intake import calendar_plain, calendar_times
from events.intake.calendar_entries import Left
from events.intake.calendar_events import Written
from events.intake.event_readings import Unsure


def newest(told: Sequence[Written], left: Counter[Left]) -> list[Written]:
    """Of several with one number the newest; those that are no versions of one another are told apart by their starts."""
    groups = dict[tuple[str, str], list[Written]]()
    kept = list[Written]()
    for n, each in enumerate(told):
        if each.uid:
            groups.setdefault((each.uid, calendar_times.utc(each.first) if each.first else ""), []).append(each)
        else:
            kept.append(replace(each, uid=f"\x00{n}"))
    for group in groups.values():
        best = max(each.version for each in group)
        newest = {_said(each): each for each in group if each.version == best}
        left[Left.REPLACED] += len(group) - len(newest)
        kept += newest.values() if len(newest) == 1 else [_apart(each) for each in newest.values()]
    return kept


def _said(told: Written) -> tuple[str, str]:
    title = told.part.first("SUMMARY")
    return calendar_times.utc(told.start), title.value[: calendar_plain.LINE] if title else ""


def _apart(told: Written) -> Written:
    return replace(told, uid="\x01".join((told.uid, *_said(told))), unsure=(*told.unsure, Unsure.UID_TWICE))


def by_uid(told: Iterable[Written]) -> list[list[Written]]:
    groups = dict[str, list[Written]]()
    for each in told:
        groups.setdefault(each.uid, []).append(each)
    return list(groups.values())
