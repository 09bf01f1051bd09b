"""A second device, by code and by link; and what a stranger gets for trying."""

from __future__ import annotations

import re

from litestar import Litestar

from events import clock
from events.people import households
from events.people.tables import Household, Message
from events.signup.tables import Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from web.viewer import FAMILY_COOKIE

ASK, CODE = "/my/family/device", "/my/family/device/code"


async def prove(household: Household) -> None:
    await Household.update({Household.phone_proven_at: clock.now()}).where(Household.id == household.id)


async def test_prove_makes_a_phone_the_familys_own(cast: Cast, family_client: Browser) -> None:
    phone = "139 1234 5678"
    page = await browser.post(family_client, "/my/family/contact", {"contact": phone})
    assert (page.status_code, phone in page.text) == (200, True)
    assert 'autocomplete="one-time-code"' in page.text
    code = await make.one_time_code("13912345678", household=cast.chens)
    done = await family_client.post("/my/family/contact/proof", data={"contact": phone, "code": f"{code[:3]} {code[3:]}"})
    assert done.status_code == 303
    row = await households.of(cast.chens.id)
    assert row is not None
    assert (row.phone, row.phone_proven_at is not None) == ("13912345678", True)


async def test_prove_says_what_is_wrong_and_keeps_the_contact(family_client: Browser) -> None:
    assert (await browser.post(family_client, "/my/family/contact", {"contact": "12345"})).status_code == 422
    for code in ("", "12345", "000000"):
        page = await family_client.post("/my/family/contact/proof", data={"contact": "13912345678", "code": code})
        assert (page.status_code, 'id="e-code"' in page.text, 'value="13912345678"' in page.text) == (422, True, True)


async def test_join_opens_the_family_on_another_device(cast: Cast, anyone: Browser) -> None:
    await prove(cast.chens)
    asked = await browser.post(anyone, ASK, {"contact": cast.chens.phone})
    assert asked.status_code == 200
    code = await make.one_time_code(cast.chens.phone)
    page = await anyone.follow(await anyone.post(CODE, data={"contact": cast.chens.phone, "code": code}))
    assert f"/my/registrations/{cast.chens_registration.id}" in page.text


async def test_join_brings_along_what_was_signed_up_for_on_the_device(app: Litestar, cast: Cast) -> None:
    await prove(cast.chens)
    here = await make.household("陈妈妈的新手机")
    extra = await make.registration(await make.session(cast.event), household=here)
    async with await browser.of_family(app, here) as phone:
        asked = await browser.post(phone, ASK, {"contact": cast.chens.phone})
        assert 'name="together"' in asked.text
        code = await make.one_time_code(cast.chens.phone)
        done = await phone.post(CODE, data={"contact": cast.chens.phone, "code": code, "together": "merge"})
        page = await phone.follow(done)
    assert [f"/my/registrations/{id}" in page.text for id in (extra.id, cast.chens_registration.id)] == [True, True]
    moved = await Registration.objects().get(Registration.id == extra.id)
    assert moved is not None
    assert moved.household == cast.chens.id


async def test_join_leaves_behind_what_is_to_stay(app: Litestar, cast: Cast) -> None:
    await prove(cast.chens)
    async with await browser.of_family(app, cast.lins) as phone:
        code = await make.one_time_code(cast.chens.phone)
        done = await phone.post(CODE, data={"contact": cast.chens.phone, "code": code, "together": "leave"})
        page = await phone.follow(done)
    assert [f"/my/registrations/{row.id}" in page.text for row in (cast.lins_registration, cast.chens_registration)] == [False, True]


async def test_join_is_not_for_the_stores_own_browser(cast: Cast, host_client: Browser) -> None:
    await prove(cast.chens)
    code = await make.one_time_code(cast.chens.phone)
    answer = await host_client.post(CODE, data={"contact": cast.chens.phone, "code": code})
    assert (answer.status_code, FAMILY_COOKIE in host_client.cookies) == (422, False)


async def test_a_stranger_gets_the_same_answer_for_a_known_phone_as_for_an_unknown_one(app: Litestar, cast: Cast) -> None:
    """Same status, same bytes but for the number, same rows, until the number is asked for too often and after."""
    await prove(cast.chens)
    told = []
    for phone in (cast.chens.phone, make.phone()):
        async with Browser(app) as one:
            before = await Message.count()
            answers = [await one.post(ASK, data={"contact": phone}) for _ in range(3)]
            answers += [await one.post(CODE, data={"contact": phone, "code": "000000"}) for _ in range(6)]
            answers += [await one.post(ASK, data={"contact": phone})]
            assert FAMILY_COOKIE not in one.cookies
            mine = await one.get("/my")
            rows = await Message.count() - before
        told.append((rows, [without_what_differs(each.status_code, each.text, phone) for each in (*answers, mine)]))
    for known, unknown in zip(told[0][1], told[1][1], strict=True):
        assert known == unknown
    assert told[0][0] == told[1][0]
    assert [status for status, _page in told[0][1]] == [200] * 3 + [422] * 7 + [200]


def without_what_differs(status: int, page: str, phone: str) -> tuple[int, str]:
    page = page.replace(phone, "phone").replace(f"{phone[:3]} {phone[3:7]} {phone[7:]}", "phone")
    return status, re.sub(r"[0-9a-f]{64,}", "token", page)


async def test_a_familys_own_link_takes_in_one_device(app: Litestar, cast: Cast, family_client: Browser) -> None:
    page = await browser.post(family_client, "/my/family/pairing", page="/my/family")
    link = re.search(r"http://127\.0\.0\.1:8000(/P/[0-9A-Z]+)", page.text)
    assert link is not None
    async with Browser(app) as tablet, Browser(app) as late:
        await browser.post(tablet, link[1])
        assert f"/my/registrations/{cast.chens_registration.id}" in (await tablet.get("/my")).text
        assert (await late.post(link[1])).status_code == 422
        assert "/my/registrations/" not in (await late.get("/my")).text


async def test_codes_have_no_page_where_nothing_can_send_them(app: Litestar, cast: Cast, family_client: Browser, anyone: Browser) -> None:
    with_sms = app.state.settings
    try:
        app.state.settings = type(with_sms)(address=with_sms.address, secrets=with_sms.secrets)
        assert (await anyone.get(ASK)).status_code == 404
        assert [ASK in (await each.get("/my/family")).text for each in (anyone, family_client)] == [False, False]
        assert "/my/family/contact" not in (await family_client.get("/my/family")).text
    finally:
        app.state.settings = with_sms
