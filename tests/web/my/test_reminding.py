"""The sheet for calendars: what comes by itself, said only where it can come; and in WeChat, which opens no calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest
from litestar import Litestar

from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from tests.browser import Browser
from tests.cast import Cast
from tests.events.notices.test_ahead import prove

WECHAT = {"user-agent": "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 MicroMessenger/8.0.2"}


def page(cast: Cast) -> str:
    return f"/my/registrations/{cast.chens_registration.id}"


async def test_it_says_what_will_come(cast: Cast, family_client: Browser) -> None:
    assert "到时候发短信提醒您" in (await family_client.get(page(cast))).text


async def test_it_says_nothing_where_nothing_can_be_sent(
    cast: Cast, family_client: Browser, app: Litestar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state, "settings", replace(app.state.settings, sms_address=""))
    text = (await family_client.get(page(cast))).text
    assert "加到手机日历" in text
    assert "提醒您" not in text


async def test_it_leads_a_family_that_wants_none_to_where_that_is_said(cast: Cast, family_client: Browser) -> None:
    contact = await prove(cast.chens_registration)
    await opt_outs.choose(Contact(Kind.SMS, contact.value), Level.REMINDERS)
    text = (await family_client.get(page(cast))).text
    assert "您说过不要提醒，所以到时候不发" in text
    assert f"/N/{opt_outs.code(contact)}" in text.split("您说过不要提醒")[1]
    assert "到时候发短信" not in text


async def test_in_wechat_it_offers_the_page_by_its_own_secret(cast: Cast, family_client: Browser, anyone: Browser) -> None:
    text = (await family_client.get(page(cast), headers=WECHAT)).text
    link = f"/M/{cast.chens_registration.secret}#cal"
    assert link in text
    assert "calendar.google.com" not in text
    away = (await anyone.get(link, headers=WECHAT)).text  # the page it leads to: what is left is the browser's menu
    assert "点右上角三个点" in away
    assert "换到能在浏览器打开的这一页" not in away
    assert "calendar.ics" in (await anyone.get(link)).text


@pytest.mark.parametrize("where", ["my", "desk"])
async def test_a_private_feed_is_copied_in_wechat(where: str, cast: Cast, family_client: Browser, host_client: Browser) -> None:
    client = family_client if where == "my" else host_client
    await client.post(f"/{where}/calendar")
    inside, outside = [(await client.get(f"/{where}/calendar", headers=headers)).text for headers in (WECHAT, {})]
    assert ("webcal://" in inside, "webcal://" in outside) == (False, True)
    assert "linju.ics" in inside
