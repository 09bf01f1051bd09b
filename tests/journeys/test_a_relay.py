"""A host pastes the group's relay: sees what is in doubt, mends a line, signs everybody up, and gives the list back to the group."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from events.intake.tables import Intake, IntakeLine
from events.people.tables import Audit
from events.signup.tables import Attendee, Registration
from tests.journeys.conftest import Phones, Site, sign_in

RELAY = """#接龙
周六剪纸鱼，带一件旧衣服
1. 王妈妈 1大1小 5岁半 13900139001
2. 糖糖爸爸 1大1小
3. 李奶奶+1
谢谢小盒
4. 赵阿姨 1大1小 6岁 取消
5. 孙妈妈 1大1小 7岁
6. 周妈妈 1大2小 5岁 7岁
"""


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def lines(page: Page) -> list[str]:
    return [(await each.inner_text()).split("\n")[0] for each in await page.locator(".intake-line strong").all()]


async def test_a_relay_is_read_mended_signed_up_and_given_back(site: Site, phones: Phones, *, script: bool) -> None:
    host = await phones.new(script=script)
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/sessions/{site.session.id}/registrations")
    await host.click("text=贴接龙、传表格")
    await host.fill("textarea[name=text]", RELAY)
    await host.click("text=读一读")

    await expect(host.locator("h1")).to_have_text("读出 6 家，3 家要看一眼")
    assert await lines(host) == ["王妈妈", "糖糖爸爸", "李奶奶", "赵阿姨", "孙妈妈", "周妈妈"]
    await expect(host.locator(".intake-line >> nth=1")).to_contain_text("孩子没写几岁")
    await expect(host.locator(".intake-line >> nth=3 >> input[name=chosen]")).not_to_be_checked()
    await expect(host.locator(".intake-line >> nth=1 >> input[name=chosen]")).not_to_be_checked()
    await expect(host.locator(".bar")).to_contain_text("勾了 4 家")
    await host.click("text=没当成报名的 2 行")
    await expect(host.locator(".intake-talk").last).to_contain_text("谢谢小盒")

    await host.click(".intake-line >> nth=1 >> text=改")
    await host.click("#mend .btn-main")  # an age is missing
    await expect(host.locator(".error")).to_contain_text("第 1 个孩子几岁")
    await host.fill("input[name=age-0]", "6")
    await host.click("#mend .btn-main")
    await expect(host.locator("h1")).to_have_text("读出 6 家，2 家要看一眼")
    await host.uncheck(".intake-line >> nth=2 >> input[name=chosen]")
    if script:  # a tick is saved as it is made
        await expect(host.locator(".bar")).to_contain_text("勾了 4 家")
        await host.reload()
        await expect(host.locator(".intake-line >> nth=2 >> input[name=chosen]")).not_to_be_checked()

    await host.click(".bar .btn-main")
    assert await lines(host) == ["王妈妈", "糖糖爸爸", "孙妈妈", "周妈妈"]
    results = [await each.inner_text() for each in await host.locator(".intake-head .mark").all()]
    assert results == ["有名额了", "有名额了", "有名额了", "排第 1"]

    await host.click("text=看完了，删掉原文")
    await expect(host.locator("main")).to_contain_text("看完了，原文删掉了")
    kept = str([await Intake.select(), await IntakeLine.select()])
    assert [word for word in ("王妈妈", "谢谢小盒", "13900139001", "李奶奶", "旧衣服") if word in kept] == []
    rows = await Registration.select(Registration.name, Registration.state, Registration.consent).order_by(Registration.id)
    assert [tuple(row.values()) for row in rows] == [
        ("王妈妈", "placed", "refused"),
        ("糖糖爸爸", "placed", "refused"),
        ("孙妈妈", "placed", "refused"),
        ("周妈妈", "waiting", "refused"),
    ]
    assert await Attendee.count().where(Attendee.name != "") == 0
    assert {row["act"] for row in await Audit.select(Audit.act)} >= {
        "intake.started",
        "intake.mended",
        "intake.closed",
        "registration.made",
    }

    await host.goto(f"{site.address}/desk/sessions/{site.session.id}/relay?names=full")
    given = await host.locator("textarea").input_value()
    assert re.findall(r"(王妈妈|糖糖爸爸|孙妈妈|周妈妈)", given) == ["王妈妈", "糖糖爸爸", "孙妈妈", "周妈妈"]
    assert "13900139001" not in given
