from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar

from events.checkin.care import pickup_codes, pickups
from events.checkin.tables import Pickup
from events.people.tables import Audit
from events.signup.tables import Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.checkin import crafts as making
from tests.events.checkin.crafts import Crafts


@pytest.fixture
async def crafts(app: Litestar) -> Crafts:
    found = await making.open_crafts()
    await found.let_in(found.chens)
    return found


@pytest.fixture
async def counter(app: Litestar, crafts: Crafts) -> AsyncIterator[Browser]:
    async with await browser.of_staff(app, crafts.host) as one:
        yield one


def address(crafts: Crafts, more: str = "") -> str:
    return f"/door/{crafts.session.id}/hand-over/{crafts.chens.ticket.id}{more}"


def form(crafts: Crafts, **of: Any) -> dict[str, Any]:
    return {"people": [str(id) for id in crafts.chens.children], "proof": "code", "nonce": make.key(), **of}


async def test_new_shows_whose_children_are_here_and_whom_they_must_not_go_with(crafts: Crafts, counter: Browser) -> None:
    await pickups.bar(crafts.chens.registration, ["赵大山", "<b id=x>林"])
    page = (await counter.get(address(crafts))).text
    assert page.count('name="people"') == 2
    assert "赵大山" in page
    assert "&lt;b id=x&gt;林" in page
    assert await crafts.code(crafts.chens) not in page


async def test_create_takes_the_code_however_it_is_typed(crafts: Crafts, counter: Browser) -> None:
    code = await crafts.code(crafts.chens)
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code.lower())
    done = await counter.post(address(crafts), data=form(crafts, code=f" {wide[:2]} {wide[2:]}"))
    assert (done.status_code, done.headers["location"]) == (303, address(crafts))
    page = (await counter.follow(done)).text
    assert "接走了" in page
    assert "对了接人码" in page
    assert await crafts.inside() == set()


async def test_create_of_the_same_nonce_is_once(crafts: Crafts, counter: Browser) -> None:
    sent = form(crafts, code=await crafts.code(crafts.chens))
    assert [(await counter.post(address(crafts), data=sent)).status_code for _each in range(2)] == [303, 303]
    assert await Pickup.count() == 1


async def test_create_says_how_many_tries_are_left_and_keeps_the_children(crafts: Crafts, counter: Browser) -> None:
    wrong = making.wrong(await crafts.code(crafts.chens))
    answers = [await counter.post(address(crafts), data=form(crafts, code=wrong)) for _each in range(4)]
    assert [answer.status_code for answer in answers] == [422] * 4
    assert all('id="e-code"' in answer.text and wrong not in answer.text for answer in answers)
    assert "今天这家输错过 3 次" in (await counter.get(address(crafts))).text
    assert await crafts.inside() == set(crafts.chens.children)
    right = await counter.post(address(crafts), data=form(crafts, code=await crafts.code(crafts.chens)))
    assert right.status_code == 422  # must wait
    who = {"proof": "identity", "who": "family", "checked": "papers"}
    assert (await counter.post(address(crafts), data=form(crafts, **who))).status_code == 303


async def test_create_without_a_code_asks_who_and_how(crafts: Crafts, counter: Browser) -> None:
    page = (await counter.post(address(crafts), data=form(crafts, proof="identity", who="other"))).text
    assert 'id="e-collector"' in page
    assert 'id="e-checked"' in page
    assert await Pickup.count() == 0
    delegate = await pickup_codes.name_delegate(crafts.chens.registration, "外婆")
    done = await counter.post(address(crafts), data=form(crafts, proof="identity", who=f"delegate-{delegate.id}", checked="known"))
    assert done.status_code == 303
    (row,) = await Pickup.objects()
    assert (row.collector, row.checked, row.code) == (delegate.delegate, "known", None)


async def test_create_names_whom_the_host_ticked_though_another_was_taken_back_meanwhile(crafts: Crafts, counter: Browser) -> None:
    family = crafts.chens.registration
    uncle, granny = [await pickup_codes.name_delegate(family, name) for name in ("舅舅", "外婆")]
    assert f'value="delegate-{granny.id}"' in (await counter.get(address(crafts))).text
    await pickup_codes.take_back(family, uncle.id)
    for gone in (f"delegate-{uncle.id}", "delegate-1"):
        page = await counter.post(address(crafts), data=form(crafts, proof="identity", who=gone, checked="known"))
        assert (page.status_code, await Pickup.count()) == (422, 0)
    sent = form(crafts, proof="identity", who=f"delegate-{granny.id}", checked="known")
    assert (await counter.post(address(crafts), data=sent)).status_code == 303
    assert [row.collector for row in await Pickup.objects()] == ["外婆"]


