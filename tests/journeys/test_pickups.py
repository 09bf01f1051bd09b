"""Children left with the store, handed back: by a code, to somebody in the guardian's place, after a look at who it is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect

from events import clock
from events.catalog.tables import Event, Session
from events.checkin import arrivals
from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Flag, Passage, Pickup, Ticket
from events.people.tables import Audit
from events.signup import registrations
from events.signup.tables import Registration
from tests import make
from tests.journeys import door
from tests.journeys.conftest import Phones, Site

CODE = re.compile(r"[34679ACDEFGHJKMNPQRTVWXY]{4}")
BY_ITSELF = 8_000  # milliseconds in which a page notices
LOUD = 20_000


@pytest.fixture
async def craft(site: Site) -> Site:
    """The same, but grown-ups leave their children there."""
    await Event.update({Event.is_drop_off: True}).where(Event.id == site.event.id)
    return site


async def family(site: Site, name: str = "林女士") -> Registration:
    people = (make.adult(), make.child("小满", allergies="花生"), make.child("小雨"))
    return await make.registration(site.session, party=make.party(name=name, people=people))


async def left_here(site: Site, family: Registration) -> Ticket:
    """The children are in, the grown-up has gone shopping."""
    ticket = await make.ticket_of(family)
    people = await registrations.people_of(family.id)
    await arrivals.admit(ticket, [each.id for each in people], nonce=make.key(), by=site.host)
    await arrivals.let_out(ticket, [each.id for each in people if each.kind == "adult"], nonce=make.key(), by=site.host)
    return ticket


async def guardian(phones: Phones, site: Site, family: Registration, **more: Any) -> Page:
    page = await phones.new(may_lose=True, **more)
    await page.goto(f"{site.address}/M/{family.secret}")
    return page


async def code_of(page: Page) -> str:
    return await page.locator(".pickup-code").inner_text(timeout=BY_ITSELF)


async def host(phones: Phones, site: Site, **more: Any) -> Page:
    page = await phones.new(**more)
    await door.sign_in(page, site)
    return page


async def open_hand_over(page: Page, site: Site, ticket: Ticket) -> None:
    await page.goto(f"{site.address}/door/{site.session.id}/hand-over/{ticket.id}")


async def say_code(page: Page, code: str) -> None:
    await page.fill("#f-code", code)
    await page.click("button[value=code]")


async def check_identity(page: Page, *, who: str, how: str = "known") -> None:
    if not await page.locator("button[value=identity]").is_visible():
        await page.click("details summary")
    await page.locator("input[name=who][value=other]").check(force=True)
    await page.fill("#f-collector", who)
    await page.locator(f"input[name=checked][value={how}]").check(force=True)
    await page.click("button[value=identity]")


async def inside(session: Session) -> int:
    return len(await pickups.still_here([session.id]))


async def is_back(session: Session, children: int) -> bool:
    return await inside(session) == children


async def test_a_code_comes_to_the_guardians_phone_and_opens_the_door(craft: Site, phones: Phones) -> None:
    """From the scan to the hand-over: it appears by itself, opens once, and the phone says who has them."""
    family_ = await family(craft)
    mother = await guardian(phones, craft, family_)
    await expect(mother.locator("#pickup")).to_contain_text("孩子一进门")
    counter = await door.stand(phones, craft)
    ticket = await make.ticket_of(family_)
    await door.scan(counter, ticket.secret)
    await door.act(counter, "enter", "请进")
    await expect(mother.locator(".pickup-code")).to_have_text(CODE, timeout=BY_ITSELF)
    code = await code_of(mother)
    await expect(mother.locator(".pickup")).to_contain_text("小满、小雨在里面")

    await door.scan(counter, ticket.secret)
    await door.press(counter, "hand")
    await counter.wait_for_url(re.compile(r"/hand-over/"))
    await expect(counter.locator(".allergy")).to_contain_text("花生")
    await say_code(counter, f" {code[:2].lower()} {code[2:].lower()} ")
    await expect(counter.locator(".answer-word")).to_have_text("接走了")
    await expect(mother.locator("#pickup .banner-in")).to_contain_text("小满、小雨接走了", timeout=BY_ITSELF)
    await expect(mother.locator(".pickup-code")).to_have_count(0)
    (row,) = await Pickup.objects()
    assert (row.proof, row.checked, row.made_by, await inside(craft.session)) == ("code", "", craft.host.id, 0)
    assert code not in counter.url + mother.url


async def test_three_wrong_codes_slow_that_host_and_leave_a_look_at_who_it_is(craft: Site, phones: Phones) -> None:
    family_ = await family(craft)
    ticket = await left_here(craft, family_)
    counter = await host(phones, craft)
    await open_hand_over(counter, craft, ticket)
    for _each in range(3):
        await say_code(counter, await a_wrong_code(family_))
        await expect(counter.locator("#e-code")).to_be_visible()
    await say_code(counter, await a_wrong_code(family_))
    await expect(counter.locator("#e-code")).to_contain_text("分钟")
    assert await inside(craft.session) == 2
    assert await Audit.count().where(Audit.act == "pickup.wrong_code") == 3
    await check_identity(counter, who="妈妈", how="called")
    await expect(counter.locator(".answer-word")).to_have_text("接走了")
    (row,) = await Pickup.objects()
    assert (row.proof, row.checked, row.collector) == ("identity", "called", "妈妈")


async def a_wrong_code(family: Registration) -> str:
    known = {code.text for code in await pickup_codes.of([family.id], family.session)}
    return next(each for each in ("3333", "4444", "AAAA") if each not in known)


async def test_grandmother_fetches_them_with_a_code_of_her_own(craft: Site, phones: Phones) -> None:
    """Named on the guardian's phone, good once, and the guardian's own code still is not needed."""
    family_ = await family(craft)
    mother = await guardian(phones, craft, family_)
    await mother.click("#who-fetches summary:has-text('让别人来接')")
    await mother.fill("#f-delegate", "外婆")
    await mother.click("text=给他一个码")
    await expect(mother.locator(".delegate strong")).to_have_text("外婆")
    hers = await mother.locator(".delegate-code").inner_text()
    assert hers in await mother.locator(".delegate textarea").input_value()
    ticket = await left_here(craft, family_)
    own = await code_of(mother)
    assert own != hers
    counter = await host(phones, craft)
    await open_hand_over(counter, craft, ticket)
    await say_code(counter, hers)
    await expect(counter.locator("#main")).to_contain_text("交给 外婆")
    await expect(mother.locator("#pickup .banner-in")).to_contain_text("交给 外婆", timeout=BY_ITSELF)
    (row,) = await Pickup.objects()
    assert (row.proof, row.collector) == ("delegate", "外婆")

    await open_hand_over(counter, craft, await left_here(craft, family_))
    await say_code(counter, hers)
    await expect(counter.locator("#e-code")).to_be_visible()  # it was good once


async def test_whom_the_family_does_not_want_gets_nobody(craft: Site, phones: Phones) -> None:
    family_ = await family(craft)
    mother = await guardian(phones, craft, family_)
    await mother.click("#who-fetches summary:has-text('不能让谁接走')")
    await mother.fill("#f-barred", "赵大山\n钱二")
    await mother.click("#who-fetches form:has(#f-barred) button")
    await expect(mother.locator(".note-once")).to_contain_text("存好了")
    ticket = await left_here(craft, family_)
    counter = await host(phones, craft)
    await open_hand_over(counter, craft, ticket)
    await expect(counter.locator(".banner-no")).to_contain_text("赵大山、钱二")
    await check_identity(counter, who="赵 大山", how="papers")
    await expect(counter.locator("#e-collector")).to_contain_text("不能交给")
    assert (await inside(craft.session), await Pickup.count()) == (2, 0)
    await check_identity(counter, who="外婆")
    await expect(counter.locator(".answer-word")).to_have_text("接走了")


async def test_a_hand_over_is_taken_back_and_a_code_lives_again(craft: Site, phones: Phones) -> None:
    family_ = await family(craft)
    ticket = await left_here(craft, family_)
    mother = await guardian(phones, craft, family_)
    counter = await host(phones, craft)
    await open_hand_over(counter, craft, ticket)
    await say_code(counter, await code_of(mother))
    await expect(counter.locator(".answer-word")).to_have_text("接走了")
    await expect(mother.locator(".pickup-code")).to_have_count(0, timeout=BY_ITSELF)
    await counter.click("summary:has-text('点错了')")
    await counter.click("text=撤回")
    await expect(counter.locator("#e-why")).to_be_visible()
    await counter.fill("#f-why", "是另一家")
    await counter.click(".btn-refuse")
    await expect(counter.locator("#f-code")).to_be_visible()
    await expect(mother.locator(".pickup-code")).to_have_text(CODE, timeout=BY_ITSELF)
    assert await inside(craft.session) == 2


async def test_nobody_came_is_loud_on_every_device_of_the_desk(craft: Site, phones: Phones) -> None:
    """Within twenty seconds of the end, on a computer and on a phone, whatever page is open; and quiet once they are gone."""
    family_ = await family(craft)
    await left_here(craft, family_)
    phone, computer = await host(phones, craft), await host(phones, craft, viewport={"width": 1280, "height": 800})
    await phone.goto(f"{craft.address}/door/{craft.session.id}/children")
    await computer.goto(f"{craft.address}/desk/events")
    await expect(phone.locator(".kid")).to_have_count(1)
    assert await phone.locator(".alarm").count() == await computer.locator(".alarm").count() == 0
    over = clock.now() - timedelta(seconds=1)
    await Session.update({Session.starts_at: over - make.MINUTE * 90, Session.ends_at: over}).where(Session.id == craft.session.id)
    for page in (phone, computer):
        await expect(page.locator(".alarm")).to_contain_text("还有 2 个孩子没接走", timeout=LOUD)
    await computer.click(".alarm")
    await expect(computer.locator(".kid")).to_contain_text("小满、小雨")
    await expect(computer.locator(".kid a[href^='tel:']")).to_be_visible()
    await computer.click(".kid a:has-text('接走')")
    await check_identity(computer, who="妈妈")
    await expect(computer.locator(".answer-word")).to_have_text("接走了")
    await expect(computer.locator(".alarm")).to_have_count(0)
    await expect(phone.locator(".alarm")).to_have_count(0, timeout=LOUD)
    await expect(phone.locator("#children")).to_contain_text("交给 妈妈", timeout=BY_ITSELF)


async def test_without_a_connection_who_stands_there_is_looked_at(craft: Site, phones: Phones) -> None:
    """Nobody the family does not want; kept with the device's time, uploaded once, however often it is sent."""
    family_ = await family(craft)
    await pickups.bar(family_, ["赵大山"])
    ticket = await left_here(craft, family_)
    counter = await door.stand(phones, craft)
    await door.installed(counter)
    await counter.context.set_offline(True)
    await counter.reload()
    await expect(counter.locator("#door-link")).to_have_text("没连上，照常扫")
    await door.scan(counter, ticket.secret)
    await door.press(counter, "hand")
    await expect(counter.locator("#hand-barred")).to_contain_text("赵大山")
    await door.press(counter, "hand_now")
    await expect(counter.locator("#hand-said")).to_contain_text("写上交给谁")
    await counter.fill("#hand-who", "赵大山")
    await door.press(counter, "hand_now")
    await expect(counter.locator("#hand-said")).to_contain_text("不能交给")
    await counter.fill("#hand-who", "外婆")
    await counter.locator("[name=hand-how][value=called]").check(force=True)
    await door.act(counter, "hand_now", "接走了")
    await door.expect_waiting(counter, 1)
    await expect(counter.locator("#recent-list")).to_contain_text("接走 2 个孩子")
    await counter.context.set_offline(False)
    await door.expect_waiting(counter, 0)
    await counter.evaluate("() => door.sync.push()")
    (row,) = await Pickup.objects()
    assert (row.proof, row.collector, row.checked, row.made_by) == ("identity", "外婆", "called", craft.host.id)
    scan = next(each for each in await door.scans() if each.nonce == row.nonce)
    assert scan.device_at is not None
    assert (scan.flag, await inside(craft.session)) == (Flag.NONE, 0)
    assert await Passage.count().where(Passage.nonce == row.nonce) == 2


