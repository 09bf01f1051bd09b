"""A borrowed hand at the door: let in by a link and six digits, in its hours, at its session, with a phone that knows no name."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from events import clock
from events.catalog.tables import Event
from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import Act, HelperLink, Scan
from events.people.tables import Audit, Staff
from events.signup import registrations
from events.signup.tables import Registration
from tests import make
from tests.journeys import door
from tests.journeys.conftest import Phones, Site
from web.help.pins import PLACE

FULL = ("林晓月", "小满", "花生", "吃素", "怕狗", "坐轮椅")  # what a helper's phone must never hold
LATER = "const late = Date.now; Date.now = () => late() + 5 * 3600e3;"
STORED = """async () => {
  const all = {};
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
    for (const store of base.objectStoreNames) {
      all[name + "/" + store] = await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
    }
    base.close();
  }
  return JSON.stringify(all);
}"""
KEPT = "async () => (await (await caches.open('linju-door-pages')).keys()).map((each) => new URL(each.url).pathname)"


@pytest.fixture
async def family(site: Site) -> Registration:
    """Two who have told everything a host should know."""
    child = make.child("小满", allergies="花生", diet="吃素", note="怕狗")
    party = make.party(people=(make.adult("林晓月"), child), name="林晓月", note="坐轮椅")
    return await make.registration(site.session, party=party)


async def linked(site: Site, *, opens_at: datetime | None = None, closes_at: datetime | None = None) -> Made:
    opens, closes = helpers.hours(site.session)
    return await helpers.make(site.session, name="小王", opens_at=opens_at or opens, closes_at=closes_at or closes, by=site.host)


async def type_pin(page: Page, pin: str) -> None:
    await page.fill("input[name=pin]", pin)
    await page.click("main button[type=submit]")


async def let_in(phones: Phones, site: Site, made: Made, page: Page | None = None) -> Page:
    """A phone of a helper's own, with its roster."""
    page = page or await phones.new(may_lose=True)
    await page.goto(f"{site.address}/H/{made.secret}")
    await type_pin(page, made.pin)
    await expect(page.locator("main[data-ready=true]")).to_be_attached()
    return page


async def secret_of(family: Registration) -> str:
    return (await make.ticket_of(family)).secret


async def stored(page: Page) -> dict[str, list[object]]:
    """All that the phone has on its disk."""
    found: dict[str, list[object]] = json.loads(await page.evaluate(STORED))
    return found


async def kept_for_later(page: Page, site: Site) -> None:
    """The page opens without a connection."""
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")

    async def is_kept() -> bool:
        paths: list[str] = await page.evaluate(KEPT)
        return paths == [f"{PLACE}/{site.session.id}"]

    await door.until(is_kept)


async def acts_of(made: Made) -> list[str]:
    """What is on record of the helper, in order."""
    return [row.act for row in await Audit.objects().where(Audit.staff == made.link.staff).order_by(Audit.id)]


async def test_a_host_gives_a_link_and_the_helper_lets_a_family_in(site: Site, phones: Phones, family: Registration) -> None:
    host = await phones.new()
    await door.sign_in(host, site)
    await host.goto(f"{site.address}/door/{site.session.id}/helpers")
    await host.fill("input[name=name]", "小王")
    await host.click("main form .btn-main")
    address, pin = await host.input_value("#link"), (await host.text_content(".helper-pin") or "").replace(" ", "")
    await host.goto(f"{site.address}/door/{site.session.id}/helpers")
    await expect(host.locator(".helper-line")).to_contain_text("还没打开过")
    assert pin not in await host.content()

    helper = await phones.new()
    await helper.goto(address)
    await expect(helper.locator("main")).to_contain_text(site.event.title)
    await type_pin(helper, "000000")
    await expect(helper.locator(".error")).to_be_visible()
    await type_pin(helper, f"{pin[:3]} {pin[3:]}")
    await helper.wait_for_url(f"{site.address}{PLACE}/{site.session.id}")
    await expect(helper.locator("main[data-ready=true]")).to_be_attached()
    await door.scan(helper, await secret_of(family))
    await door.expect_answer(helper, "welcome")
    await expect(helper.locator("#answer [data-part=name]")).to_have_text("林**")
    await expect(helper.locator("#answer [data-part=people] li")).to_have_count(2)
    shown = await helper.content()
    assert [words for words in FULL if words in shown] == []
    await door.act(helper, "enter", "请进")
    await door.expect_waiting(helper, 0)
    assert len(await door.inside()) == 2
    link = await HelperLink.objects().first()
    assert link is not None
    rows = await Audit.objects().where(Audit.staff == link.staff).order_by(Audit.id)
    assert [row.act for row in rows] == ["helper.looked", "arrival.made"]
    await host.reload()
    await expect(host.locator(".helper-line")).to_contain_text("1 台手机在用")


