"""What a family sees in a rush: its number, then its ticket, whatever happens to the page in between."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from litestar import Litestar

from events import db
from events.catalog.tables import Session
from events.people.tables import SignIn
from events.signup import numbers, queueing, registrations, serving
from events.signup.tables import Number, Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.my.test_registrations import FAMILY, ONE, address, fields
from web import gate
from web.my import numbered as numbered_here
from web.my import numbers as pages
from web.my import occasions


@pytest.fixture(autouse=True)
def crowd(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long line at the door, and pages that look anew each time."""
    monkeypatch.setattr(gate, "_gates", [gate.Gate(crowd=0)])
    monkeypatch.setattr(queueing, "FRESH", -1.0)
    monkeypatch.setattr(pages, "FRESH", -1.0)
    monkeypatch.setattr(occasions, "FRESH", -1.0)


@pytest.fixture
async def second(app: Litestar) -> AsyncIterator[Browser]:
    async with Browser(app) as one:
        yield one


async def send(device: Browser, session: Session, **typed: str) -> httpx.Response:
    key = fields((await device.get(address(session))).text)["key"]
    return await device.post(address(session), data={"key": key, **ONE, **typed, "act": "register"})


async def numbered(device: Browser, session: Session, **typed: str) -> str:
    """The address of the number's page."""
    answer = await send(device, session, **typed)
    assert answer.status_code == 303, answer.text
    assert re.fullmatch(r"/my/numbers/[0-9a-f]{40}", answer.headers["location"])
    return answer.headers["location"]


async def test_a_family_waits_at_its_number_and_is_led_to_its_ticket(anyone: Browser) -> None:
    session = await make.session(places=12)
    page = await numbered(anyone, session)
    waiting = await anyone.get(page)
    assert "收到了，排着号" in waiting.text
    assert "现在还有 12 个名额" in waiting.text
    assert await Registration.count() == 0
    await serving.serve()
    there = await anyone.get(page)
    (row,) = await Registration.objects()
    assert there.headers["location"] == f"/my/registrations/{row.id}"
    assert "138" not in there.headers["location"]
    ticket = await anyone.get(there.headers["location"])
    assert ticket.status_code == 200
    assert row.state == State.PLACED


async def test_the_page_asks_again_by_itself_with_script_and_without(anyone: Browser) -> None:
    session = await make.session()
    page = await numbered(anyone, session)
    whole = (await anyone.get(page)).text
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in whole
    part = (await anyone.get(page, headers={"hx-request": "true"})).text
    assert 'hx-trigger="load delay:2s, every 30s"' in part  # once more, however often bad wifi swallows the answer
    assert "<html" not in part
    await serving.serve()
    onwards = await anyone.get(page, headers={"hx-request": "true"})
    assert (onwards.status_code, onwards.headers["hx-redirect"][:18]) == (200, "/my/registrations/")


async def test_those_before_are_counted(anyone: Browser, second: Browser) -> None:
    session = await make.session()
    await numbered(anyone, session)
    page = await numbered(second, session, phone="13900139001")
    assert "前面还有 1 家" in (await second.get(page)).text


async def test_an_answer_lost_on_the_way_may_be_asked_for_again(app: Litestar, anyone: Browser) -> None:
    """Bad wifi: the page that leads to the ticket, with the sign-in in it, never arrives."""
    session = await make.session()
    page = await numbered(anyone, session)
    await serving.serve()
    lost = await anyone.get(page)
    anyone.cookies.delete("linju_family")
    again = await anyone.get(page)
    assert again.headers["location"] == lost.headers["location"]
    assert (await anyone.get(again.headers["location"])).status_code == 200


async def test_the_address_alone_opens_nothing(anyone: Browser, second: Browser) -> None:
    session = await make.session()
    page = await numbered(anyone, session, **FAMILY)
    assert "小满" not in (await second.get(page)).text
    await serving.serve()
    other = await second.get(page)
    assert other.status_code == 200
    assert "在点报名的那台手机上" in other.text
    for word in ("小满", "陈妈妈", "138 0013", "13800138000"):
        assert word not in other.text
    assert await SignIn.count() == 0


async def test_who_has_the_address_cannot_make_up_the_cookie(anyone: Browser, second: Browser) -> None:
    session = await make.session()
    page = await numbered(anyone, session, **FAMILY)
    secret = page.rsplit("/", 1)[1]
    await serving.serve()
    for guess in (secret, numbers.next_key(secret), numbers.secret_of(secret)):
        second.cookies.set(numbered_here.cookie(session.id), guess, domain="127.0.0.1")
        other = await second.get(page)
        assert "linju_family" not in other.cookies
        assert "在点报名的那台手机上" in other.text


async def test_a_part_that_asked_again_never_gets_a_page_within_the_page(anyone: Browser, second: Browser) -> None:
    event = await make.event()
    served, refused = [await numbered(anyone, await make.session(each)) for each in (await make.event(), event)]
    await event.update_self({"closes_minutes": 60 * 24 * 365})
    await serving.serve()
    for device, page in ((second, served), (anyone, refused)):
        answer = await device.get(page, headers={"hx-request": "true"})
        assert (answer.status_code, answer.headers["hx-refresh"], answer.text) == (200, "true", "")


async def test_the_same_form_sent_twice_is_one_number(anyone: Browser) -> None:
    session = await make.session()
    key = make.key()
    pages_ = {(await anyone.post(address(session), data={**ONE, "key": key, "act": "register"})).headers["location"] for _ in range(2)}
    assert len(pages_) == 1
    assert await Number.count() == 1


