"""A host scans at the counter with a phone, or types, or lets somebody in by hand; two phones say the same."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from events.catalog.tables import Event
from events.checkin.tables import Act
from events.signup.tables import Registration
from tests import make
from tests.journeys import door
from tests.journeys.conftest import Phones, Site

# As iOS's lockdown does; what the decoder says of it is not ours to mend.
BLIND = """console.warn = console.error = () => {};
WebAssembly.instantiate = WebAssembly.instantiateStreaming = () => Promise.reject(new Error('locked down'));"""


@pytest.fixture
async def family(site: Site) -> Registration:
    """A mother and two children, one of them with an allergy."""
    people = (make.adult(), make.child("小满", allergies="花生"), make.child("小暑"))
    return await make.registration(site.session, party=make.party(name="林女士", phone="13800138001", people=people))


async def secret(family: Registration) -> str:
    return (await make.ticket_of(family)).secret


async def test_a_ticket_is_scanned_and_scanned_again(site: Site, phones: Phones, family: Registration) -> None:
    """By the camera, from the picture the family's page shows; and one of this afternoon's session too."""
    door.film(await door.ticket_picture(site.address, family))
    host = await door.stand(phones, site)
    await host.click("#camera-start")
    await door.expect_answer(host, "welcome")
    await expect(host.locator("#answer [data-part=allergies] .allergy")).to_have_text("小满：花生")
    await door.act(host, "enter", "请进")
    await door.until(door.inside)
    assert [(row.act, row.how, row.shown, row.ruled, row.flag) for row in await door.scans()] == [
        ("enter", "camera", "welcome", "welcome", "")
    ]
    assert len(await door.inside()) == 3
    await host.reload()
    await door.expect_answer(host, "inside")
    await expect(host.locator("#answer")).to_contain_text("周宁签的到")

    later = await make.session(
        site.event, starts_at=site.session.ends_at + make.MINUTE * 30, ends_at=site.session.ends_at + make.MINUTE * 60
    )
    door.film(await door.ticket_picture(site.address, await make.registration(later)))
    await host.reload()
    await door.expect_answer(host, "other_session")
    await expect(host.locator("#answer [data-do=move]")).to_be_visible()


async def test_where_webassembly_is_locked_codes_are_read_all_the_same(site: Site, phones: Phones, family: Registration) -> None:
    door.film(await door.ticket_picture(site.address, family))
    host = await door.stand(phones, site)
    await host.add_init_script(BLIND)
    await door.open_door(host, site)
    await host.click("#camera-start")
    await door.expect_answer(host, "welcome")
    assert await host.evaluate("() => door.camera.reader") == "jsqr"


async def test_no_code_ends_the_scanning(site: Site, phones: Phones, family: Registration) -> None:
    """Neither other people's nor nonsense; a code before the lens, another right after it."""
    door.film(door.code("HTTPS://EVIL.EXAMPLE/T/<script>"))
    host = await door.stand(phones, site)
    await host.click("#camera-start")
    await door.expect_answer(host, "unknown")
    for nonsense in ("", "\0", "x" * 3000, "javascript:alert(1)", "https://weixin.qq.com/r/abc", "{}", "0" * 16, "家" * 50):
        await door.scan(host, nonsense)
        await door.expect_answer(host, "unknown")
    door.film(await door.ticket_picture(site.address, family))
    await host.evaluate("() => door.camera.video.srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    await door.expect_answer(host, "welcome")


async def test_a_camera_refused_says_what_to_do(site: Site, phones: Phones) -> None:
    host = await door.stand(phones, site)
    await host.context.clear_permissions()
    await host.click("#camera-start")
    await expect(host.locator("#camera-denied")).to_be_visible()
    await expect(host.locator("#search")).to_be_visible()


async def test_a_scanner_that_types_is_heard_anywhere(site: Site, phones: Phones, family: Registration) -> None:
    """Its Enter presses no button, and a person's typing is no code."""
    host = await door.stand(phones, site)
    await host.keyboard.type("hello", delay=120)
    await host.keyboard.press("Enter")
    await host.keyboard.type(f"{site.address}/T/{await secret(family)}".lower())
    await host.keyboard.press("Enter")
    await door.expect_answer(host, "welcome")
    await host.focus("#answer [data-do=enter]")
    await host.keyboard.type(await secret(family))
    await host.keyboard.press("Enter")
    await door.expect_answer(host, "welcome")
    await host.wait_for_timeout(200)  # whatever it pressed would be done by then
    assert await host.evaluate("() => door.book.recent.length") == 0


async def test_a_phone_in_a_pocket_lets_nobody_in(site: Site, phones: Phones, family: Registration) -> None:
    door.film()
    host = await door.stand(phones, site)
    await host.clock.install()
    await host.click("#camera-start")
    await host.wait_for_function("() => door.camera.state === 'on'")
    await door.scan(host, await secret(family))
    await host.clock.fast_forward(61_000)
    await expect(host.locator("#cover")).to_be_visible()
    await host.wait_for_function("() => door.camera.state === 'off'")
    await host.evaluate("() => { door.act('enter'); document.querySelector('[data-do=enter]').click(); }")
    cover = host.locator("#cover button")
    await cover.click()
    await expect(host.locator("#cover")).to_be_visible()
    await cover.hover()
    await host.mouse.down()
    await host.clock.fast_forward(900)
    await host.mouse.up()
    await expect(host.locator("#cover")).to_be_hidden()
    assert await door.scans() == []
    await door.act(host, "enter", "请进")
    await door.until(door.inside)


async def test_in_the_dark_the_camera_stops(site: Site, phones: Phones) -> None:
    door.film(ground=door.BLACK)
    host = await door.stand(phones, site)
    await host.clock.install()
    await host.click("#camera-start")
    await host.wait_for_function("() => door.camera.dark_since > 0")
    await host.clock.fast_forward(5000)
    await expect(host.locator("#cover")).to_be_visible()


async def test_everybody_in_at_once(site: Site, phones: Phones, family: Registration) -> None:
    """Automatic: a scan lets in, and is undone with a reason; the answer goes by itself."""
    host = await door.stand(phones, site)
    await host.click("[data-like=auto]")
    await door.scan(host, await secret(family))
    await expect(host.locator("#answer-word")).to_have_text("请进")
    await expect(host.locator("#answer [data-count]")).to_have_text("到了 3 / 3")
    await door.press(host, "undo")
    await host.click("text=扫错了家")
    await expect(host.locator("header [data-count]")).to_have_text("到了 0 / 3")
    await door.expect_waiting(host, 0)
    entered, undone = await door.scans()
    assert (undone.act, undone.undoes, undone.why, await door.inside()) == (Act.UNDO, entered.nonce, "扫错了家", set())
    await host.clock.install()
    await door.scan(host, await secret(family))
    await expect(host.locator("#answer-word")).to_have_text("请进")
    await host.clock.fast_forward(2600)
    await expect(host.locator("#answer")).to_be_hidden()


async def test_one_of_a_family_comes_leaves_and_comes_back(site: Site, phones: Phones, family: Registration) -> None:
    host = await door.stand(phones, site)
    await door.scan(host, await secret(family))
    await host.locator("#answer li", has_text="小暑").locator("input").uncheck()
    await door.act(host, "enter", "请进")
    await door.scan(host, await secret(family))
    await door.expect_answer(host, "welcome")
    await door.press(host, "leave")
    await host.locator("#answer li", has_text="小满").locator("input").check()
    await door.act(host, "leave_now", "出去了")
    await door.expect_waiting(host, 0)
    await door.scan(host, await secret(family))
    await host.locator("#answer li", has_text="小暑").locator("input").uncheck()
    await door.expect_answer(host, "back")
    await door.act(host, "enter", "请进")
    await door.expect_waiting(host, 0)
    assert [(row.act, row.shown, row.ruled) for row in await door.scans()] == [
        ("enter", "welcome", "welcome"),
        ("leave", "welcome", "inside"),
        ("enter", "back", "back"),
    ]
    await expect(host.locator("#answer [data-count]")).to_have_text("到了 2 / 3")


async def test_somebody_without_a_ticket_is_let_in_to_be_checked(site: Site, phones: Phones) -> None:
    host = await door.stand(phones, site)
    await door.scan(host, "0123456789ABCDEF")
    await door.expect_answer(host, "unknown")
    await door.press(host, "note")
    await host.click("#answer [data-heads='1']")
    await host.fill("#note-told", "<b>张阿姨</b>")
    await door.act(host, "note_now", "记下了")
    await door.press(host, "next")
    await expect(host.locator("#recent-list")).to_contain_text("<b>张阿姨</b> 让进 2 位")
    await expect(host.locator("#door-check")).to_contain_text("1 条要看一眼")
    assert [(row.act, row.heads, row.told, row.flag) for row in await door.scans()] == [
        ("miss", 0, "", ""),
        ("miss", 2, "<b>张阿姨</b>", "check"),
    ]


async def test_without_a_code_a_family_is_found_by_letters_digits_or_number(site: Site, phones: Phones, family: Registration) -> None:
    """Never a list of everybody; what scanners typed into the field is a code."""
    await make.registration(site.session, party=make.party(name="林先生", phone="13800138009"))
    host = await door.stand(phones, site)
    found = host.locator("#search-list button")
    for typed, families in (("林", 0), ("lns", 1), ("8001", 1), ("林 8001", 1), ("ln", 1), ("lxs", 1), ("1380", 0), ("80", 2)):
        await host.fill("#f-find", typed)
        await expect(found).to_have_count(families)
    await found.first.click()
    await door.expect_answer(host, "welcome")
    await door.press(host, "next")
    for typed in ((await make.ticket_of(family)).number, f"{site.address}/T/{await secret(family)}"):
        await host.fill("#f-find", typed)
        await host.press("#f-find", "Enter")
        await door.expect_answer(host, "welcome")
        await door.press(host, "next")


async def test_the_search_says_what_a_scan_would(site: Site, phones: Phones, family: Registration) -> None:
    """Of those who are still to come: a mother who went out comes back to children who stayed."""
    await Event.update({Event.children_per_adult: 2}).where(Event.id == site.event.id)
    host = await door.stand(phones, site)
    await door.scan(host, await secret(family))
    await door.act(host, "enter", "请进")
    await door.press(host, "next")
    await door.scan(host, await secret(family))
    await door.press(host, "leave")
    await host.click("#answer .tick-line >> nth=0")
    await door.act(host, "leave_now", "出去了")
    await door.press(host, "next")
    await host.fill("#f-find", "8001")
    await expect(host.locator("#search-list .scan-word")).to_have_text("可以进")


async def test_two_phones_say_the_same_within_two_seconds(site: Site, phones: Phones, family: Registration) -> None:
    """An answer on the screen changes with what the other phone does."""
    one, other = await door.stand(phones, site), await door.stand(phones, site)
    await door.scan(other, await secret(family))
    await door.expect_answer(other, "welcome")
    await door.scan(one, await secret(family))
    await door.act(one, "enter", "请进")
    await expect(other.locator("#answer")).to_have_attribute("data-verdict", "inside", timeout=2500)
    await expect(other.locator("#answer [data-count]")).to_have_text("到了 3 / 3")


async def test_a_family_that_signs_up_at_the_door_is_known_at_once(site: Site, phones: Phones) -> None:
    """Its ticket is younger than the roster on the phone."""
    host = await door.stand(phones, site)
    family = await make.registration(site.session)
    await door.scan(host, await secret(family))
    await expect(host.locator("#answer")).to_have_attribute("data-verdict", "welcome")


async def test_in_wechat_the_page_says_how_to_leave_it(site: Site, phones: Phones, family: Registration) -> None:
    host = await door.stand(phones, site, user_agent="Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0.2")
    await expect(host.locator("#wechat")).to_contain_text("在浏览器打开")
    await expect(host.locator("#camera")).to_be_hidden()
    await host.fill("#f-find", "8001")
    await host.click("#search-list button")
    await door.expect_answer(host, "welcome")


async def test_signed_out_a_phone_has_nobodys_name(site: Site, phones: Phones, family: Registration) -> None:
    host = await door.stand(phones, site)
    assert "林女士" in await _kept(host)
    await host.goto(f"{site.address}/desk/password")
    await host.click("text=退出这台")
    await host.wait_for_url("**/desk/sign-in")
    assert "林女士" not in await _kept(host)


async def _kept(page: Page) -> str:
    """All that the phone's database holds."""
    source = """() => new Promise((resolve) => {
      const asked = indexedDB.open("linju-door");
      asked.onsuccess = () => {
        const names = [...asked.result.objectStoreNames], found = {}, tx = asked.result.transaction(names);
        names.forEach((name) => { tx.objectStore(name).getAll().onsuccess = (event) => { found[name] = event.target.result; }; });
        tx.oncomplete = () => { asked.result.close(); resolve(JSON.stringify(found)); };
      };
    })"""
    return str(await page.evaluate(source))


async def test_a_camera_rests_while_nobody_looks(site: Site, phones: Phones, family: Registration) -> None:
    """The tab is hidden or the screen locked; it goes on by itself afterwards."""
    door.film(await door.ticket_picture(site.address, family))
    host = await door.stand(phones, site)
    await _hide(host, yes=True)
    await host.click("#camera-start")
    assert await host.evaluate("() => door.camera.state") == "off"
    await _hide(host, yes=False)
    await door.expect_answer(host, "welcome")
    await _hide(host, yes=True)
    assert await host.evaluate("() => [door.camera.state, door.camera.video.srcObject]") == ["off", None]
    await _hide(host, yes=False)
    await host.wait_for_function("() => door.camera.state === 'on'")


async def _hide(page: Page, *, yes: bool) -> None:
    source = """(yes) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => yes });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    await page.evaluate(source, yes)


async def test_a_phone_that_stores_nothing_says_so_and_goes_on(site: Site, phones: Phones, family: Registration) -> None:
    """A private window, or a full disk."""
    host = await phones.new(may_lose=True)
    await host.add_init_script("IDBFactory.prototype.open = () => { throw new Error('forbidden'); };")
    host = await door.stand(phones, site, page=host)
    await expect(host.locator("#door-unkept")).to_be_visible()
    await door.scan(host, await secret(family))
    await door.act(host, "enter", "请进")
    await expect(host.locator("#answer [data-part=why]")).to_contain_text("手机没存住")
    await door.expect_waiting(host, 0)
    assert len(await door.inside()) == 3
