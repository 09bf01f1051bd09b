"""A family's own device before the screen."""

from __future__ import annotations

import re

import pytest

from events import clock
from events.catalog.tables import Event, Session
from events.checkin import arrivals
from events.checkin.tables import Grant, Passage
from events.checkin.venue import screens
from events.signup.tables import Registration, State
from tests import make
from tests.browser import TOKEN, Browser, post
from tests.cast import Cast
from tests.web.site.conftest import Stand
from web.site.venue import COOKIE


async def inside() -> set[int]:
    return {row.attendee for row in await Passage.objects().where(Passage.undone_at.is_null())}


async def test_enter_takes_the_code_out_of_the_address(stand: Stand, anyone: Browser) -> None:
    answer = await anyone.get(f"/V/{(await screens.shown(await stand.screen())).code}")
    cookie = answer.headers["set-cookie"]
    assert answer.headers["location"] == "/here"
    assert [part in cookie for part in (COOKIE, "HttpOnly", "SameSite=lax", "Path=/")] == [True] * 4
    assert await Grant.count() == 1


async def test_a_stale_code_says_so_and_grants_nothing(stand: Stand, family_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    code, now = (await screens.shown(await stand.screen())).code, clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 61 * make.MINUTE / 60)
    answer = await family_client.get(f"/V/{code}")
    assert (answer.status_code, "码换过了，再扫一次" in answer.text, COOKIE in answer.headers.get("set-cookie", "")) == (422, True, False)
    assert "再扫一次屏幕上的码" in (await family_client.get("/here")).text
    assert await Grant.count() == 0


async def test_show_has_the_devices_own_family_and_one_button(stand: Stand, family_client: Browser, other_family_client: Browser) -> None:
    for client, mine, theirs in ((family_client, "陈妈妈", "林爸爸"), (other_family_client, "林爸爸", "陈妈妈")):
        await stand.scan(client)
        page = (await client.get("/here")).text
        assert (mine in page, theirs in page, page.count("我们到了</button>")) == (True, False, 1)


async def test_arrive_lets_the_family_in_and_says_so(stand: Stand, family_client: Browser) -> None:
    await stand.scan(family_client)
    answer = await post(family_client, stand.arrival, {"people": stand.people, "nonce": make.key()}, page="/here")
    assert answer.headers["location"] == "/here"
    page = (await family_client.get("/here")).text
    assert ("进来了" in page, "我们到了</button>" in page) == (True, False)
    assert await inside() == set(stand.people)


async def test_arrive_of_some_asks_for_the_others(stand: Stand, family_client: Browser) -> None:
    await stand.scan(family_client)
    await family_client.post(stand.arrival, data={"people": stand.people[:1], "nonce": make.key()})
    page = (await family_client.get("/here")).text
    assert ("进来了" in page, "还有 1 位没到" in page, page.count('name="people"')) == (True, True, 1)


async def test_arrive_needs_somebody_ticked(stand: Stand, family_client: Browser) -> None:
    await stand.scan(family_client)
    answer = await family_client.post(stand.arrival, data={"nonce": make.key()})
    assert (answer.status_code, "先勾上谁来了" in answer.text) == (422, True)


async def test_arrive_keeps_the_company_rule(stand: Stand, cast: Cast, family_client: Browser) -> None:
    await Event.update({Event.children_per_adult: 1}).where(Event.id == cast.event.id)
    await stand.scan(family_client)
    answer = await family_client.post(stand.arrival, data={"people": stand.people[1:], "overrule": "1", "nonce": make.key()})
    assert (answer.status_code, await inside()) == (422, set())


async def test_arrive_without_a_grant_is_refused(stand: Stand, family_client: Browser) -> None:
    """The page's address is worth nothing on a device that was not there, whoever passes it on."""
    for cookie in ("", "forged"):
        family_client.cookies.set(COOKIE, cookie, domain="127.0.0.1")
        answer = await family_client.post(stand.arrival, data={"people": stand.people, "nonce": make.key()})
        assert (answer.status_code, await inside()) == (422, set())


async def test_arrive_of_another_family_is_not_there(stand: Stand, other_family_client: Browser) -> None:
    await stand.scan(other_family_client)
    answer = await other_family_client.post(stand.arrival, data={"people": stand.people, "nonce": make.key()})
    assert (answer.status_code, await inside()) == (404, set())


async def test_arrive_without_the_forms_token_is_forged(stand: Stand, family_client: Browser) -> None:
    await stand.scan(family_client)
    answer = await family_client.post(stand.arrival, data={"people": stand.people}, headers={TOKEN: ""})
    assert (answer.status_code, await inside()) == (403, set())


async def test_show_says_in_after_the_three_minutes_too(
    stand: Stand, family_client: Browser, other_family_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for client in (family_client, other_family_client):
        await stand.scan(client)
    await family_client.post(stand.arrival, data={"people": stand.people, "nonce": make.key()})
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + 4 * make.MINUTE)
    assert "进来了" in (await family_client.get("/here")).text
    page = (await other_family_client.get("/here")).text
    assert ("再扫一次屏幕上的码" in page, "我们到了</button>" in page) == (True, False)


async def test_show_without_a_registration_says_how_to_get_to_it_and_searches_nothing(stand: Stand, anyone: Browser) -> None:
    await stand.scan(anyone)
    page = (await anyone.get("/here")).text
    assert ("这台手机上没有您家的报名" in page, "/my/family/device" in page) == (True, True)
    assert re.findall(r"<(?:input|form)", page) == []


