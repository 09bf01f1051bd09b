"""Birth months and the ages they make: a birth month is the date of its first day.

The day of birth is never asked for, so the whole birth month counts as if the birthday had passed.
"""

from __future__ import annotations

from datetime import date

from events.errors import Refused, _

OLDEST = 120
ADULT = 18


def birth_month(year: int, month: int, *, on: date, field: str | None = None) -> date:
    """What a family chose from two lists; refused if no such month, still to come on `on`, or too long ago."""
    if not 1 <= month <= 12:
        raise Refused(_("选一下出生的月份"), field=field)
    if not 0 <= _months(year, month, on) < (OLDEST + 1) * 12:
        raise Refused(_("出生年月不对，再看看"), field=field)
    return date(year, month, 1)


def birth_month_from_age(age: int, *, on: date, field: str | None = None) -> date:
    """The middle of the year in which somebody of that age on `on` was born: the guess that errs least. Mark it approximate."""
    if not 0 <= age <= OLDEST:
        raise Refused(_("年龄写 0 到 %(oldest)s 的整数"), field=field, oldest=OLDEST)
    year, month = divmod(on.year * 12 + on.month - 1 - (age * 12 + 6), 12)
    return date(year, month + 1, 1)


def birth_month_from_months(months: int, *, on: date) -> date:
    """The month in which somebody that many months old on `on` was born: where a half year was told. Mark it approximate."""
    if not 0 <= months < (OLDEST + 1) * 12:
        raise Refused(_("年龄写 0 到 %(oldest)s 的整数"), oldest=OLDEST)
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    return date(year, month + 1, 1)


def months_on(birth_month: date, day: date) -> int:
    """Whole months lived on `day`; negative before birth."""
    return _months(birth_month.year, birth_month.month, day)


def age_on(birth_month: date, day: date) -> int:
    """Whole years lived on `day`."""
    return months_on(birth_month, day) // 12


def half_years_on(birth_month: date, day: date) -> tuple[int, bool]:
    """Whole years, and whether half a year or more has passed since: (6, True) is "6 岁半"."""
    years, months = divmod(months_on(birth_month, day), 12)
    return years, months >= 6


def is_child(birth_month: date, day: date) -> bool:
    """Under 18 on `day`: the age at which the law stops asking for a guardian."""
    return age_on(birth_month, day) < ADULT


def _months(year: int, month: int, day: date) -> int:
    return (day.year - year) * 12 + day.month - month
