from __future__ import annotations

import pytest

from events.intake import columns
from events.intake.columns import Meaning
from events.intake.family_rows import MEANINGS
from events.sheets.reading import Row

HEADS = {
    ("姓名", "手机", "大人", "小孩", "备注"): ["name", "phone", "adults", "children", "note"],
    ("序号", "家长姓名", "联系电话", "孩子姓名", "孩子年龄"): ["number", "name", "phone", "child_name", "age"],
    ("称呼", "联系方式", "人数", "小朋友几岁", "过敏史"): ["name", "phone", "party", "age", "allergies"],
    ("*家长称呼：", "手机号码（必填）", "成人人数", "儿童人数", "出生年月"): ["name", "phone", "adults", "children", "born"],
    ("小朋友姓名", "小朋友年龄", "联系人", "电话"): ["child_name", "age", "name", "phone"],
    ("Name", "Phone", "Adults", "Kids", "Ages", "Notes"): ["name", "phone", "adults", "children", "age", "note"],
    ("提交时间", "微信名", "是否候补"): ["", "name", "waiting"],
}


@pytest.mark.parametrize(("heads", "values"), HEADS.items())
def test_guess_knows_what_people_write_above_columns(heads: tuple[str, ...], values: list[str]) -> None:
    assert columns.guess(heads, MEANINGS) == values


def test_guess_gives_each_meaning_once_to_the_head_that_fits_best() -> None:
    assert columns.guess(("备用电话", "电话"), MEANINGS) == ["", "phone"]


def test_guess_knows_a_question_by_its_label() -> None:
    assert columns.guess(("围裙要多大",), [*MEANINGS, Meaning("q-7", ("围裙要多大",))]) == ["q-7"]


def rows(*cells: tuple[str, ...]) -> list[Row]:
    return [Row(number, each) for number, each in enumerate(cells, 1)]


def test_with_heads_finds_them_below_a_title() -> None:
    table = rows(("11月28日活动报名表", "", ""), ("请家长填写", "", ""), ("姓名", "电话", "大人"), ("王妈妈", "139", "1"))
    assert [row.number for row in columns.with_heads(table, MEANINGS)] == [3, 4]


def test_with_heads_of_a_table_without_any_keeps_every_row() -> None:
    table = rows(("王妈妈", "13900139001"), ("李爸爸", "13900139002"))
    found = columns.with_heads(table, MEANINGS)
    assert (found[0], found[1:]) == (Row(0, ("", "")), table)


def test_with_heads_of_one_column_is_enough_in_the_first_row() -> None:
    assert [row.number for row in columns.with_heads(rows(("姓名", "?"), ("王妈妈", "")), MEANINGS)] == [1, 2]
