"""A family of three answers questions; another waits, is asked and comes; one is given back, all move; a stranger learns nothing.

Each with and without script.
"""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from events.catalog.tables import Event, Per, QuestionKind, Session
from events.people import phones as phones_of
from events.people.tables import Household
from events.signup import answers, capacity, registrations
from events.signup.tables import Registration, State
from tests import make
from tests.journeys.conftest import Phones, Site

script = pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])


@script
async def test_family_of_three_with_questions(site: Site, phones: Phones, script: bool) -> None:
    taste = await make.question(site.event.id, QuestionKind.CHOICE, label="要什么味的饼干", per=Per.CHILD, is_required=True)
    cocoa, plain = await make.option(taste, "巧克力", places=1), await make.option(taste, "原味")
    car = await make.question(site.event.id, QuestionKind.YES_NO, label="要停车位吗", is_required=True)
    plate = await make.question(site.event.id, QuestionKind.TEXT, label="车牌号", after=car.id, after_value="yes", is_required=True)
    family = await phones.new(script=script)
    await family.goto(f"{site.address}/events/{site.event.id}")
    await family.click("text=报名 >> nth=-1")
    for n, name in enumerate(("小满", "小雨")):
        await family.click("button[value=add_child]")
        await family.fill(f"#f-child-{n}-name", name)
        await family.select_option(f"#f-child-{n}-year", str(make.at(0).year - 6))
        await family.select_option(f"#f-child-{n}-month", "1")
    await expect(family.locator("main")).to_contain_text("还有 1 份")
    await _choose(family, f"child-0-q-{taste.id}", cocoa.id)
    await _choose(family, f"child-1-q-{taste.id}", plain.id)
    await expect(family.locator(f"#f-q-{plate.id}")).to_be_hidden()
    await _choose(family, f"q-{car.id}", "yes")
    if script:
        await family.fill(f"[name=q-{plate.id}]", "沪A12345")
    await _who(family)
    await family.check("input[name=consent][value=given]")
    await family.click("text=下一步 >> nth=-1")
    if not script:
        await expect(family.locator(".banner")).to_contain_text("还要问 1 句")
        await family.fill(f"[name=q-{plate.id}]", "沪A12345")
        await family.click("text=下一步 >> nth=-1")
    await expect(family.locator("h1")).to_have_text("看一眼对不对")
    for told in ("1 大 2 小", "要什么味的饼干：巧克力", "沪A12345"):
        await expect(family.locator("main")).to_contain_text(told)
    await family.click(".bar button.btn-main")
    await expect(family.locator("h1")).to_have_text("报上了")
    row = await _newest()
    assert (await capacity.option_counts(site.session.id, [cocoa.id, plain.id])) == {cocoa.id: 1, plain.id: 1}
    assert len((await answers.of([row.id]))[row.id]) == 4


@script
async def test_full_session_waiting_list_offer_acceptance(site: Site, phones: Phones, script: bool) -> None:
    event = await make.event(site.store, host=site.host, title="一锅好汤")
    session = await make.session(event, places=3)
    first = await make.registration(session, adults=3)
    family = await phones.new(script=script)
    await family.goto(f"{site.address}/my/sessions/{session.id}/registration")
    await family.fill("#f-adults", "2")
    await _who(family)
    await family.click("text=下一步 >> nth=-1")
    await expect(family.locator(".banner")).to_contain_text("先排上队")
    await family.check("input[name=at_once][value=no]", force=True)
    await family.click(".bar button.btn-main")
    await expect(family.locator("h1")).to_have_text("在排队")
    await registrations.cancel(first)
    await family.goto(f"{site.address}/my")
    await expect(family.locator(".link-row").first).to_contain_text("轮到你们了")
    await family.click("text=一锅好汤")
    await expect(family.locator("h1")).to_have_text("轮到你们了")
    await expect(family.locator("main")).to_contain_text("2 个名额")
    await family.click("text=要，我们来")
    await expect(family.locator("h1")).to_have_text("报上了")
    await expect(family.locator(".qr img")).to_be_visible()
    assert (await capacity.count(session.id)).taken == 2


