from __future__ import annotations

import pytest
from litestar import Litestar

from events.catalog import rules
from events.catalog.rules import Rules
from events.catalog.tables import Event, FeePer, Takers, WaitingRule
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.checkin import crafts


def form(**of: object) -> dict[str, object]:
    hours = {"members_hours": "0", "offer_hours": "12", "changes_minutes": "0"}
    kinds = {"takers": "everyone", "once_per": "session", "waiting_rule": "next", "fee_per": "place", "child_portion": "100"}
    return {**hours, **kinds, **of}


async def saved(cast: Cast) -> Rules:
    event = await Event.objects().get(Event.id == cast.event.id)
    assert event is not None
    return Rules.of(event)


async def test_edit_shows_the_rules_as_they_stand(cast: Cast, host_client: Browser) -> None:
    group = await make.group(cast.east, name="亲子群")
    other = await make.group(cast.west, name="竹园群")
    await rules.save(cast.event, Rules(takers=Takers.CHILDREN, members_hours=12, fee=1850), [group.code], by=cast.east_host)
    page = (await host_client.get(f"/desk/events/{cast.event.id}/rules")).text
    assert 'name="takers" value="children" checked' in page
    assert '<option value="12" selected>12 小时</option>' in page
    assert f'name="groups" value="{group.code}" checked' in page
    assert 'value="18.5"' in page
    assert other.name not in page


async def test_update_keeps_what_was_chosen(cast: Cast, host_client: Browser) -> None:
    groups = [await make.group(cast.east) for _each in range(2)]
    chosen = form(
        takers="children",
        children_per_adult="2",
        most_places="3",
        members_hours="24",
        groups=[group.code for group in groups] + ["ZZZZZ"],
        waiting_rule="hold",
        hold_hours="48",
        asks_day_before="1",
        drop_hours="4",
        needs_approval="1",
        fee="¥18.5",
        fee_per="child",
        is_drop_off="1",
        child_portion="50",
    )
    done = await host_client.post(f"/desk/events/{cast.event.id}/rules", data=chosen)
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/events/{cast.event.id}")
    assert await saved(cast) == Rules(
        takers=Takers.CHILDREN,
        children_per_adult=2,
        most_places=3,
        members_hours=24,
        waiting_rule=WaitingRule.HOLD,
        hold_hours=48,
        needs_approval=True,
        asks_day_before=True,
        drop_hours=4,
        fee=1850,
        fee_per=FeePer.CHILD,
        is_drop_off=True,
        child_portion=50,
    )
    assert await rules.first_groups(cast.event.id) == sorted(group.code for group in groups)


async def test_update_lets_go_of_what_hangs_on_a_box_that_is_not_ticked(cast: Cast, host_client: Browser) -> None:
    done = await host_client.post(f"/desk/events/{cast.event.id}/rules", data=form(drop_hours="4", hold_hours="48"))
    assert done.status_code == 303
    assert await saved(cast) == Rules()


@pytest.mark.parametrize(
    ("field", "typed"), [("fee", "十八"), ("fee", "1.234"), ("groups", ""), ("children_per_adult", "11"), ("child_portion", "101")]
)
async def test_update_says_what_is_wrong_and_keeps_what_was_chosen(cast: Cast, host_client: Browser, field: str, typed: str) -> None:
    """A box the host took the tick from stays without, whatever the event says."""
    await rules.save(cast.event, Rules(needs_approval=True), [], by=cast.east_host)
    page = await host_client.post(f"/desk/events/{cast.event.id}/rules", data=form(offer_hours="6", **{"members_hours": "6", field: typed}))
    assert page.status_code == 422
    assert f'id="e-{field}"' in page.text
    assert '<option value="6" selected>6 小时</option>' in page.text
    assert 'name="needs_approval" id="f-needs_approval" value="1">' in page.text
    assert await saved(cast) == Rules(needs_approval=True)


async def test_the_event_tells_its_rules(cast: Cast, host_client: Browser, anyone: Browser) -> None:
    group = await make.group(cast.east, name="亲子群")
    some = Rules(takers=Takers.CHILDREN, children_per_adult=2, members_hours=336, changes_minutes=120, fee=1200, fee_per=FeePer.CHILD)
    await rules.save(cast.event, some, [group.code], by=cast.east_host)
    desk = (await host_client.get(f"/desk/events/{cast.event.id}")).text
    for words in (
        "孩子占名额，大人陪着不占\u00a0· 一个大人最多带 2 个孩子",
        "先给亲子群报 14 天",
        "开场前 2 小时都能改、能退",
        "每个孩子 12 元，到店付",
    ):
        assert words in desk
    page = (await anyone.get(f"/events/{cast.event.id}")).text
    assert "孩子占名额，大人陪着不占\u00a0· 一个大人最多带 2 个孩子" in page
    assert "前先给群里的邻居报\u00a0· 开场前 2 小时都能改、能退" in page
    assert "亲子群" not in page


async def test_update_lets_no_child_go_by_the_rules(app: Litestar) -> None:
    """An event goes on handing children back until the last one is fetched."""
    found = await crafts.open_crafts()
    await found.let_in(found.chens)
    event = await Event.objects().get(Event.id == found.session.event)
    assert event is not None
    async with await browser.of_staff(app, found.host) as counter:
        refused = await counter.post(f"/desk/events/{event.id}/rules", data=form())
        assert (refused.status_code, 'id="e-is_drop_off"' in refused.text) == (422, True)
        await found.hand_over(found.chens, collector="妈妈", checked="known")
        assert (await counter.post(f"/desk/events/{event.id}/rules", data=form())).status_code == 303
