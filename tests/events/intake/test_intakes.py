from __future__ import annotations

from datetime import timedelta

import pytest

from events import clock
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.intake import families, intakes, lines
from events.intake.tables import Intake, IntakeLine, LineState
from events.people.tables import Audit
from events.sheets.reading import Row
from events.signup.tables import Registration
from tests import make
from tests.cast import Cast

RELAY = """#接龙
周六做月饼
1. 王妈妈 2大1小 6岁 13900139001
2. 李爸爸 1大1小 7岁
好的谢谢
3. 赵阿姨 取消
"""


async def left_anywhere(engine: PooledEngine, *words: str) -> list[str]:
    """The columns of an intake and its lines in which one of these words still stands."""
    rows = [("intake", row) for row in await Intake.select()] + [("line", row) for row in await IntakeLine.select()]
    return [f"{table}.{name}" for table, row in rows for name, value in row.items() if any(word in str(value) for word in words)]


async def test_start_relay_reads_a_line_for_each_family(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    rows = await lines.of(intake.id)
    assert [(row.number, row.state, row.is_chosen) for row in rows] == [(1, "open", True), (2, "open", True), (3, "left", False)]
    assert [lines.load(row.told).name for row in rows] == ["王妈妈", "李爸爸", "赵阿姨"]
    assert len({row.key for row in rows}) == 3


@pytest.mark.parametrize(("text", "sentence"), [("  \n", "先把接龙贴进来"), ("好" * 30_000, "太长了"), ("好\n" * 501, "太长了")])
async def test_start_relay_refuses_what_is_none(cast: Cast, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        await make.relay(cast.session, text, by=cast.east_host)
    assert refused.value.field == "text"
    assert await Intake.count() == 0


async def test_start_is_for_those_who_may_edit_the_event(cast: Cast) -> None:
    for member in (cast.east_host, cast.east_lead, cast.owner):
        await make.relay(cast.session, RELAY, by=member)
    for member in (await make.staff(store=cast.east), cast.west_lead):
        with pytest.raises(Refused, match="只有带这个活动的"):
            await make.relay(cast.session, RELAY, by=member)


async def test_start_and_close_are_told_in_the_audit(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    await intakes.close(intake, by=cast.east_lead)
    trail = await Audit.select(Audit.act, Audit.staff, Audit.store, Audit.subject_id).where(Audit.subject == "intake").order_by(Audit.id)
    started = {"act": "intake.started", "staff": cast.east_host.id, "store": cast.east.id, "subject_id": intake.id}
    assert trail == [started, {**started, "act": "intake.closed", "staff": cast.east_lead.id}]


async def test_start_families_reads_a_line_for_each_row(cast: Cast) -> None:
    heads = ("序号", "家长姓名", "联系电话", "人数", "孩子年龄", "备注")
    intake = await make.families(cast.session, [heads, ("1", "王妈妈", "139 0013 9001", "两大一小", "5岁半", "晚到")], by=cast.east_host)
    (row,) = await lines.of(intake.id)
    reading = lines.load(row.told)
    assert (reading.name, reading.phone, reading.adults, [each.months for each in reading.children], reading.note, reading.number) == (
        *("王妈妈", "13900139001", 2),
        *([66], "晚到", 2),
    )
    assert reading.doubts == ()


async def test_start_families_refuses_a_table_without_rows_and_one_too_long(cast: Cast) -> None:
    with pytest.raises(Refused, match="只有表头") as refused:
        await make.families(cast.session, [("姓名", "电话")], by=cast.east_host)
    assert refused.value.field == "file"
    with pytest.raises(Refused, match="一次最多 500 行"):
        await intakes.start_families(cast.session, [Row(n, ("甲",)) for n in range(1, 502)], by=cast.east_host)
    assert await Intake.count() == 0


async def test_close_leaves_nothing_that_families_wrote(cast: Cast, engine: PooledEngine) -> None:
    told = ("王妈妈", "13900139001", "周六做月饼", "好的谢谢", "赵阿姨", "晚到", "6岁")
    intake = await make.relay(cast.session, RELAY + "4. 陈奶奶 1大1小 晚到", by=cast.east_host)
    await IntakeLine.update({IntakeLine.is_chosen: True}).where((IntakeLine.intake == intake.id) & (IntakeLine.number == 4))  # by hand
    await families.register_all(intake, by=cast.east_host)
    sheet = await make.families(cast.session, [("姓名", "电话", "备注"), ("赵阿姨", "13900139001", "晚到")], by=cast.east_host)
    assert set(await left_anywhere(engine, *told)) == {"intake.text", "intake.table", "line.raw", "line.told"}
    for each in (intake, sheet):
        await intakes.close(each, by=cast.east_host)
    assert await left_anywhere(engine, *told) == []
    rows = await lines.of(intake.id)
    assert [(row.number, row.state, row.registration is not None, row.refusal) for row in rows] == [
        (1, "done", True, ""),
        (2, "done", True, ""),
        (3, "left", False, ""),
        (4, "refused", False, ""),
    ]
    assert await Registration.count().where(Registration.name == "王妈妈") == 1


async def test_what_is_closed_is_touched_by_nobody(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    row = (await lines.of(intake.id))[0]
    await intakes.close(intake, by=cast.east_host)
    for act in (
        lambda: intakes.close(intake, by=cast.east_host),
        lambda: families.register(row, by=cast.east_host),
        lambda: lines.leave(row, by=cast.east_host),
        lambda: lines.mend(row, lines.load(""), None, by=cast.east_host),
        lambda: intakes.choose_columns(intake, [], by=cast.east_host),
    ):
        with pytest.raises(Refused, match="原文已经删掉"):
            await act()


async def test_sweep_closes_what_nobody_closed_for_a_day(cast: Cast, engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = [await make.relay(cast.session, RELAY, by=cast.east_host) for _each in range(2)]
    await Intake.update({Intake.created_at: clock.now() - timedelta(hours=24, minutes=1)}).where(Intake.id == old.id)
    assert await intakes.sweep() is False
    closed = {row["id"]: row["closed_at"] is not None for row in await Intake.select()}
    assert closed == {old.id: True, new.id: False}
    assert [row["raw"] for row in await IntakeLine.select().where(IntakeLine.intake == old.id)] == ["", "", ""]
    monkeypatch.setattr(intakes, "AT_ONCE", 1)
    await Intake.update({Intake.created_at: clock.now() - timedelta(hours=25)}).where(Intake.id == new.id)
    assert [await intakes.sweep() for _each in range(2)] == [True, False]


async def test_choose_columns_reads_the_rows_anew(cast: Cast) -> None:
    rows = [("甲", "乙", "丙"), ("王妈妈", "2", "13900139001")]
    intake = await make.families(cast.session, rows, by=cast.east_host)
    before = [lines.load(row.told).name for row in await lines.of(intake.id)]
    await intakes.choose_columns(intake, ["name", "adults", "phone"], by=cast.east_host)
    found = [lines.load(row.told) for row in await lines.of(intake.id)]
    assert before == ["", ""]  # without heads, the first row is a row
    assert [(each.name, each.adults, each.phone) for each in found][1] == ("王妈妈", 2, "13900139001")


async def test_choose_columns_knows_no_other_meanings_and_stops_once_a_row_is_signed_up(cast: Cast) -> None:
    intake = await make.families(cast.session, [("姓名", "大人"), ("王妈妈", "1")], by=cast.east_host)
    await intakes.choose_columns(intake, ["name", "drop table"], by=cast.east_host)
    assert intakes.said_of((await Intake.objects().get(Intake.id == intake.id)) or intake) == ["name", ""]
    await families.register_all(intake, by=cast.east_host)
    with pytest.raises(Refused, match="列不能再换"):
        await intakes.choose_columns(intake, ["name", "adults"], by=cast.east_host)


async def test_a_foreign_store_has_no_such_intake(cast: Cast) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    row = (await lines.of(intake.id))[0]
    for member in (cast.west_host, await make.staff(store=cast.east)):
        with pytest.raises((Refused, NotThere)):
            await families.register(row, by=member)
    assert (await lines.current(row.id)).state == LineState.OPEN
