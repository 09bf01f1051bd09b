"""A phone at the door without a connection: it opens, answers by the server's table, keeps what was done, and tells it once it can."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from signal import Signals

import pytest
from playwright.async_api import Dialog, Page, Route, expect

from events import clock
from events.catalog.tables import Session
from events.checkin.tables import Flag
from events.db.engine import PooledEngine
from events.people import sign_ins
from events.signup.tables import Registration
from tests import door_cases, make
from tests.journeys import door
from tests.journeys.conftest import Phones, Server, Site, serving
from tests.standin import Standin
from web.times import Times

FAMILIES = 50
THREE_HOURS = "const late = Date.now; Date.now = () => late() + 3 * 3600e3;"


@pytest.fixture
async def server(
    opened: PooledEngine, engine: PooledEngine, standin_running: Standin, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Server]:
    """One of our own, to be hurt."""
    async with serving(opened.url, standin_running, tmp_path_factory.mktemp("hurt")) as running:
        yield running


async def families(site: Site, number: int) -> list[str]:
    """The codes of so many families of two."""
    await Session.update({Session.places: 4 * number}).where(Session.id == site.session.id)
    rows: list[Registration] = [await make.registration(site.session, adults=1, children=1) for _each in range(number)]
    return [(await make.ticket_of(row)).secret for row in rows]


async def away(page: Page) -> None:
    """Out of the wifi's reach."""
    await page.context.set_offline(True)


async def back(page: Page) -> None:
    await page.context.set_offline(False)


async def automatic(page: Page) -> None:
    await page.click("[data-like=auto]")


async def test_fifty_scans_without_a_connection_are_uploaded_once(site: Site, phones: Phones) -> None:
    """Through a reload and a closed page; each is on the disk before the page says so."""
    codes = await families(site, FAMILIES)
    host = await door.stand(phones, site)
    await door.installed(host)
    await automatic(host)
    await away(host)
    await host.reload()
    await expect(host.locator("main[data-ready=true]")).to_be_attached()
    await expect(host.locator("#door-link")).to_have_text("没连上，照常扫")
    await host.evaluate("async (codes) => { for (const code of codes) { await door.handle(code, 'camera'); } }", codes)
    await door.expect_waiting(host, FAMILIES)
    await expect(host.locator("header [data-count]")).to_have_text(f"到了 {2 * FAMILIES} / {2 * FAMILIES}")
    await host.close()
    assert await door.scans() == []

    again = await host.context.new_page()
    await again.goto(f"{site.address}/door/{site.session.id}")
    await door.expect_waiting(again, FAMILIES)
    await door.scan(again, codes[0])
    await door.expect_answer(again, "inside")
    await back(again)
    await door.expect_waiting(again, 0)
    rows = await door.scans()
    assert (len(rows), len({row.nonce for row in rows}), {row.flag for row in rows}) == (FAMILIES, FAMILIES, {""})
    assert len(await door.inside()) == 2 * FAMILIES


async def test_a_server_killed_while_it_takes_them_has_each_once(site: Site, phones: Phones, server: Server) -> None:
    """It took them all and died before it could say so: they are sent again."""
    site = replace(site, address=server.address)
    codes = await families(site, 3)
    host = await door.stand(phones, site)
    await door.installed(host)
    await automatic(host)
    taken: list[int] = []

    async def lost(route: Route) -> None:
        answer = await route.fetch()
        taken.append(answer.status)
        server.hurt(Signals.SIGKILL)
        await route.abort()

    await host.context.route("**/scans.json", lost, times=1)
    await door.scan(host, codes[0])
    await door.until(lambda: _true(taken))
    for code in codes[1:]:
        await door.scan(host, code)
    await expect(host.locator("#answer-word")).to_have_text("请进")
    await door.expect_waiting(host, 3)
    await server.start()
    await host.evaluate("() => door.sync.push()")
    await door.expect_waiting(host, 0)
    assert (taken, len(await door.scans()), len(await door.inside())) == ([200], 3, 6)


async def _true(said: list[int] | list[str]) -> bool:
    return bool(said)


