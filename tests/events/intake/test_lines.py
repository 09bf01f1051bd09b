from __future__ import annotations

from dataclasses import replace

import pytest

from events.errors import Refused
from events.intake import families, lines, review
from events.intake.readings import Child, Doubt, Reading
from events.intake.review import Line
from events.intake.tables import Intake, LineState
from tests import make
from tests.cast import Cast

FULL = Reading(
    raw="1. 王妈妈",
    number=1,
    name="王妈妈",
    phone="13900139001",
    adults=2,
    children=(Child("小满", 66, is_half_known=True), Child()),
    note="晚到",
    is_waiting=True,
    signed_by="张阿姨",
    answers={7: "小号"},
    doubts=(Doubt.AGE_UNTOLD, Doubt.TWICE),
)


def test_dump_and_load_keep_all_of_a_reading() -> None:
    assert lines.load(lines.dump(FULL)) == FULL
    assert lines.load("") == Reading()


async def seen(intake: Intake) -> list[Line]:
    return await review.of(intake)


async def test_mend_ends_all_doubt(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈+1\n2. 乙妈妈 1大1小", by=cast.east_host)
    (first, second) = await seen(intake)
    assert (first.doubts, second.doubts) == ((Doubt.PEOPLE_TWO_WAYS,), (Doubt.AGE_UNTOLD,))
    await lines.mend(second.row, replace(second.reading, children=(Child(months=60),)), None, by=cast.east_host)
    (_first, second) = await seen(intake)
    assert (second.doubts, second.row.is_mended, second.reading.children) == ((), True, (Child(months=60),))


async def test_mend_after_a_refusal_may_be_tried_again(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈 1大1小", by=cast.east_host)
    (row,) = await lines.of(intake.id)
    await lines.choose(intake, [row.id], [row.id], by=cast.east_host)
    (row,) = await families.register_all(intake, by=cast.east_host)
    assert row.state == LineState.REFUSED
    row = await lines.mend(row, replace(lines.load(row.told), children=(Child(months=60),)), None, by=cast.east_host)
    assert (row.state, row.refusal, row.refusal_field) == ("open", "", "")
    (row,) = await families.register_all(intake, by=cast.east_host)
    assert row.state == LineState.DONE


async def test_what_is_signed_up_is_not_mended_any_more(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈 1大", by=cast.east_host)
    (row,) = await families.register_all(intake, by=cast.east_host)
    with pytest.raises(Refused, match="已经报上了"):
        await lines.mend(row, FULL, None, by=cast.east_host)
    with pytest.raises(Refused, match="已经报上了"):
        await lines.leave(row, by=cast.east_host)
    await lines.choose(intake, {row.id}, set(), by=cast.east_host)
    assert (await lines.current(row.id)).is_chosen is True


async def test_choose_says_nothing_of_lines_the_page_did_not_show(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈 1大\n2. 乙妈妈 1大\n3. 丙妈妈 1大", by=cast.east_host)
    rows = await lines.of(intake.id)
    await lines.choose(intake, {rows[0].id, rows[1].id}, {rows[1].id}, by=cast.east_host)
    assert [row.is_chosen for row in await lines.of(intake.id)] == [False, True, True]


async def test_choose_cannot_touch_the_lines_of_another_intake(cast: Cast) -> None:
    mine, other = [await make.relay(cast.session, "1. 甲妈妈 1大", by=cast.east_host) for _each in range(2)]
    (row,) = await lines.of(other.id)
    await lines.choose(mine, {row.id}, set(), by=cast.east_host)
    assert (await lines.current(row.id)).is_chosen is True
