"""What one entry of a calendar repeats to, by the library that knows rules: bounded, whatever the rule asks for."""

from __future__ import annotations

import contextlib
import signal
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

import icalendar
import recurring_ical_events
import x_wr_timezone
from icalendar.prop import vRecur
from recurring_ical_events import ComponentsWithName, Occurrence

from events.intake import calendar_times
from events.intake.calendar_events import Window, Written
from events.intake.calendar_text import Property

EACH = 1.0  # seconds of work for one entry
DAY = timedelta(days=1)


class First(Occurrence):  # type: ignore[misc]  # -- the library is untyped
    """An occurrence that knows when it was to start before anybody moved it."""

    def as_component(self, keep_recurrence_attributes: bool) -> Any:
        found = super().as_component(keep_recurrence_attributes)
        adapter = self._adapter
        first = self.start
        if adapter.is_modification():
            first = self.start - adapter.move_recurrences_by if adapter.this_and_future else found["RECURRENCE-ID"].dt
        found["X-FIRST"] = calendar_times.utc(first)
        return found


def expanded(group: Sequence[Written], window: Window) -> list[Any] | None:
    """The occurrences of one entry and of its moved ones, as components: X-N is their place in the group, X-FIRST their first start.

    None for a group the library cannot read, which keeps no other from being read.
    """
    try:
        with warnings.catch_warnings(), _at_most(EACH):
            warnings.simplefilter("ignore", DeprecationWarning)  # a count and a last day together are bounded on purpose
            calendar = icalendar.Calendar()
            for n, each in enumerate(group):
                calendar.add_component(_component(n, each))
            if group[0].zone is not None:
                calendar = x_wr_timezone.to_standard(calendar, timezone=group[0].zone)
            query = recurring_ical_events.of(calendar, components=[ComponentsWithName("VEVENT", occurrence=First)])
            return list(query.between(window.now - DAY, window.last))
    except Exception:  # noqa: BLE001 -- whatever a foreign library says of a foreign file, the rest of the file is read
        return None


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """A rule that never comes true (the 30th of February) is looked for until the year 9999: raises TimeoutError before."""

    def over(*_about: object) -> NoReturn:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, over)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _component(n: int, told: Written) -> Any:
    event = icalendar.Event()
    event.add("UID", "x")
    event["X-N"] = str(n)
    event["SEQUENCE"] = told.sequence
    event.add("DTSTART", told.start)
    if told.length:
        event.add("DTEND", told.start + told.length)
    if told.first is not None:
        is_on = (told.part.first("RECURRENCE-ID") or Property("", {}, "")).params.get("RANGE", "").upper() == "THISANDFUTURE"
        event.add("RECURRENCE-ID", told.first, parameters={"RANGE": "THISANDFUTURE"} if is_on else {})
    for rule in told.rules:
        event.add("RRULE", vRecur.from_ical(rule))
    for name, listed in (("RDATE", told.more), ("EXDATE", told.but)):
        for kind in (True, False):
            if same := [each for each in listed if isinstance(each, datetime) is kind]:
                event.add(name, same)
    return event
