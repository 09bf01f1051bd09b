"""A host sends the spreadsheet that families filled in: three rows are bad, the others are signed up, the bad ones told by their row."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from events.intake.tables import Intake
from events.sheets import writing
from events.signup.tables import Registration
from tests.journeys.conftest import Phones, Site, sign_in

HEADS = ["序号", "家长姓名", "联系电话", "大人几个", "孩子年龄", "备注"]
ROWS = [
    ["1", "王妈妈", "13900139001", "1", "5岁半", "晚到十分钟"],
    ["2", "李爸爸", "1390013", "1", "6", ""],  # no phone
    ["3", "", "13900139003", "1", "6", ""],  # no name
    ["4", "赵阿姨", "13900139004", "1", "2岁", ""],  # too young
    ["5", "孙妈妈", "", "1", "7", ""],
]


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=["xlsx", "csv"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    pieces = writing.xlsx_pieces(HEADS, ROWS) if request.param == "xlsx" else writing.csv_pieces(HEADS, ROWS)
    path = tmp_path / f"报名表.{request.param}"
    body = b"".join(pieces)
    path.write_bytes(body.decode("utf-8-sig").encode("gb18030") if request.param == "csv" else body)  # as Excel in Chinese saves it
    return path


async def test_a_table_with_three_bad_rows(site: Site, phones: Phones, table: Path, *, script: bool) -> None:
    host = await phones.new(script=script)
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/sessions/{site.session.id}/intakes/new")
    await host.set_input_files("input[name=file]", table)
    await host.click("text=传上来")

    await expect(host.locator("h1")).to_have_text("每一列说的是什么")
    said = [await each.input_value() for each in await host.locator("select").all()]
    assert said == ["number", "name", "phone", "adults", "age", "note"]
    await host.click("text=就这样读")

    await expect(host.locator("h1")).to_have_text("读出 5 家，2 家要看一眼")
    await expect(host.locator(".intake-line >> nth=1")).to_contain_text("手机号不对")
    await expect(host.locator(".intake-line >> nth=2")).to_contain_text("没写怎么称呼")
    await host.click(".bar .btn-main")

    refused = {
        await each.locator(".intake-n").inner_text(): await each.inner_text()
        for each in await host.locator(".intake-line:has(.error)").all()
    }
    assert list(refused) == ["4", "5"]  # as Excel counts: the heads are row 1
    assert "这一家怎么称呼，还空着" in refused["4"]
    assert "这个活动 4 岁起" in refused["5"]
    assert [row["name"] for row in await Registration.select(Registration.name).order_by(Registration.id)] == ["王妈妈", "李爸爸", "孙妈妈"]

    await host.click(".intake-line:has(.error) >> nth=0 >> text=改")
    await host.fill("input[name=name]", "钱妈妈")
    await host.click("#mend .btn-main")
    await host.click(".bar .btn-main")
    await expect(host.locator("main")).to_contain_text("没报上 1 家")
    assert await Registration.exists().where(Registration.name == "钱妈妈")
    await host.click("text=看完了，删掉原文")
    await expect(host.locator("main")).to_contain_text("原文删掉了")
    (row,) = await Intake.select()
    assert (row["text"], row["table"], row["columns"]) == ("", "", "")
