"""A session is moved, a family answers on its phone; then all is called off, and everybody who knew of it hears so once."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import pytest
import vobject
from playwright.async_api import Page, expect

from events.announce import announcements, answering
from events.announce.announcements import How
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, Template
from events.catalog.tables import Session
from events.notices.tables import Notice, NoticeState
from events.people.tables import Household
from events.signup.tables import Registration
from tests import make
from tests.journeys.conftest import Phones, Site, sign_in
from tests.standin import KEY, Standin

SOON = 20  # seconds that a duty may take


@dataclass(frozen=True)
class Story:
    """A session with a family that has its phone with it and one that has none, and two groups that had been told of the event."""

    site: Site
    session: Session
    family: Registration
    unheard: Registration
    robot: Group
    plain: Group


@pytest.fixture
async def story(site: Site, standin: Standin) -> Story:
    session = await make.session(site.event, places=6, starts_at=make.at(3))
    await make.session(site.event, places=6, starts_at=make.at(10))
    family, unheard = await make.registration(session, adults=1, children=1), await make.registration(session)
    await Registration.update({Registration.phone: ""}).where(Registration.id == unheard.id)
    await Household.update({Household.phone: ""}).where(Household.id == unheard.household)
    return Story(site, session, family, unheard, *await _told_groups(site, standin))


async def test_a_session_is_moved_and_the_event_called_off(story: Story, phones: Phones, standin: Standin) -> None:
    phone, host = await phones.new(), await phones.new(viewport={"width": 1280, "height": 900})
    await sign_in(host, story.site)

    receipt = await _move(story, host)
    await phone.goto(f"{story.site.address}/M/{story.family.secret}")
    await expect(phone.locator("#changed")).to_contain_text("下午2:00")
    await phone.click("text=照样来")
    await expect(phone.locator("#changed")).to_contain_text("您说了照样来")
    await host.goto(receipt)
    await expect(host.locator("#answers .kit-line >> nth=0")).to_contain_text("1")
    words = (await _taken(standin, 2))[-1]
    assert "改时间" in words
    assert f"/G/{story.robot.code}/{story.site.event.id}" in words

    before = await _entry(phone, story)
    await _call_off(story, host)
    await phone.goto(f"{story.site.address}/M/{story.family.secret}")
    await expect(phone.locator("h1")).to_have_text("这一场取消了")
    await expect(phone.locator("main")).to_contain_text("老师病了")
    await phone.click("text=知道了")
    await expect(phone.locator("#changed")).to_contain_text("您说了知道了")
    after = await _entry(phone, story)
    assert (before.status.value, after.status.value) == ("CONFIRMED", "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)
    assert "取消" in (await _taken(standin, 3))[-1]

    await _post_by_hand(story, host)
    await _call(story, host)
    await host.goto(f"{story.site.address}/desk/events/{story.site.event.id}")
    await host.click("text=取消的回执")
    await expect(host.locator("main")).to_contain_text("打电话告诉了")


async def _move(story: Story, host: Page) -> str:
    """To two o'clock, by the page that shows who hears of it; gives the receipt's address."""
    await host.goto(f"{story.site.address}/desk/sessions/{story.session.id}/edit")
    await host.fill("#f-starts_at", "14:00")
    await host.fill("#f-ends_at", "15:30")
    await host.click("text=改时间地点")
    await expect(host.locator("h1")).to_have_text("改之前看一眼")
    await expect(host.locator("main")).to_contain_text("1 家发不到，要打电话")
    assert "改时间" in await host.input_value("#f-text")
    await host.click(".bar button[type=submit]")
    await expect(host.locator("h1")).to_have_text("改了，谁知道了")
    return host.url


async def _call_off(story: Story, host: Page) -> None:
    await host.goto(f"{story.site.address}/desk/events/{story.site.event.id}/cancellation")
    await host.fill("#f-reason", "老师病了")
    await host.click(".bar button[type=submit]")
    await expect(host.locator("h1")).to_have_text("取消之前看一眼")
    await host.click(".bar button[type=submit]")
    await expect(host.locator("h1")).to_have_text("取消了，谁知道了")


async def _post_by_hand(story: Story, host: Page) -> None:
    """What the plain group is to read waits on the first page."""
    await host.goto(f"{story.site.address}/desk")
    await expect(host.locator(".desk-side")).to_contain_text(story.plain.name)
    await host.click(".todo-do >> text=去贴")
    await expect(host.locator("#words")).to_have_value(re.compile("取消"))
    await host.click("text=贴好了")


async def _call(story: Story, host: Page) -> None:
    """The family without a phone number is on the call sheet, and ticked there."""
    for _ in range(SOON * 10):
        if await Notice.exists().where((Notice.registration == story.unheard.id) & (Notice.state == NoticeState.UNREACHED)):
            break
        await asyncio.sleep(0.1)
    await host.goto(f"{story.site.address}/desk")
    await host.click("text=1 家要打电话")
    await expect(host.locator(".call")).to_contain_text("取消了：老师病了")
    await host.click(".call >> text=打通了")
    await expect(host.locator("main")).to_contain_text("周宁 打通了")


async def _told_groups(site: Site, standin: Standin) -> tuple[Group, Group]:
    """A robot's group and a plain one in which the event was announced."""
    robot = await make.group(site.store, host=site.host, name="店员群", channel=ChannelName.WECOM, robot=KEY)
    plain = await make.group(site.store, host=site.host, name="梅园亲子群①")
    how = How(template=Template.NEW, is_urgent=True)
    await announcements.write(site.event, "周六来剪纸", [robot, plain], key=make.key(), by=site.host, how=how, at_night=True)
    await _taken(standin, 1)
    to_do = await Delivery.objects().where(Delivery.state == DeliveryState.TO_DO).first()
    assert to_do is not None
    assert await answering.posted(to_do, by=site.host)
    return robot, plain


async def _taken(standin: Standin, n: int) -> list[str]:
    """What the robot's group got, once it is so much: no more of it than that."""
    for _ in range(SOON * 10):
        if len(standin.taken()) >= n:
            break
        await asyncio.sleep(0.1)
    found = standin.taken()
    assert len(found) == n
    return found


async def _entry(page: Page, story: Story) -> Any:
    """What the family's calendar holds."""
    answer = await page.request.get(f"{story.site.address}/M/{story.family.secret}/calendar.ics")
    return vobject.readOne(await answer.text()).vevent
