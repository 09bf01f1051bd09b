"""What to know of the day a session is planned for: a holiday, a weekend that is worked, a year nobody knows yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from events import clock
from events.calendar import holidays
from web import forms
from web.site import holiday_words

AHEAD = timedelta(days=92)  # days that are listed below the field
FAR = timedelta(days=3 * 366)  # and those that the field itself knows


@dataclass(frozen=True)
class Days:
    """`said` is of the day that is in the field; `soon` the next special ones; `known` a sentence for each special day, and for each
    year that is not published yet.
    """

    said: str
    soon: list[str]
    known: Mapping[str, str]


def of_field(form: forms.Form, name: str, zone: str, language: str) -> Days:
    """For a field with a date, at a store of that zone; where nobody keeps these holidays there is nothing to say."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    special = {day: one for day, one in holidays.of(today, today + FAR, zone).items() if one.is_special}
    said = {day: holiday_words.sentence(day, one, language) for day, one in special.items()}
    years = {str(year): holiday_words.unpublished([year], language) for year in holidays.unpublished(today, today + FAR, zone)}
    known = {day.isoformat(): sentence for day, sentence in said.items()} | years
    typed = form.aside().day(name, required=False) if form.value(name) else None
    return Days(
        said=holiday_words.told(typed, zone, language) if typed else "",
        soon=_soon(said, today, zone, language),
        known=known,
    )


def _soon(said: Mapping[date, str], today: date, zone: str, language: str) -> list[str]:
    """The next special days, and what is not known yet of these weeks."""
    near = [sentence for day, sentence in said.items() if day <= today + AHEAD]
    unknown = holiday_words.unpublished(holidays.unpublished(today, today + AHEAD, zone), language)
    return [*near, *([unknown] if unknown else [])]
