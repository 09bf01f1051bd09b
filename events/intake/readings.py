"""What a line says, as it was read: from a relay or from a row of a spreadsheet alike. Nothing here is decided yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Doubt(StrEnum):
    """Why a host should look at a line: it may be read in two ways, or something was left over. Words for pages are the web's."""

    PEOPLE_UNTOLD = "people_untold"  # no head count: read as one grown-up
    PEOPLE_TWO_WAYS = "people_two_ways"  # "+1", "2人": who is it, is the writer in it
    CHILDREN_UNTOLD = "children_untold"  # an age, and no word whether a child comes; or fewer ages than children, or more
    AGE_TWO_WAYS = "age_two_ways"  # "56岁", "5-6岁", "5岁了吧"
    AGE_UNTOLD = "age_untold"  # a child without an age
    NAME_UNTOLD = "name_untold"
    PHONE_WRONG = "phone_wrong"  # digits that look like a phone and are none
    TWO_PHONES = "two_phones"
    CANCELLED = "cancelled"  # "取消", struck: read as not coming
    WAITING = "waiting"  # "候补"
    FOR_ANOTHER = "for_another"  # signed by somebody else
    TWICE = "twice"  # the same name or phone stands in another line too
    NUMBER_AGAIN = "number_again"  # the number was there before
    NUMBER_SKIPPED = "number_skipped"  # the one before it is missing
    EMPTY = "empty"  # a bare number
    EXPECTING = "expecting"  # 孕: shown, as the host may want to know
    LEFT_OVER = "left_over"  # words nobody understood; they are in the note
    NO_NUMBER = "no_number"  # looks like a sign-up and has no number
    NOTICE = "notice"  # sounds like the announcement's own list (time, place, "please bring"), or like an example
    GLUED = "glued"  # cut out of a longer line where no blank was
    CUT = "cut"  # longer than we keep
    COLUMN_EMPTY = "column_empty"  # a spreadsheet's cell that is needed
    CELL_UNCLEAR = "cell_unclear"  # a spreadsheet's cell that says nothing we understand; the line's raw text has it
    ON_ROSTER = "on_roster"  # the family is signed up for this session already: said by the review, not by a reader


@dataclass(frozen=True)
class Child:
    """A child as a line tells it. `months` is its age, None if untold; `is_half_known`: told in half years or months, not in years."""

    name: str = ""
    months: int | None = None
    is_half_known: bool = False


@dataclass(frozen=True)
class Reading:
    """One line. Phones are 11 digits or empty; `number` is the relay's own, or the row in a spreadsheet."""

    raw: str = ""
    number: int | None = None
    name: str = ""
    phone: str = ""
    adults: int = 1
    children: tuple[Child, ...] = ()
    note: str = ""
    is_cancelled: bool = False
    is_waiting: bool = False
    signed_by: str = ""  # who wrote the line for somebody else
    answers: Mapping[int, str] = field(default_factory=dict)  # by question, as the cell says it: only from a spreadsheet
    doubts: tuple[Doubt, ...] = ()
