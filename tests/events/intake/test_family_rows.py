from __future__ import annotations

from datetime import date

import pytest

from events.intake import family_rows, lines
from events.intake.family_rows import Cells
from events.intake.readings import Doubt, Reading
from events.sheets.reading import Row
from tests import make
from tests.cast import Cast

DAY = date(2026, 11, 28)


def read(**of: str) -> Reading:
    """A row by what its columns mean; each is its own head."""
    return family_rows.reading(Cells(Row(7, tuple(of.values())), of, {name: name for name in of}), DAY)


def test_reading_of_a_full_row_has_no_doubt() -> None:
    found = read(name="王妈妈", phone="+86 139-0013-9001", adults="2", children="1", age="5岁半", note="晚到", waiting="是")
    assert (found.name, found.phone, found.adults, [each.months for each in found.children]) == ("王妈妈", "13900139001", 2, [66])
    assert (found.note, found.is_waiting, found.number, found.doubts) == ("晚到", True, 7, ())


CHILDREN = [
    ({"children": "2", "age": "5、3"}, [60, 36], []),
    ({"children": "2", "age": "5"}, [60, None], [Doubt.AGE_UNTOLD, Doubt.CHILDREN_UNTOLD]),
    ({"children": "1", "age": "5、3"}, [60], [Doubt.CHILDREN_UNTOLD]),
    ({"children": "1"}, [None], [Doubt.AGE_UNTOLD]),
    ({"children": "0"}, [], []),
    ({"age": "5岁、3岁"}, [60, 36], []),
    ({"child_name": "小满、乐乐", "age": "5、3"}, [60, 36], []),
    ({"child_name": "小满"}, [None], [Doubt.AGE_UNTOLD]),
    ({"children": "5岁和3岁"}, [60, 36], []),
    ({"born": "2020-05-01"}, [78], []),
    ({"children": "无"}, [], []),
]


@pytest.mark.parametrize(("cells", "months", "doubts"), CHILDREN)
def test_reading_of_children_from_whatever_columns_speak_of_them(
    cells: dict[str, str], months: list[int | None], doubts: list[Doubt]
) -> None:
    found = read(name="王妈妈", adults="1", **cells)
    assert ([each.months for each in found.children], list(found.doubts)) == (months, doubts)


PEOPLE = [
    ({"party": "两大一小", "age": "6"}, 2, 1, []),
    ({"party": "2大1小 6岁"}, 2, 1, []),
    ({"party": "3"}, 3, 0, [Doubt.PEOPLE_TWO_WAYS]),
    ({"party": "3", "children": "1", "age": "6"}, 2, 1, [Doubt.PEOPLE_TWO_WAYS]),
    ({"party": ""}, 1, 0, [Doubt.COLUMN_EMPTY]),
    ({"party": "再说"}, 1, 0, [Doubt.CELL_UNCLEAR]),
    ({"adults": "多"}, 1, 0, [Doubt.CELL_UNCLEAR]),
    ({"adults": "0", "children": "1", "age": "6"}, 0, 1, []),
    ({"adults": "99"}, 24, 0, [Doubt.PEOPLE_TWO_WAYS]),
    ({}, 1, 0, [Doubt.PEOPLE_UNTOLD]),
]


@pytest.mark.parametrize(("cells", "adults", "children", "doubts"), PEOPLE)
def test_reading_of_who_comes(cells: dict[str, str], adults: int, children: int, doubts: list[Doubt]) -> None:
    found = read(name="王妈妈", **cells)
    assert (found.adults, len(found.children), list(found.doubts)) == (adults, children, doubts)


def test_reading_marks_what_is_missing_or_wrong() -> None:
    found = read(name="", phone="1390013", adults="1")
    assert (found.phone, set(found.doubts)) == ("", {Doubt.NAME_UNTOLD, Doubt.PHONE_WRONG})
    assert Doubt.CUT in read(name="王妈妈", adults="1", note="长" * 201).doubts


@pytest.mark.parametrize("cell", ["1390013", "13900139001/13900139002", "138****8000"])
def test_reading_keeps_what_is_no_phone_in_the_note(cell: str) -> None:
    found = read(name="苏阿姨", phone=cell, adults="1", note="晚到")
    assert (found.phone, found.note, found.doubts) == ("", f"{cell} 晚到", (Doubt.PHONE_WRONG,))


def test_reading_takes_a_word_for_none_as_no_phone() -> None:
    found = read(name="苏阿姨", phone="无", adults="1")
    assert (found.phone, found.note, found.doubts) == ("", "", ())


def test_reading_keeps_allergies_in_the_note() -> None:
    assert read(name="王妈妈", adults="1", allergies="花生", note="晚到").note == "allergies 花生 晚到"
    assert read(name="王妈妈", adults="1", allergies="无").note == ""


async def test_drafts_skip_the_example_and_mark_who_stands_twice(cast: Cast) -> None:
    heads = ("姓名", "电话", "大人")
    rows = [heads, ("例：林女士", "13800138000", "2"), ("王妈妈", "13900139001", "1"), ("王爸爸", "13900139001", "1")]
    intake = await make.families(cast.session, rows, by=cast.east_host)
    found = await lines.of(intake.id)
    assert [(row.number, row.position, row.is_chosen) for row in found] == [(3, 3, True), (4, 4, False)]
    assert Doubt.TWICE in lines.load(found[1].told).doubts


async def test_meanings_are_the_events_questions_too(cast: Cast) -> None:
    asked = await make.question(cast.event.id, label="围裙要多大")
    rows = [("姓名", "大人", "围裙要多大"), ("王妈妈", "1", "大号")]
    intake = await make.families(cast.session, rows, by=cast.east_host)
    (row,) = await lines.of(intake.id)
    assert lines.load(row.told).answers == {asked.id: "大号"}
    assert f"q-{asked.id}" in [each.value for each in await family_rows.meanings(intake)]