async def test_a_frozen_server_keeps_nobody_at_the_door(site: Site, phones: Phones, server: Server) -> None:
    """It takes connections and never answers, as bad wifi does: the page opens from the phone, and scans wait."""
    site = replace(site, address=server.address)
    (code,) = await families(site, 1)
    host = await door.stand(phones, site)
    await door.installed(host)
    server.hurt(Signals.SIGSTOP)
    try:
        await host.reload(timeout=8000)
        await expect(host.locator("main[data-ready=true]")).to_be_attached()
        await door.scan(host, code)
        await door.expect_answer(host, "welcome")
        await door.act(host, "enter", "请进")
        await door.expect_waiting(host, 1)
    finally:
        server.hurt(Signals.SIGCONT)
    await door.expect_waiting(host, 0)
    assert len(await door.scans()) == 1


async def test_two_phones_without_a_connection_let_the_same_family_in(site: Site, phones: Phones) -> None:
    """Both are kept; the later one is shown to the host whose phone it is, and counted once."""
    (code,) = await families(site, 1)
    one, other = [await door.stand(phones, site) for _each in range(2)]
    for page in (one, other):
        await door.installed(page)
        await away(page)
        await door.scan(page, code)
        await door.expect_answer(page, "welcome")
        await door.act(page, "enter", "请进")
        await door.expect_waiting(page, 1)
    for page in (one, other):
        await back(page)
        await door.expect_waiting(page, 0)
    first, second = await door.scans()
    assert {first.flag, second.flag} == {Flag.NONE, Flag.TWICE}
    assert len(await door.inside()) == 2
    await expect(other.locator("#answer-word")).to_have_text("看一眼")
    await expect(other.locator("#answer")).to_contain_text("另一台手机也让他们进来了")
    await expect(other.locator("#door-check")).to_contain_text("1 条要看一眼")
    await expect(other.locator("#answer [data-count]")).to_have_text("到了 2 / 2")


async def test_a_clock_three_hours_off_changes_nothing(site: Site, phones: Phones) -> None:
    """Times on the page and in the rows are the server's; the phone's own is kept beside."""
    code, other = await families(site, 2)
    host = await phones.new(may_lose=True)
    await host.context.add_init_script(THREE_HOURS)
    host = await door.stand(phones, site, page=host)
    await away(host)
    for each in (code, other):
        await door.scan(host, each)
        await door.act(host, "enter", "请进")
    await door.scan(host, code)
    since = [Times(site.store.zone, clock.now(), "zh").bare(clock.now() - ago) for ago in (timedelta(), timedelta(minutes=1))]
    await expect(host.locator("#answer [data-part=why]")).to_have_text(re.compile(f"({'|'.join(since)}) 周宁签的到，(刚刚|1 分钟前)"))
    await back(host)
    await door.expect_waiting(host, 0)
    for row in await door.scans():
        assert row.device_at is not None
        assert abs(row.device_at - row.at - timedelta(hours=3)) < timedelta(seconds=5)
        assert abs(row.received_at - row.at) < timedelta(seconds=60)


async def test_what_is_done_without_a_connection_is_undone_without_it(site: Site, phones: Phones) -> None:
    (code,) = await families(site, 1)
    host = await door.stand(phones, site)
    await away(host)
    await door.scan(host, code)
    await door.act(host, "enter", "请进")
    await door.press(host, "next")
    await host.click("#recent-list button")
    await host.fill("#why-text", "排错队了")
    await host.press("#why-text", "Enter")
    await expect(host.locator("header [data-count]")).to_have_text("到了 0 / 2")
    await door.scan(host, code)
    await door.expect_answer(host, "welcome")
    await back(host)
    await door.expect_waiting(host, 0)
    assert [(row.act, row.why) for row in await door.scans()] == [("enter", ""), ("undo", "排错队了")]
    assert await door.inside() == set()


async def test_a_sign_in_that_ends_leaves_no_name_and_loses_no_scan(site: Site, phones: Phones) -> None:
    (code,) = await families(site, 1)
    host = await door.stand(phones, site)
    await away(host)
    await door.scan(host, code)
    await door.act(host, "enter", "请进")
    await sign_ins.end_everywhere(site.host)
    await back(host)
    await expect(host.locator("#door-again")).to_be_visible()
    await door.expect_waiting(host, 1)
    assert await host.evaluate("async () => (await door.store.keys('roster')).length") == 0
    await door.sign_in(host, site)
    await door.open_door(host, site)
    await door.expect_waiting(host, 0)
    assert len(await door.scans()) == 1