async def test_a_helpers_phone_holds_no_name_number_or_allergy(site: Site, phones: Phones, family: Registration) -> None:
    """Neither after a scan nor after a search; the host's phone at the same door does: it is no empty list."""
    helper, ticket = await let_in(phones, site, await linked(site)), await make.ticket_of(family)
    await helper.fill("#f-find", "晓月")
    await helper.click("#search button")
    await helper.click("#search-list [data-digest]")
    await door.expect_answer(helper, "welcome")
    await door.act(helper, "enter", "请进")
    await door.expect_waiting(helper, 0)
    at_hand = json.dumps(await stored(helper), ensure_ascii=False)
    told = (*FULL, family.phone, family.phone[-4:], ticket.number, ticket.secret, "6 岁", site.host.name)
    assert ticket.digest in at_hand
    assert [words for words in told if words in at_hand] == []
    host = await door.stand(phones, site)
    of_host = json.dumps(await stored(host), ensure_ascii=False)
    assert [words for words in FULL if words not in of_host] == []


async def test_a_search_is_the_servers_and_on_record(site: Site, phones: Phones, family: Registration) -> None:
    made = await linked(site)
    helper = await let_in(phones, site, made)
    await helper.fill("#f-find", "晓")
    await helper.click("#search button")
    await expect(helper.locator("#search-none")).to_contain_text("名字写两个字")
    await helper.fill("#f-find", family.phone[-4:])
    await helper.click("#search button")
    await expect(helper.locator("#search-list [data-digest]")).to_have_text("林** 1 大 1 小可以进")
    await helper.click("#search-list [data-digest]")
    await door.expect_answer(helper, "welcome")
    await door.expect_waiting(helper, 0)
    assert await acts_of(made) == ["helper.searched", "helper.searched", "helper.looked"]
    await helper.context.set_offline(True)
    await door.press(helper, "next")
    await helper.fill("#f-find", "晓月")
    await helper.click("#search button")
    await expect(helper.locator("#search-none")).to_have_text("这一页要连上才能看")


async def test_looks_and_arrivals_without_a_connection_are_told_once(site: Site, phones: Phones, family: Registration) -> None:
    made = await linked(site)
    helper = await let_in(phones, site, made)
    await kept_for_later(helper, site)
    await helper.context.set_offline(True)
    await helper.reload()
    await expect(helper.locator("main[data-ready=true]")).to_be_attached()
    await door.scan(helper, await secret_of(family))
    await door.act(helper, "enter", "请进")
    await door.expect_waiting(helper, 2)
    assert await door.scans() == []
    await helper.context.set_offline(False)
    await door.expect_waiting(helper, 0)
    assert [(scan.act, scan.made_by) for scan in await door.scans()] == [(Act.LOOK, made.link.staff), (Act.ENTER, made.link.staff)]
    assert await acts_of(made) == ["helper.looked", "arrival.made"]
    await helper.reload()
    await expect(helper.locator("#door-link")).to_have_text("连着")
    assert await Scan.count() == 2


async def test_before_its_hours_a_link_says_when_they_begin(site: Site, phones: Phones) -> None:
    made = await linked(site, opens_at=clock.now() + timedelta(minutes=20))
    helper = await phones.new()
    await helper.goto(f"{site.address}/H/{made.secret}")
    await expect(helper.locator("main")).to_contain_text("还没到时间")
    await expect(helper.locator("input[name=pin]")).to_have_count(0)


async def test_after_its_hours_neither_link_nor_phone_opens_anything(site: Site, phones: Phones) -> None:
    made = await linked(site)
    inside, late = await let_in(phones, site, made), await phones.new(may_lose=True)
    await HelperLink.update({HelperLink.closes_at: clock.now() - timedelta(minutes=1)}).where(HelperLink.id == made.link.id)
    await late.goto(f"{site.address}/H/{made.secret}")
    await expect(late.locator("main")).to_contain_text("时间过了")
    await expect(late.locator("input[name=pin]")).to_have_count(0)
    await expect(inside.locator("#door-again")).to_be_visible()

    async def is_emptied() -> bool:
        return (await stored(inside))["linju-help/roster"] == []

    await door.until(is_emptied)


async def test_the_page_empties_itself_when_the_hours_are_over_without_a_connection(
    site: Site, phones: Phones, family: Registration
) -> None:
    """While it is open; and a phone that slept over the end, when it is opened next."""
    made = await linked(site, closes_at=clock.now() + timedelta(seconds=12))
    helper = await let_in(phones, site, made)
    assert (await stored(helper))["linju-help/roster"] != []
    await door.scan(helper, await secret_of(family))
    await door.expect_answer(helper, "welcome")
    await helper.context.set_offline(True)
    await expect(helper.locator("#door-over")).to_be_visible(timeout=20_000)
    await expect(helper.locator("#answer")).to_be_hidden()
    await expect(helper.locator("#search")).to_be_hidden()
    await door.scan(helper, await secret_of(family))
    await expect(helper.locator("#answer")).to_be_hidden()
    there = await stored(helper)
    assert (there["linju-help/roster"], there["linju-help/state"]) == ([], [])

    other = await let_in(phones, site, await linked(site))
    await kept_for_later(other, site)
    await other.context.set_offline(True)
    await other.add_init_script(LATER)
    await other.reload()
    await expect(other.locator("#door-over")).to_be_visible()
    there = await stored(other)
    assert (there["linju-help/roster"], there["linju-help/state"]) == ([], [])


