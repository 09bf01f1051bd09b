"""A host at the counter: finds a family, lets it in, takes its money, adds one that just walked in, lays out the kit."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from events.catalog.tables import Event
from events.checkin.tables import Passage
from events.people.tables import Audit
from events.signup.tables import Payment, Registration
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in


@pytest.fixture(params=[True, False], ids=["script", "plain"])
def script(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_host_finds_a_family_and_lets_it_in(site: Site, phones: Phones, *, script: bool) -> None:
    """The child runs ahead of its father; the rule says so, the host sees him coming."""
    await Event.update({Event.fee: 1800, Event.children_per_adult: 1}).where(Event.id == site.event.id)
    people = (make.adult(), make.child("小满", allergies="花生"))
    await make.registration(site.session, party=make.party(name="林女士", phone="13800138001", people=people))
    await make.registration(site.session, party=make.party(name="陈先生", phone="13800138002"))
    host = await phones.new(script=script)
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/sessions/{site.session.id}/registrations")
    await host.fill("input[name=find]", "8001")
    if script:
        await expect(host.locator("#roster tbody tr:visible")).to_have_count(1)
    await host.click("text=找 >> nth=-1")
    await expect(host.locator(".row-go")).to_have_text(["林女士"])
    assert "8001" not in host.url
    await host.click(".cell-state a")
    await host.uncheck("input[name=people] >> nth=0")
    await host.click("#arrival .btn-scan")
    await expect(host.locator("main")).to_contain_text("还差 1 个大人")
    await host.click("text=照样进")
    await expect(host.locator("main")).to_contain_text("到了 1 位，还有 1 位没到")
    await host.click("text=收了 36 元")
    await expect(host.locator("#fee")).to_contain_text("周宁")
    assert (await Passage.count(), await Payment.count()) == (1, 1)
    assert await Audit.exists().where(Audit.act == "arrival.overruled")


async def test_host_adds_a_family_that_walked_in(site: Site, phones: Phones, *, script: bool) -> None:
    host = await phones.new(script=script)
    await sign_in(host, site)
    await host.goto(f"{site.address}/desk/sessions/{site.session.id}/registrations")
    await host.click("text=加一家")
    await host.click("text=带孩子来")
    await host.fill("input[name=child-0-name]", "乐乐")
    await host.click("text=不想写年月，只写几岁")
    await host.fill("input[name=child-0-age]", "6")
    await host.fill("input[name=child-0-allergies]", "坚果")
    await host.fill("input[name=name]", "赵奶奶")
    await host.check("input[name=consent][value=given]", force=True)
    await host.click("text=报上 >> nth=-1")
    await expect(host.locator("h1")).to_have_text("赵奶奶")
    (row,) = await Registration.objects()
    assert (row.phone, row.state, row.made_by) == ("", "placed", site.host.id)
    await host.goto(f"{site.address}/desk/sessions/{site.session.id}/kit")
    await expect(host.locator(".kit >> nth=1")).to_contain_text("坚果")
