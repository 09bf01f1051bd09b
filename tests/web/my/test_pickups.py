from __future__ import annotations

import re

import pytest
from litestar import Litestar

from events.catalog.tables import Event
from events.checkin.care import pickup_codes, pickups
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.events.checkin import crafts as making
from tests.events.checkin.crafts import Crafts


@pytest.fixture
async def crafts(app: Litestar) -> Crafts:
    return await making.open_crafts()


def own(crafts: Crafts, more: str = "") -> str:
    return f"/my/registrations/{crafts.chens.registration.id}{more}"


def private(crafts: Crafts, more: str = "") -> str:
    return f"/M/{crafts.chens.registration.secret}{more}"


async def phone(app: Litestar, crafts: Crafts) -> Browser:
    return await browser.of_family(app, crafts.chens.registration.household)


async def test_code_is_on_the_familys_pages_and_nowhere_else(app: Litestar, crafts: Crafts, anyone: Browser) -> None:
    await crafts.let_in(crafts.chens)
    code = await crafts.code(crafts.chens)
    async with await phone(app, crafts) as mother:
        for page in (own(crafts), private(crafts)):
            assert f">{code}</p>" in (await mother.get(page)).text
    ticket = await anyone.get(f"/T/{crafts.chens.ticket.secret}")
    assert (ticket.status_code, code in ticket.text) == (200, False)
    async with await browser.of_family(app, crafts.lins.registration.household) as other:
        assert (await other.get(own(crafts, "/pick-up"))).status_code == 404
        assert code not in (await other.get(f"/my/registrations/{crafts.lins.registration.id}")).text
    async with await browser.of_staff(app, crafts.host) as counter:
        for page in (f"/desk/registrations/{crafts.chens.registration.id}", f"/desk/tickets/{crafts.chens.ticket.id}"):
            assert code not in (await counter.get(page)).text


async def test_code_comes_and_goes_by_itself(crafts: Crafts, anyone: Browser) -> None:
    asked = re.search(r'data-live="([^"]+)"', (await anyone.get(private(crafts))).text)
    assert asked
    assert (await anyone.get(asked[1])).status_code == 204
    await crafts.let_in(crafts.chens)
    fresh = await anyone.get(asked[1])
    assert (fresh.status_code, await crafts.code(crafts.chens) in fresh.text, "<html" in fresh.text) == (200, True, False)
    await crafts.hand_over(crafts.chens, collector="外婆", checked="known")
    gone = (await anyone.get(private(crafts))).text
    assert "pickup-code" not in gone
    assert "交给 外婆" in gone


async def test_code_is_not_asked_for_on_other_days(crafts: Crafts, anyone: Browser) -> None:
    later = await making.family(await make.session(await Event.objects().get(Event.id == crafts.session.event)))
    page = (await anyone.get(f"/M/{later.registration.secret}")).text
    assert "data-live" not in page
    assert "让别人来接" in page


async def test_pages_of_other_events_and_of_families_that_wait_have_none_of_it(crafts: Crafts, cast: object, anyone: Browser) -> None:
    session = await make.session(await make.event(is_drop_off=True), places=1)
    await make.registration(session, children=0)
    waiting = await make.registration(session, children=1)
    assert waiting.state == State.WAITING
    other = await make.registration(children=1)
    for row in (waiting, other):
        assert "让别人来接" not in (await anyone.get(f"/M/{row.secret}")).text
        assert (await anyone.get(f"/M/{row.secret}/pick-up")).status_code == 204


async def test_delegate_has_a_code_and_a_message_to_send(crafts: Crafts, anyone: Browser) -> None:
    done = await anyone.post(private(crafts, "/delegates"), data={"delegate": "外婆"})
    assert (done.status_code, done.headers["location"]) == (303, private(crafts))
    (code,) = await crafts.codes(crafts.chens)
    page = (await anyone.get(private(crafts))).text
    assert f"外婆，接孩子用这个码：{code.text}" in page
    assert "code=" not in done.headers["location"]


async def test_delegate_without_a_name_is_asked_for_one(crafts: Crafts, anyone: Browser) -> None:
    page = await anyone.post(private(crafts, "/delegates"), data={"delegate": " "})
    assert (page.status_code, 'id="e-delegate"' in page.text) == (422, True)


async def test_delegates_are_few(crafts: Crafts, anyone: Browser) -> None:
    answers = [
        (await anyone.post(private(crafts, "/delegates"), data={"delegate": name})).status_code for name in ("外婆", "爷爷", "姑姑", "舅舅")
    ]
    assert answers == [303, 303, 303, 422]


async def test_take_back_is_of_the_familys_own_delegates_only(crafts: Crafts, anyone: Browser) -> None:
    theirs = await pickup_codes.name_delegate(crafts.lins.registration, "奶奶")
    mine = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    removal = private(crafts, "/delegates/removal")
    assert (await anyone.post(removal, data={"code": str(theirs.id)})).status_code == 404
    assert [each.delegate for each in await crafts.codes(crafts.lins)] == ["奶奶"]
    assert (await anyone.post(removal, data={"code": str(mine.id)})).status_code == 303
    assert await crafts.codes(crafts.chens) == []
    assert (await anyone.post(removal, data={"code": "9" * 12})).status_code == 404


async def test_bar_keeps_names_a_line_each_and_shows_them_again(crafts: Crafts, anyone: Browser) -> None:
    assert (await anyone.post(private(crafts, "/barred"), data={"barred": "赵大山\r\n钱二\r\n"})).status_code == 303
    family = await Registration.objects().get(Registration.id == crafts.chens.registration.id)
    assert family is not None
    assert await pickups.barred(family) == ["赵大山", "钱二"]
    assert "赵大山\n钱二" in (await anyone.get(private(crafts))).text
    page = await anyone.post(private(crafts, "/barred"), data={"barred": "\n".join("甲乙丙丁戊己")})
    assert (page.status_code, 'id="e-barred"' in page.text) == (422, True)


async def test_a_cancelled_family_arranges_nothing(crafts: Crafts, anyone: Browser) -> None:
    await registrations.cancel(crafts.chens.registration, by=crafts.host)
    page = (await anyone.get(private(crafts))).text
    assert "让别人来接" not in page