async def test_whoever_cannot_wait_and_signs_up_again_is_led_to_the_number_there_is(anyone: Browser) -> None:
    """The form opened anew has another key: without the number's cookie it would be a second family."""
    session = await make.session(places=12)
    page = await numbered(anyone, session)
    assert (await anyone.get(address(session))).headers["location"] == page
    again = await anyone.post(address(session), data={**ONE, "key": make.key(), "act": "register"})
    assert (again.headers["location"], "先前那份已经收下了" in (await anyone.get(page)).text) == (page, True)
    await serving.serve()
    late = await anyone.post(address(session), data={**ONE, "key": make.key(), "act": "register"})
    assert (late.headers["location"], await Registration.count(), await Number.count()) == (page, 1, 1)


async def test_another_family_signs_up_after_one_that_gave_its_number_or_its_places_back(anyone: Browser) -> None:
    session = await make.session(places=12)
    page = await numbered(anyone, session)
    await serving.serve()
    await anyone.get(page)
    (row,) = await Registration.objects()
    await registrations.cancel(row)
    assert await numbered(anyone, session) != page


async def test_at_the_desk_one_family_after_another_is_signed_up(cast: Cast, host_client: Browser) -> None:
    pages_ = {await numbered(host_client, cast.session, phone=f"1390013900{n}") for n in range(2)}
    assert len(pages_) == 2


async def test_a_phone_that_forgets_the_family_forgets_its_numbers(anyone: Browser) -> None:
    page = await numbered(anyone, await make.session())
    await serving.serve()
    await anyone.get(page)
    await anyone.post("/my/sign-out")
    assert "在点报名的那台手机上" in (await anyone.get(page)).text


async def test_a_key_that_is_none_of_ours_gets_no_cookie(anyone: Browser) -> None:
    session = await make.session()
    for key in ("a; path=/", "钥匙", "a\r\nx: y"):
        answer = await anyone.post(address(session), data={**ONE, "key": key, "act": "register"})
        assert (answer.status_code, "linju_number" in answer.headers.get("set-cookie", "")) == (303, False)


async def test_what_is_wrong_is_said_at_once_and_takes_no_number(anyone: Browser) -> None:
    session = await make.session(await make.event(age_from=4, age_to=8), places=3)
    answer = await send(anyone, session, phone="1")
    assert answer.status_code == 422
    assert await Number.count() == 0


async def test_a_family_refused_in_its_turn_reads_why_and_finds_what_it_typed(anyone: Browser) -> None:
    event = await make.event()
    session = await make.session(event)
    page = await numbered(anyone, session, **FAMILY)
    await event.update_self({"closes_minutes": 60 * 24 * 365})
    await serving.serve()
    refused = await anyone.get(page)
    assert "报名截止了" in refused.text
    form = fields(refused.text)
    assert (form["child-0-name"], form["name"]) == ("小满", "陈妈妈")
    assert form["key"] != make.key()
    await event.update_self({"closes_minutes": 0})
    again = await anyone.post(address(session), data={**form, "act": "change"})
    assert 'value="小满"' in again.text


async def test_a_stranger_to_a_refused_number_sees_nothing_typed(anyone: Browser, second: Browser) -> None:
    event = await make.event()
    session = await make.session(event)
    page = await numbered(anyone, session, **FAMILY)
    await event.update_self({"closes_minutes": 60 * 24 * 365})
    await serving.serve()
    shown = (await second.get(page)).text
    assert "报名截止了" in shown
    assert "小满" not in shown


async def test_a_remembered_familys_number_is_its_own(app: Litestar) -> None:
    session, household = await make.session(), await make.household()
    async with await browser.of_family(app, household) as phone:
        page = await numbered(phone, session)
        await serving.serve()
        await phone.get(page)
    (row,) = await Registration.objects()
    assert row.household == household.id
    async with await browser.of_family(app, household) as other_device:  # the grandmother's: a link in the family's own chat
        assert (await other_device.get(page)).headers["location"] == f"/my/registrations/{row.id}"


async def test_a_forgotten_number_is_not_there(anyone: Browser) -> None:
    assert (await anyone.get(f"/my/numbers/{'0' * 40}")).status_code == 404


async def test_one_too_many_is_asked_to_come_again(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await make.session()
    monkeypatch.setattr(gate, "_gates", [gate.Gate(most=0)])
    answer = await send(anyone, session)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert "填的都还在" in answer.text


async def test_without_a_crowd_everybody_is_served_at_once(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_gates", [gate.Gate()])
    answer = await send(anyone, await make.session())
    assert answer.headers["location"].startswith("/my/registrations/")
    assert await Number.count() == 0


async def test_a_database_that_is_too_busy_makes_it_a_crowd(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_gates", [gate.Gate()])

    async def busy(*args: object, **more: object) -> None:
        raise db.Busy("waited")

    session = await make.session()
    with monkeypatch.context() as patch:
        patch.setattr(registrations, "register", busy)
        page = await numbered(anyone, session)
    await serving.serve()
    assert (await anyone.get(page)).headers["location"].startswith("/my/registrations/")


async def test_whoever_comes_while_others_have_numbers_takes_one_too(
    anyone: Browser, second: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await make.session()
    await numbered(anyone, session)
    monkeypatch.setattr(gate, "_gates", [gate.Gate()])
    await numbered(second, session, phone="13900139001")
    await serving.serve()
    assert [row.phone for row in await Registration.objects().order_by(Registration.id)] == ["13900139000", "13900139001"]