async def test_the_private_link_lets_in_while_the_grant_is_good(stand: Stand, anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who scanned with another browser than the one that signed up."""
    link = f"/M/{stand.registration.secret}"
    assert "我们到了</button>" not in (await anyone.get(link)).text
    await stand.scan(anyone)
    answer = await post(anyone, f"{link}/arrival", {"people": stand.people, "nonce": make.key()}, page=link)
    assert (answer.headers["location"], await inside()) == (link, set(stand.people))
    assert "我们到了</button>" not in (await anyone.get(link)).text


async def test_the_private_link_offers_nothing_at_another_sessions_screen(stand: Stand, cast: Cast, anyone: Browser) -> None:
    await stand.scan(anyone)
    session = await make.session(cast.event)
    other = await make.registration(session)
    await Session.update({Session.starts_at: stand.session.starts_at}).where(Session.id == session.id)
    assert "我们到了</button>" not in (await anyone.get(f"/M/{other.secret}")).text


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({Registration.state: State.WAITING}, "还在排队"),
        ({Registration.state: State.PENDING}, "店里还没点头"),
        ({Registration.state: State.OFFERED}, "名额给您留着"),
        ({Registration.state: State.CANCELLED, Registration.ending: "family"}, "名额已经退了"),
    ],
)
async def test_show_says_kindly_why_not(stand: Stand, family_client: Browser, columns: dict[str, str], says: str) -> None:
    await Registration.update(columns).where(Registration.id == stand.registration.id)  # type: ignore[arg-type]  # -- columns are keys
    await stand.scan(family_client)
    page = (await family_client.get("/here")).text
    assert (says in page, "我们到了</button>" in page) == (True, False)


async def test_show_names_the_session_one_signed_up_for(stand: Stand, cast: Cast, family_client: Browser) -> None:
    other = await make.session(cast.event, starts_at=make.at(3))
    await Registration.update({Registration.session: other.id}).where(Registration.id == stand.registration.id)
    await stand.scan(family_client)
    assert "您报的是另一天" in (await family_client.get("/here")).text


async def test_show_of_a_drop_off_leads_to_the_pick_up_code(stand: Stand, cast: Cast, family_client: Browser) -> None:
    await stand.scan(family_client)
    await Event.update({Event.is_drop_off: True}).where(Event.id == cast.event.id)
    await family_client.post(stand.arrival, data={"people": stand.people, "nonce": make.key()})
    page = (await family_client.get("/here")).text
    assert ("看接人码" in page, f'href="/my/registrations/{stand.registration.id}"' in page) == (True, True)


async def test_the_desk_says_that_the_family_did_it(stand: Stand, cast: Cast, family_client: Browser, host_client: Browser) -> None:
    """A host's arrival beside it has the host's name."""
    await stand.scan(family_client)
    await family_client.post(stand.arrival, data={"people": stand.people, "nonce": make.key()})
    lins = await make.ticket_of(cast.lins_registration)
    await arrivals.admit(lins, [row.id for row in (await arrivals.look(lins)).people], nonce=make.key(), by=cast.east_host)
    chens = await make.ticket_of(stand.registration)
    at = f"/desk/sessions/{stand.session.id}/registrations"
    assert (await host_client.get(at)).text.count("自己签的到") == 1
    assert "自己" in (await host_client.get(f"/desk/tickets/{chens.id}")).text
    assert "自己" not in (await host_client.get(f"/desk/tickets/{lins.id}")).text
    inside = (await host_client.get(f"/door/{stand.session.id}/roster.json")).json()["inside"]
    assert sorted(each[2] for each in inside.values()) == sorted(["*", "*", cast.east_host.name])
    assert (await host_client.get(f"/door/{stand.session.id}/board")).text.count("自己签的到") == 1
    await Session.update({Session.ends_at: clock.now()}).where(Session.id == stand.session.id)


async def test_a_phone_without_a_line_that_let_them_in_too_is_told_that_the_family_was_first(
    stand: Stand, family_client: Browser, host_client: Browser
) -> None:
    """Both are kept, and somebody is asked to look."""
    await stand.scan(family_client)
    await family_client.post(stand.arrival, data={"people": stand.people, "nonce": make.key()})
    now, ticket = int(clock.now().timestamp() * 1000), await make.ticket_of(stand.registration)
    scan = {
        "nonce": "nonce-0001",
        "act": "enter",
        "ticket": ticket.id,
        "people": stand.people,
        "at": now,
        "shown": "welcome",
        "how": "camera",
    }
    sent = {"device": "counter", "sent_at": now, "scans": [scan]}
    answer = await host_client.post(f"/door/{stand.session.id}/scans.json", json=sent)
    assert answer.json()["results"]["nonce-0001"]["flag"] == "twice"
    assert re.search(r"还有：\d+:\d+ 自己，连着网时", (await host_client.get(f"/door/{stand.session.id}/checks")).text)


async def test_no_address_has_the_code_or_a_name(stand: Stand, family_client: Browser) -> None:
    await stand.scan(family_client)
    page = (await family_client.get("/here")).text
    code = (await screens.shown(await stand.screen())).code
    assert [each for each in re.findall(r'(?:href|action|src)="([^"]+)"', page) if code[:6] in each or "陈" in each] == []
