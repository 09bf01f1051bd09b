from __future__ import annotations

import pytest

from events.catalog.tables import FeePer, Kind
from events.intake import event_cells
from events.intake.event_cells import Ages, Count, Fee


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        *((cell, Kind.WORKSHOP) for cell in ("工坊", "店内工坊", "Workshop")),
        *((cell, Kind.FAMILY) for cell in ("亲子", "亲子活动", "family")),
        *((cell, Kind.VISIT) for cell in ("进小区", "大厨进小区")),
        *((cell, None) for cell in ("亲子工坊", "讲座", "")),
    ],
)
def test_kind(cell: str, kind: Kind | None) -> None:
    assert event_cells.kind(cell) == kind


@pytest.mark.parametrize(("cell", "n"), [("20", 20), ("２０人", 20), ("限20位", 20), ("十二位", 12), ("两人", 2)])
def test_places(cell: str, n: int) -> None:
    assert event_cells.places(cell) == Count(n)


def test_places_of_families_are_not_clear() -> None:
    assert [event_cells.places(cell) for cell in ("20组家庭", "12家", "10对")] == [Count(20, False), Count(12, False), Count(10, False)]


@pytest.mark.parametrize("cell", ["", "很多", "20.5", "-3", "20-30"])
def test_places_are_none_for_none(cell: str) -> None:
    assert event_cells.places(cell) is None


@pytest.mark.parametrize(
    ("cell", "ages"),
    [
        *((cell, Ages(5, 8)) for cell in ("5-8岁", "5～8", "5岁-8岁", "5到8岁", "5-8周岁")),
        *((cell, Ages(5, None)) for cell in ("5岁以上", "5+")),
        *((cell, Ages(None, 8)) for cell in ("8岁以下", "8岁以内")),
        ("不满6岁", Ages(None, 5)),
        *((cell, Ages()) for cell in ("不限", "不限年龄", "全家", "老少皆宜")),
        *((cell, Ages(5, 8, is_clear=False)) for cell in ("2026-05-08", "5月8日")),  # Excel took 5-8 for a day
        ("5岁", Ages(5, 5, is_clear=False)),
    ],
)
def test_ages(cell: str, ages: Ages) -> None:
    assert event_cells.ages(cell) == ages


@pytest.mark.parametrize("cell", ["大朋友", "3岁半-6岁", "5-8-9"])
def test_ages_are_none_for_none(cell: str) -> None:
    assert event_cells.ages(cell) is None


@pytest.mark.parametrize(
    ("cell", "fee"),
    [
        *((cell, Fee(1800)) for cell in ("18", "18元", "¥18", "18元/人", "每位18元", "材料费18元", "18块")),
        ("18.5", Fee(1850)),
        *((cell, Fee(1800, FeePer.FAMILY)) for cell in ("18元/家", "每家18", "18元每组")),
        *((cell, Fee(1800, FeePer.CHILD)) for cell in ("每个孩子18元", "18/孩子")),
        *((cell, Fee(0)) for cell in ("免费", "0", "无")),
    ],
)
def test_fee(cell: str, fee: Fee) -> None:
    assert event_cells.fee(cell) == fee


@pytest.mark.parametrize("cell", ["大人18孩子免费", "会员免费", "18-28元", "另议", "原价28现价18"])
def test_a_fee_that_is_no_sum_is_none(cell: str) -> None:
    assert event_cells.fee(cell) is None


def test_is_example() -> None:
    assert [event_cells.is_example(title) for title in ("例：剪纸鱼", "示例", "剪纸鱼", "")] == [True, True, False, False]
