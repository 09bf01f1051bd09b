"""How old the children of a line are, in months on a day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from events.intake.relay import numerals, tokens
from events.people import ages

HALF = "半"
_CHILD = ages.ADULT * 12  # months
_LISTED = re.compile(r"\s?([、,/和&+~到至-])\s?")
_AND = frozenset("和&+")
_OR = frozenset("~到至-")
_TWO_NUMERALS = re.compile(r"[一二两三四五六七八九]{2}")


@dataclass(frozen=True)
class Age:
    """In months; None if it is no child's. `is_sure`: it can be read in one way only."""

    months: int | None
    is_half_known: bool = False
    is_sure: bool = True


def told(token: re.Match[str], kind: str, *, children: int | None, on: date) -> list[Age]:
    """The age or ages of one token; `children` is how many the line says come."""
    match kind:
        case "born":
            return [_born(token, on)]
        case "ages":
            return list(_several(token, children))
        case "months":
            months = numerals.value(token["months_old"])
            return [_child(Age(months, is_half_known=True, is_sure=_is_exact(token)))]
        case "aged":
            return [_child(_in_years(token["aged_years"], is_sure=True))]
        case _:
            return [_child(_years(token))]


def _years(token: re.Match[str]) -> Age:
    age = _in_years(token["years"], is_sure=_is_exact(token))
    if age.months is None:
        return age
    more = numerals.value(token["and_months"]) if token["and_months"] else 6 if token["half"] else None
    return Age(age.months + (more or 0), age.is_half_known or more is not None, age.is_sure)


def _in_years(text: str, *, is_sure: bool) -> Age:
    if text == HALF:
        return Age(6, is_half_known=True, is_sure=is_sure)
    if "." in text:
        whole, tenths = text.split(".")
        return Age(int(whole) * 12 + int(tenths) * 12 // 10, is_half_known=True, is_sure=is_sure)
    if _TWO_NUMERALS.fullmatch(text):  # 五六岁
        return Age((numerals.value(text[0]) or 0) * 12, is_sure=False)
    years = numerals.value(text)
    return Age(None if years is None else years * 12, is_sure=is_sure and years is not None)


def _several(token: re.Match[str], children: int | None) -> Iterator[Age]:
    """ "5岁和8岁" are two; "5-6岁" is one, not known well; "5、8岁" are two where two children come."""
    parts = _LISTED.split(token["age_list"])
    years, signs = parts[::2], set(parts[1::2])
    if len(years) == children or (children is None and signs <= _AND):
        is_sure = _is_exact(token) and not signs & _OR
        yield from (_child(_in_years(each, is_sure=is_sure)) for each in years)
    else:
        yield _child(_in_years(years[0], is_sure=False))


def _born(token: re.Match[str], on: date) -> Age:
    if token["short_year"]:
        short = int(token["short_year"])
        year = short + (2000 if short <= on.year % 100 else 1900)
        month = token["short_month"]
    else:
        year = int(token["year"] or token["solid_year"])
        month = token["month"] or token["month_2"] or token["solid_month"]
    months = ages.months_on(date(year, int(month) if month else 7, 1), on)
    if not month and year == on.year:
        months = max(months, 0)
    return _child(Age(months if months >= 0 else None, is_half_known=bool(month), is_sure=bool(month) and months >= 0))


def _child(age: Age) -> Age:
    """An age of somebody grown up is not a child's: seen, not taken."""
    return age if age.months is not None and age.months < _CHILD else Age(None, is_sure=False)


def _is_exact(token: re.Match[str]) -> bool:
    return not tokens.UNSURE.search(token[0])