@script
async def test_give_back_one(site: Site, phones: Phones, script: bool) -> None:
    session, _later = await _two_sessions(site)
    row = await make.registration(session, party=make.party(people=(make.adult(), make.child("小满"), make.child("小雨"))))
    family = await phones.new(script=script)
    await family.goto(f"{site.address}/M/{row.secret}")
    await family.click("text=有人来不了")
    await family.click("text=勾上的不来了")
    await expect(family.locator(".error")).to_contain_text("先勾上谁不来了")
    await family.click("text=小雨")
    await family.click("text=勾上的不来了")
    await expect(family.locator("h1")).to_have_text("报上了")
    await expect(family.locator(".stub")).to_contain_text("1 大 1 小（小满）")
    assert (await capacity.count(session.id)).taken == 2


@script
async def test_move_to_another_session_and_wait_for_a_full_one(site: Site, phones: Phones, script: bool) -> None:
    session, later = await _two_sessions(site)
    full = await make.session(await _event(session), places=1, starts_at=make.at(9))
    holder = await make.registration(full)
    row = await make.registration(session)
    family = await phones.new(script=script)
    await family.goto(f"{site.address}/M/{row.secret}")
    await family.click("text=换一场")
    await family.check(f"input[value='{later.id}']", force=True)
    await family.click("text=就换这场")
    await expect(family.locator("h1")).to_have_text("报上了")
    moved = await _newest()
    assert (moved.session, family.url) == (later.id, f"{site.address}/M/{moved.secret}")
    await family.click("text=换一场")
    await expect(family.locator("main")).to_contain_text("排那一场，这一场先留着")
    await family.check(f"input[value='wait-{full.id}']", force=True)
    await family.click("text=就换这场")
    await expect(family.locator("h1")).to_have_text("在排队")
    await expect(family.locator("main")).to_contain_text("原来那场还给你们留着")
    assert (await capacity.count(later.id)).taken == 1
    await registrations.cancel(holder)
    await family.reload()
    await expect(family.locator("h1")).to_have_text("报上了")
    assert (await capacity.count(later.id)).taken == 0


@script
async def test_stranger_with_the_familys_phone_number_sees_and_learns_nothing(site: Site, phones: Phones, script: bool) -> None:
    """The form answers a known number word for word as it answers one nobody has."""
    known = "13800138000"
    session, _later = await _two_sessions(site)
    theirs = await make.registration(session, party=make.party(phone=known, people=(make.adult(), make.child("小满", allergies="花生"))))
    told = []
    for number in (known, "13900139000"):
        stranger = await phones.new(script=script)
        await stranger.goto(f"{site.address}/my/sessions/{session.id}/registration")
        await _who(stranger, phone=number)
        await stranger.click("text=下一步 >> nth=-1")
        await expect(stranger.locator("h1")).to_have_text("看一眼对不对")
        recap = await stranger.inner_text("main")
        await stranger.click(".bar button.btn-main")
        await expect(stranger.locator("h1")).to_have_text("报上了")
        ticket = await stranger.inner_text(".ticket-head")
        await stranger.goto(f"{site.address}/my")
        assert await stranger.locator("a.link-row[href^='/my/registrations/']").count() == 1  # its own
        told.append((recap.replace(phones_of.spaced(number), ""), ticket))
        answer = await stranger.request.get(f"{site.address}/my/registrations/{theirs.id}")
        assert answer.status == 404
        stranger_row = await _newest()
        assert stranger_row.household != theirs.household
    assert told[0] == told[1]
    assert "小满" not in "".join(told[0])
    assert await Household.count() == 3
    assert (await Registration.objects().get(Registration.id == theirs.id)).state == State.PLACED  # type: ignore[union-attr]  # -- it is there


async def _two_sessions(site: Site) -> tuple[Session, Session]:
    event = await make.event(site.store, host=site.host, title="一锅好汤")
    return await make.session(event, places=6), await make.session(event, places=6, starts_at=make.at(8))


async def _event(session: Session) -> Event:
    event = await Event.objects().get(Event.id == session.event)
    assert event is not None
    return event


async def _newest() -> Registration:
    row = await Registration.objects().order_by(Registration.id, ascending=False).first()
    assert row is not None
    return row


async def _choose(page: Page, name: str, value: object) -> None:
    """The box itself lies below its drawn face."""
    await page.check(f"input[name={name}][value='{value}']", force=True)


async def _who(page: Page, *, phone: str = "138 0013 8000") -> None:
    await page.fill("#f-name", "林女士")
    await page.fill("#f-phone", phone)
