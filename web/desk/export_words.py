"""Files in words: what there is to have, what a file is about, what it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote
from zoneinfo import ZoneInfo

from events import clock
from events.errors import _
from events.export.columns import WHATS
from events.export.scopes import Scope
from events.export.tables import Export, What
from web.language import say
from web.times import Times

LINES = {
    What.REGISTRATIONS: _("一家一行：谁报的、几位、排上没有、从哪个群来"),
    What.ROSTER: _("一位一行：谁来、几岁、过敏、票号、到了没有"),
    What.ANSWERS: _("一问一列：报名时问的，各家怎么答"),
    What.ARRIVALS: _("一位一行：谁几点到的、谁签的"),
}
_UNFIT = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f]+')  # in the name of a file, on one system or another


def choices(language: str, *, is_whole: bool) -> list[tuple[str, str, str]]:
    """What may be had; of a whole store no answers, since every event asks others."""
    return [
        (what.value, say(language, word), say(language, LINES[what]))
        for what, word in WHATS.items()
        if not (is_whole and what == What.ANSWERS)
    ]


def what(export: Export, language: str) -> str:
    return say(language, WHATS[What(export.what)])


def told(files: Mapping[int, tuple[What, str]], language: str) -> dict[int, str]:
    """For the trail: what each file was, and of which event."""
    return {id: " · ".join(part for part in (say(language, WHATS[what]), title) if part) for id, (what, title) in files.items()}


def about(scope: Scope, language: str) -> str:
    """The event, with the session's time if it is about one; the store with its days."""
    if scope.event is None:
        return f"{scope.store.name} {scope.from_day} – {scope.until_day}"
    if scope.session is None:
        return scope.event.title
    times = Times(scope.store.zone, clock.now(), language)
    return f"{scope.event.title} · {times.dated(scope.session.starts_at, scope.session.ends_at)}"


def file_name(export: Export, scope: Scope, language: str) -> str:
    """The event, the session, what it is, the day it was made: never a family's name."""
    zone = ZoneInfo(scope.store.zone)
    starts = f"{scope.session.starts_at.astimezone(zone):%Y%m%d-%H%M}" if scope.session else ""
    days = f"{scope.from_day}–{scope.until_day}" if scope.event is None else ""
    parts = [scope.event.title if scope.event else scope.store.name, starts, days, what(export, language)]
    name = "-".join(part for part in [*parts, f"{export.created_at.astimezone(zone):%Y-%m-%d}"] if part)
    return f"{_UNFIT.sub(' ', name)}.{export.kind}"


def disposition(name: str, plain: str) -> str:
    """The header that has a file saved: `plain` for programs that know no other letters than ASCII (RFC 6266)."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
