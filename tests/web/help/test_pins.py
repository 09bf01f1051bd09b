from __future__ import annotations

from datetime import timedelta

import pytest

from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.people import staff
from tests.browser import Browser, post
from tests.cast import Cast
from tests.web.help.conftest import SECRETS
from web.help.pins import PLACE


async def test_new_says_what_it_is_for_and_no_more(cast: Cast, made: Made, anyone: Browser) -> None:
    page = await anyone.get(f"/H/{made.secret}")
    assert page.status_code == 200
    assert all(words in page.text for words in (cast.east.name, cast.event.title, "六位数字"))
    assert not any(words in page.text for words in (*SECRETS, made.pin, "小王"))
    assert (await anyone.get(f"/h/{made.secret.lower()}")).status_code == 200
    assert "set-cookie" not in page.headers or "linju_helper" not in page.headers["set-cookie"]


async def test_new_does_not_know_another_secret(made: Made, anyone: Browser) -> None:
    for wrong in ("0" * 20, made.secret[:-1], made.secret + "0", "x" * 3000):
        assert (await anyone.get(f"/H/{wrong}")).status_code == 404


async def test_create_lets_this_phone_in_to_the_helpers_pages_only(cast: Cast, made: Made, anyone: Browser) -> None:
    answer = await post(anyone, f"/H/{made.secret}", {"pin": f"{made.pin[:3]} {made.pin[3:]}"})
    assert answer.headers["location"] == f"{PLACE}/{cast.session.id}"
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("linju_helper=", f"Path={PLACE}", "HttpOnly", "SameSite=lax"))
    assert (await anyone.follow(answer)).status_code == 200


@pytest.mark.parametrize("typed", ["", "000000", "abc", "１２３", "9" * 300, "\u202e"])
async def test_create_refuses_another_pin(made: Made, anyone: Browser, typed: str) -> None:
    answer = await post(anyone, f"/H/{made.secret}", {"pin": typed})
    assert answer.status_code == 422
    assert "linju_helper" not in answer.headers.get("set-cookie", "")


async def test_create_reads_full_width_digits(made: Made, anyone: Browser) -> None:
    wide = made.pin.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert (await post(anyone, f"/H/{made.secret}", {"pin": wide})).status_code == 303


async def test_create_is_slowed_and_then_the_right_one_waits_too(made: Made, anyone: Browser, helper: Browser, cast: Cast) -> None:
    for _try in range(helpers.TRIES):
        assert (await post(anyone, f"/H/{made.secret}", {"pin": "000000"})).status_code == 422
    slowed = await post(anyone, f"/H/{made.secret}", {"pin": made.pin})
    assert slowed.status_code == 422
    assert "试得太多了" in slowed.text
    assert (await helper.get(f"{PLACE}/{cast.session.id}")).status_code == 200


@pytest.mark.parametrize(
    ("moved", "words", "status"),
    [
        (timedelta(hours=-3), "还没到时间", 200),
        (timedelta(hours=3), "时间过了", 410),
    ],
)
async def test_new_and_create_say_plainly_that_it_is_not_the_time(
    made: Made, anyone: Browser, monkeypatch: pytest.MonkeyPatch, moved: timedelta, words: str, status: int
) -> None:
    drawn = await anyone.get(f"/H/{made.secret}")
    token = drawn.text.split('name="_csrf_token" value="')[1].split('"')[0]
    then = made.link.opens_at + timedelta(hours=1) + moved
    monkeypatch.setattr("events.clock.now", lambda: then)
    page = await anyone.get(f"/H/{made.secret}")
    assert (page.status_code, words in page.text, 'name="pin"' in page.text) == (status, True, False)
    refused = await anyone.post(f"/H/{made.secret}", data={"pin": made.pin, "_csrf_token": token})
    assert refused.status_code == 422
    assert "linju_helper" not in refused.headers.get("set-cookie", "")


async def test_new_says_that_it_was_taken_back(cast: Cast, made: Made, anyone: Browser) -> None:
    await helpers.revoke(made.link, cast.east_host)
    page = await anyone.get(f"/H/{made.secret}")
    assert (page.status_code, "收回" in page.text) == (410, True)


async def test_new_knows_no_link_of_somebody_who_left(cast: Cast, made: Made, anyone: Browser) -> None:
    await staff.disable(cast.east_host, by=cast.east_lead)
    assert (await anyone.get(f"/H/{made.secret}")).status_code == 404


async def test_in_wechat_it_leads_to_a_browser_first(made: Made, anyone: Browser) -> None:
    page = await anyone.get(f"/H/{made.secret}", headers={"user-agent": "Mozilla/5.0 MicroMessenger/8.0"})
    assert "在浏览器打开" in page.text
    assert "在浏览器打开" not in (await anyone.get(f"/H/{made.secret}")).text