async def test_an_old_page_that_only_let_them_out_is_asked_to_whom(craft: Site, phones: Phones) -> None:
    """What a phone with yesterday's page tells is kept, the children still count as here, and somebody says who fetched them."""
    family_ = await family(craft)
    ticket = await left_here(craft, family_)
    counter = await door.stand(phones, craft)
    children = [each.id for each in await registrations.people_of(family_.id) if each.kind == "child"]
    old = {"act": "leave", "ticket": ticket.id, "people": children, "shown": "inside"}
    await counter.evaluate("(parts) => door.keep(parts)", old)
    await door.expect_waiting(counter, 0)
    assert await inside(craft.session) == 2
    await expect(counter.locator("#door-check")).to_be_visible(timeout=BY_ITSELF)
    await counter.click("#door-check")
    await expect(counter.locator(".check")).to_contain_text("孩子给谁接走了")
    await counter.click("text=写上给了谁")
    await counter.fill("#f-collector", "外婆")
    await counter.locator("input[name=checked][value=known]").check(force=True)
    await counter.click("text=写好了")
    await expect(counter.locator("#main")).to_contain_text("没有要看的了")
    assert (await inside(craft.session), await Pickup.count()) == (0, 1)


async def test_hand_over_works_without_script(craft: Site, phones: Phones) -> None:
    family_ = await family(craft)
    ticket = await left_here(craft, family_)
    mother = await guardian(phones, craft, family_, script=False)
    counter = await host(phones, craft, script=False)
    await counter.goto(f"{craft.address}/desk/tickets/{ticket.id}")
    await counter.click("text=来接孩子了")
    await say_code(counter, await code_of(mother))
    await expect(counter.locator(".answer-word")).to_have_text("接走了")