async def test_create_refuses_whom_the_family_does_not_want(crafts: Crafts, counter: Browser) -> None:
    await pickups.bar(crafts.chens.registration, ["赵大山"])
    page = await counter.post(address(crafts), data=form(crafts, proof="identity", who="other", collector="赵 大山", checked="papers"))
    assert page.status_code == 422
    assert await crafts.inside() == set(crafts.chens.children)


async def test_create_of_nobody_is_refused(crafts: Crafts, counter: Browser) -> None:
    page = await counter.post(address(crafts), data=form(crafts, people=[], code=await crafts.code(crafts.chens)))
    assert page.status_code == 422
    assert "先勾上接谁" in page.text


async def test_another_stores_ticket_is_not_there(crafts: Crafts, cast: Cast, host_client: Browser, counter: Browser) -> None:
    theirs = await make.ticket_of(cast.chens_registration)
    assert (await host_client.get(address(crafts))).status_code == 404
    assert (await host_client.post(address(crafts), data=form(crafts))).status_code == 404
    assert (await counter.get(f"/door/{crafts.session.id}/hand-over/{theirs.id}")).status_code == 404
    assert (await counter.get(f"/door/{crafts.session.id}/hand-over/2147483648")).status_code == 404


async def test_destroy_wants_a_why_and_only_of_this_family(crafts: Crafts, counter: Browser) -> None:
    await crafts.let_in(crafts.lins)
    await crafts.hand_over(crafts.lins, collector="爸爸", checked="known")
    await crafts.hand_over(crafts.chens, collector="妈妈", checked="known")
    theirs, own = await Pickup.objects().order_by(Pickup.id)
    removal = address(crafts, "/removal")
    assert (await counter.post(removal, data={"pickup": str(theirs.id), "why": "点错了"})).status_code == 404
    assert (await counter.post(removal, data={"pickup": "9" * 30, "why": "点错了"})).status_code == 404
    page = await counter.post(removal, data={"pickup": str(own.id), "why": ""})
    assert (page.status_code, 'id="e-why"' in page.text) == (422, True)
    assert (await counter.post(removal, data={"pickup": str(own.id), "why": "点错了"})).status_code == 303
    assert await crafts.inside() == set(crafts.chens.children)


async def test_destroy_is_there_for_each_of_them_while_another_child_of_the_family_is_here(crafts: Crafts, counter: Browser) -> None:
    one, two = crafts.chens.children
    await crafts.hand_over(crafts.chens, [one], collector="妈妈", checked="known")
    first = await Pickup.objects().first()
    assert first is not None
    assert f'name="pickup" value="{first.id}"' in (await counter.get(address(crafts))).text
    await crafts.hand_over(crafts.chens, [two], collector="外婆", checked="known")
    page = (await counter.get(address(crafts))).text
    assert page.count('type="radio" name="pickup"') == 2
    assert (await counter.post(address(crafts, "/removal"), data={"pickup": str(first.id), "why": "是另一家"})).status_code == 303
    assert await crafts.inside() == {one}
    assert "外婆" in (await counter.get(address(crafts))).text


async def test_bar_is_noted_for_a_parent_who_calls(crafts: Crafts, counter: Browser) -> None:
    assert (await counter.post(address(crafts, "/barred"), data={"barred": "赵大山\n\n 钱二 "})).status_code == 303
    family = await Registration.objects().get(Registration.id == crafts.chens.registration.id)
    assert family is not None
    assert await pickups.barred(family) == ["赵大山", "钱二"]
    assert await Audit.count().where((Audit.act == "pickup.named_barred") & (Audit.staff == crafts.host.id)) == 1
    page = await counter.post(address(crafts, "/barred"), data={"barred": "\n".join("甲乙丙丁戊己")})
    assert (page.status_code, 'id="e-barred"' in page.text) == (422, True)


async def test_arrival_page_leads_to_the_hand_over_and_lets_no_child_out(crafts: Crafts, counter: Browser) -> None:
    await crafts.let_in(crafts.chens, crafts.chens.adults)
    page = (await counter.get(f"/desk/tickets/{crafts.chens.ticket.id}")).text
    assert address(crafts) in page
    assert page.count('name="leaving"') == len(crafts.chens.adults)
    sent = {"leaving": [str(id) for id in crafts.chens.people], "tap": make.key()}
    assert (await counter.post(f"/desk/tickets/{crafts.chens.ticket.id}/departure", data=sent)).status_code == 422
    assert await crafts.inside() == set(crafts.chens.people)


async def test_arrival_page_of_another_event_knows_nothing_of_it(app: Litestar) -> None:
    found = await making.open_crafts(is_drop_off=False)
    await found.let_in(found.chens, found.chens.people)
    async with await browser.of_staff(app, found.host) as counter:
        page = (await counter.get(f"/desk/tickets/{found.chens.ticket.id}")).text
    assert "hand-over" not in page
    assert page.count('name="leaving"') == len(found.chens.people)