async def test_every_case_is_answered_without_a_connection_as_by_the_server(site: Site, phones: Phones) -> None:
    """The page has no rule of its own: it looks up the server's, and their answers are one."""
    doors = await door_cases.build(site.store, site.host)
    host = await door.stand(phones, replace(site, session=doors.session))
    await away(host)
    found = {}
    for case in doors.cases:
        await door.scan(host, case.code)
        await host.evaluate("([ids]) => { if (door.shown.family) { door.shown.ticked = ids; door.draw(); } }", [case.coming])
        found[case.name] = await host.get_attribute("#answer", "data-verdict")
    assert found == {case.name: case.verdict.value for case in doors.cases}


async def test_one_scan_that_cannot_be_read_holds_up_no_other(site: Site, phones: Phones) -> None:
    """It stays on the phone, and is counted."""
    codes = await families(site, 3)
    host = await door.stand(phones, site)
    await automatic(host)
    await away(host)
    await door.scan(host, codes[0])
    await host.evaluate("() => door.store.change([['put', 'queue', Object.assign({}, door.book.queue[0], { nonce: '?', order: 2 })]])")
    for code in codes[1:]:
        await door.scan(host, code)
    await back(host)
    await door.expect_waiting(host, 1)
    assert len(await door.scans()) == 3


async def test_when_a_session_is_long_over_its_names_are_gone_and_its_scans_are_not(site: Site, phones: Phones) -> None:
    """However the phone is opened; what the host typed about somebody is a name too."""
    host = await door.stand(phones, site)
    await door.installed(host)
    await away(host)
    await door.scan(host, "0123456789ABCDEF")
    await door.press(host, "note")
    await host.fill("#note-told", "张阿姨")
    await door.act(host, "note_now", "记下了")
    await host.evaluate("() => door.store.change([['put', 'roster', Object.assign(door.book.roster, { wipe_at: 1 }), door.set.session]])")
    await host.reload()
    await expect(host.locator("main[data-ready=false]")).to_be_attached()
    await expect(host.locator("#recent")).to_be_hidden()
    await back(host)
    await door.expect_waiting(host, 0)
    assert [(row.heads, row.told) for row in await door.scans()] == [(0, ""), (1, "")]


async def test_another_account_on_the_phone_finds_nothing_of_the_first(site: Site, phones: Phones) -> None:
    (code,) = await families(site, 1)
    host = await door.stand(phones, site)
    await door.scan(host, code)
    await door.act(host, "enter", "请进")
    await door.expect_waiting(host, 0)
    await host.reload()
    await expect(host.locator("#recent-list li")).to_have_count(1)
    await door.sign_in(host, replace(site, host=await make.staff(store=site.store)))
    await door.open_door(host, site)
    await expect(host.locator("#recent-list li")).to_have_count(0)


async def test_signing_out_with_scans_waiting_asks_first_and_loses_none(site: Site, phones: Phones) -> None:
    """They could not be uploaded even now: no is no, and yes leaves them for the next sign-in."""
    (code,) = await families(site, 1)
    host = await door.stand(phones, site)
    await host.context.route("**/scans.json", lambda route: route.abort())
    await door.scan(host, code)
    await door.act(host, "enter", "请进")
    await host.goto(f"{site.address}/desk/password")
    asked: list[str] = []

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await (dialog.accept() if len(asked) > 1 else dialog.dismiss())

    host.on("dialog", answer)
    await host.click("text=退出这台")
    await door.until(lambda: _true(asked))
    await host.wait_for_function("() => document.querySelector('[data-leaving] form').dataset.sent === undefined")
    await host.click("text=退出这台")
    await host.wait_for_url("**/desk/sign-in")
    assert [message.startswith("门口还有 1 条签到没传上去") for message in asked] == [True, True]
    await host.context.unroute("**/scans.json")
    await door.sign_in(host, site)
    await door.open_door(host, site)
    await door.expect_waiting(host, 0)
    assert len(await door.scans()) == 1
