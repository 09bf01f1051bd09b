"""Single cells of a plan of events: how many, how old, how much, of which kind. None for what nobody understands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.catalog.tables import FeePer, Kind
from events.intake import event_words as words
from events.intake.columns import plain as bare
from events.intake.days import plain
from events.intake.relay import numerals

_PLACES = re.compile(rf"(?:限|共|约)?\s*(?P<n>\d{{1,6}}|{numerals.NUMBER})\s*(?P<unit>[个位名人]*)(?P<more>组|家|户|对)?(?:家庭)?")
_DATE = re.compile(r"\d{4}-(\d\d)-(\d\d)|(\d{1,2})月(\d{1,2})日")  # what Excel makes of 5-8
_YEARS = r"(\d{1,2})\s*(?:周?岁)?"
_BETWEEN = re.compile(rf"{_YEARS}\s*(?:-|~|–|—|到|至)\s*{_YEARS}(?:的?孩子|的?小朋友)?")
_FROM = re.compile(rf"{_YEARS}\s*(?:以上|起|\+|及以上|and up|up)")
_TO = re.compile(rf"(?:不满|up to)?\s*{_YEARS}\s*(?:以下|以内|及以下)?")
_FEE = re.compile(
    r"(?P<before>[^\d¥.]*?)[¥]?\s*(?P<n>\d{1,5}(?:\.\d{1,2})?)\s*(?:元|块钱?|rmb|yuan|¥)?\s*(?P<per>(?:/|每|一|per)?\s*[^\d]{0,8})"
)
_BEFORE = re.compile(r"(?:材料费|费用|收费|每人|每位|每个|每份|每家|每户|每组|孩子|家庭|人均|一人|一家|一位|一份|[:\s])*")
_PER = re.compile(r"(?:[/每一]|per)?\s*(?:个?孩子|儿童|娃|child|kid|个?人|位|名|份|person|家庭?|户|组|family|材料费)?")


@dataclass(frozen=True)
class Count:
    """A number; not clear where it counts families rather than people."""

    n: int
    is_clear: bool = True


@dataclass(frozen=True)
class Ages:
    """Years, both inclusive; not clear where Excel made a date of them."""

    youngest: int | None = None
    oldest: int | None = None
    is_clear: bool = True


@dataclass(frozen=True)
class Fee:
    """In fen, for each what."""

    fen: int
    per: FeePer = FeePer.PLACE


def kind(cell: str) -> Kind | None:
    """The one whose word stands in the cell; none where two do."""
    said = plain(cell)
    found = [each for each, signs in words.KINDS.items() if any(sign in said for sign in signs)]
    return found[0] if len(found) == 1 else None


def places(cell: str) -> Count | None:
    """20, "20人", "十二位"; "20组家庭" is 20, and not clear."""
    match = _PLACES.fullmatch(plain(cell))
    number = numerals.value(match["n"]) if match else None
    return None if match is None or number is None else Count(number, is_clear=not match["more"] and "家庭" not in cell)


def ages(cell: str) -> Ages | None:
    """ "5-8岁", "5岁以上", "8岁以下", "不限"."""
    said = plain(cell)
    if any(bare(said) == bare(word) or bare(said) == f"{bare(word)}年龄" for word in words.ANY_AGE):
        return Ages()
    if match := _DATE.fullmatch(said):
        low, high = (int(part) for part in match.groups() if part)
        return Ages(low, high, is_clear=False)
    if match := _BETWEEN.fullmatch(said):
        return Ages(int(match[1]), int(match[2]))
    if match := _FROM.fullmatch(said):
        return Ages(int(match[1]), None)
    match = _TO.fullmatch(said)
    if match and re.search(r"以下|以内|不满|up to", said):
        return Ages(None, int(match[1]) - ("不满" in said))
    return Ages(int(match[1]), int(match[1]), is_clear=False) if match else None


def fee(cell: str) -> Fee | None:
    """18, "18元", "¥18/家", "每个孩子18元", "免费"; None for what has to be said in words."""
    said = plain(cell)
    if bare(said) in {bare(word) for word in words.FREE}:
        return Fee(0)
    match = _FEE.fullmatch(said)
    if match is None or not _BEFORE.fullmatch(match["before"]) or not _PER.fullmatch(match["per"].strip()):
        return None
    around = match["before"] + match["per"]
    per = next((each for each, signs in _PERS if any(sign in around for sign in signs)), FeePer.PLACE)
    return Fee(round(float(match["n"]) * 100), per)


def is_example(title: str) -> bool:
    """Whether a row is the template's example."""
    return plain(title).startswith(words.EXAMPLE)


_PERS = ((FeePer.CHILD, words.PER_CHILD), (FeePer.FAMILY, words.PER_FAMILY))
