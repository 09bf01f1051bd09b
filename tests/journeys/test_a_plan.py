"""A month's plan in a spreadsheet: three rows of it bad, one of them mended on a phone, and the rest made into drafts."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import Workbook
from playwright.async_api import FilePayload, expect

from events.catalog.tables import Event, EventState, Session
from events.intake.tables import Intake, IntakeLine
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = ["活动", "类型", "日期", "时间", "名额", "场地", "年龄", "费用（元）"]


def spreadsheet(*rows: list[Any]) -> FilePayload:
    book, stream = Workbook(), BytesIO()
    assert book.active is not None
    for row in (["十二月排期"], HEADS, *rows):
        book.active.append(row)
    book.save(stream)
    return {"name": "十二月.xlsx", "mimeType": XLSX, "buffer": stream.getvalue()}


async def test_a_spreadsheet_with_three_bad_rows_is_mended_and_made(site: Site, phones: Phones) -> None:
    await make.venue(site.store, name="二楼活动室")
    await make.venue(site.store, name="小厨房")
    first, second = f"{make.at(9):%Y/%m/%d}", make.at(16).date()
    plan = spreadsheet(
        ["剪一棵会发光的树", "亲子", first, "10:00-11:30", 20, "二楼活动室", "5-8岁", 18],
        ["", "", second, "下午2点到3点半", 20, "二楼活动室"],
        ["包馄饨", "工坊", second, "2:00", 16, "小厨房", "", "免费"],
        ["做年糕", "工坊", "待定", "10:00", 16, "小厨房"],
        ["包汤圆", "工坊", second, "10:00", "", "天台"],
    )
    phone = await phones.new()
    await sign_in(phone, site)
    await phone.click("text=活动 >> nth=0")
    await phone.click("text=传表格")
    await phone.set_input_files("#f-file", plan)
    await phone.click("text=传上来")
    await expect(phone.locator("h1")).to_have_text("每一列说的是什么")
    await phone.click("text=就这样读")
    await expect(phone.locator("h1")).to_have_text("读出 5 场，3 行先要改")
    await expect(phone.locator("input[name=chosen]")).to_have_count(2)

    await phone.click("[aria-label='改第 5 行']")
    await phone.fill("#f-start", "14:00")
    await phone.fill("#f-end", "13:00")
    await phone.click("form#mend .btn-main")
    await expect(phone.locator("main")).to_contain_text("结束要晚于开始")
    await phone.fill("#f-end", "15:00")
    await phone.click("form#mend .btn-main")
    await expect(phone.locator("h1")).to_have_text("读出 5 场，2 行先要改")

    await phone.click("text=加进来")
    await expect(phone.locator("h1")).to_have_text("加得怎么样")
    await expect(phone.locator("main")).to_contain_text("加好了 3 场")
    await phone.click("text=看完了，删掉表格")
    await expect(phone.locator("main")).to_contain_text("表格删掉了")

    drafts = await Event.objects().where(Event.state == EventState.DRAFT).order_by(Event.id)
    assert [(each.title, each.fee, await Session.count().where(Session.event == each.id)) for each in drafts] == [
        ("剪一棵会发光的树", 1800, 2),
        ("包馄饨", 0, 1),
    ]
    assert [row["table"] for row in await Intake.select(Intake.table)] == [""]
    assert {row["raw"] for row in await IntakeLine.select(IntakeLine.raw)} == {""}