async def test_revoked_the_phone_is_emptied_and_what_waits_goes_by_another_link(site: Site, phones: Phones, family: Registration) -> None:
    made = await linked(site)
    helper = await let_in(phones, site, made)
    await helper.context.set_offline(True)
    await door.scan(helper, await secret_of(family))
    await door.act(helper, "enter", "请进")
    await door.expect_waiting(helper, 2)
    await helpers.revoke(made.link, site.host)
    await helper.context.set_offline(False)
    await expect(helper.locator("#door-again")).to_be_visible()
    there = await stored(helper)
    assert (there["linju-help/roster"], there["linju-help/state"]) == ([], [])
    await door.expect_waiting(helper, 2)
    assert await door.scans() == []
    answer = await helper.context.request.get(f"{site.address}/H/{made.secret}")
    assert (answer.status, "收回" in await answer.text()) == (410, True)
    again = await linked(site)
    await let_in(phones, site, again, helper)
    await door.expect_waiting(helper, 0)
    assert [scan.made_by for scan in await door.scans()] == [again.link.staff] * 2
    assert len(await door.inside()) == 2


async def test_another_session_is_not_there(site: Site, phones: Phones) -> None:
    other = await make.session(site.event, starts_at=clock.now() + timedelta(minutes=50))
    helper = await let_in(phones, site, await linked(site))
    for page in ("", "/roster.json", "/changes.json"):
        assert (await helper.context.request.get(f"{site.address}{PLACE}/{other.id}{page}")).status == 404
    await helper.goto(f"{site.address}/door/{site.session.id}")
    await expect(helper).to_have_url(f"{site.address}/desk/sign-in?next=/door/{site.session.id}")


async def test_what_a_helper_may_not_do_is_not_offered(site: Site, phones: Phones, family: Registration) -> None:
    """No letting in all the same, no strangers, no lists; and at a door that hands children back, no child leaves by it."""
    await Event.update({Event.is_drop_off: True}).where(Event.id == site.event.id)
    gone = await make.registration(site.session)
    secret = await secret_of(gone)
    await registrations.cancel(gone, by=site.host)
    helper = await let_in(phones, site, await linked(site))
    await door.scan(helper, secret)
    await door.expect_answer(helper, "given_back")
    await expect(helper.locator("#answer-word")).to_be_visible()
    await expect(helper.locator("#answer [data-part=why]")).to_contain_text("叫一下店里的人")
    await expect(helper.locator("#answer [data-do]:visible")).to_have_text(["继续扫"])
    await door.press(helper, "next")
    await door.scan(helper, "0123456789ABCDEFGHJKMNPQ")
    await door.expect_answer(helper, "unknown")
    await expect(helper.locator("#answer [data-do]:visible")).to_have_text(["继续扫"])
    await door.press(helper, "next")
    await door.scan(helper, await secret_of(family))
    await door.act(helper, "enter", "请进")
    await door.press(helper, "next")
    await door.scan(helper, await secret_of(family))
    await door.expect_answer(helper, "inside")
    await door.press(helper, "leave")
    await expect(helper.locator("#answer [data-part=people] input:visible")).to_have_count(1)
    await door.act(helper, "leave_now", "出去了")
    await door.expect_waiting(helper, 0)
    out = [scan for scan in await door.scans() if scan.act == Act.LEAVE]
    assert [(scan.flag, len(await door.inside())) for scan in out] == [("", 2)]


async def test_a_helper_and_a_host_on_one_phone_find_nothing_of_each_other(site: Site, phones: Phones, family: Registration) -> None:
    """Somebody who works here tries the link out: the list with names stays the host's, the masked one the helper's."""
    host = await door.stand(phones, site)
    assert "林晓月" in json.dumps((await stored(host))["linju-door/roster"], ensure_ascii=False)
    await let_in(phones, site, await linked(site), host)
    await door.scan(host, await secret_of(family))
    await expect(host.locator("#answer [data-part=name]")).to_have_text("林**")
    assert "林晓月" not in json.dumps((await stored(host))["linju-help/roster"], ensure_ascii=False)
    link = await Staff.objects().where(Staff.role == "helper").first()
    assert link is not None
    await door.expect_waiting(host, 0)
    assert {scan.made_by for scan in await door.scans()} == {link.id}
