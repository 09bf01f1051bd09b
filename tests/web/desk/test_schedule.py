from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine

from events.catalog.tables import EventState, Session, SessionState, Venue
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.catalog.test_listing import queries
from tests.web.site.test_months import NOON, cells, words
from tests.web.site.test_weeks import days

VIEWS = ("/desk/schedule", "/desk/schedule/week?day=2026-11-30", "/desk/schedule/list", "/desk/schedule/day?day=2026-11-30")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
async def draft(cast: Cast) -> Session:
    """Of the east's host, at the same time as the cast's session."""
    event = await make.event(cast.east, host=cast.east_host, title="还没写完", state=EventState.DRAFT, chef="李师傅")
    return await make.session(event)


@pytest.mark.parametrize("view", VIEWS)
async def test_each_view_has_drafts_and_nothing_of_another_store(cast: Cast, draft: Session, host_client: Browser, view: str) -> None:
    await make.session(await make.event(cast.west, title="西边的"))
    page = (await host_client.get(view)).text
    assert ("亲子做月饼" in page, "还没写完" in page, "还是草稿" in page, "西边的" in page) == (True, True, True, False)


@pytest.mark.parametrize("view", VIEWS)
async def test_an_owner_sees_all_stores(cast: Cast, owner_client: Browser, view: str) -> None:
    await make.session(await make.event(cast.west, title="西边的"))
    page = (await owner_client.get(view)).text
    assert ("亲子做月饼" in page, "西边的" in page) == (True, True)


@pytest.mark.parametrize("view", VIEWS)
async def test_each_view_marks_what_clashes(cast: Cast, draft: Session, host_client: Browser, view: str) -> None:
    page = words((await host_client.get(view)).text)
    assert "2 场和别的撞了" in page
    assert page.count("撞了") >= 3  # each of the two is marked, or says with what
    assert ("和「还没写完」（草稿）撞了" in page) == view.startswith(("/desk/schedule/list", "/desk/schedule/day"))
    await Session.update({Session.state: SessionState.CANCELLED}).where(Session.id == draft.id)
    assert "撞了" not in (await host_client.get(view)).text


async def test_month_draws_a_draft_with_another_edge_and_leads_to_days(cast: Cast, draft: Session, host_client: Browser) -> None:
    cell = cells((await host_client.get("/desk/schedule")).text)["2026-11-30"]
    assert re.findall(r"dot dot-(\w+)", cell) == ["open", "draft"]
    assert 'href="/desk/schedule/day?day=2026-11-30"' in cell
    assert f'href="/desk/events/{cast.event.id}"' in cell


async def test_week_has_its_boxes_side_by_side(cast: Cast, draft: Session, host_client: Browser) -> None:
    day = days((await host_client.get("/desk/schedule/week?day=2026-11-30")).text)["2026-11-30"]
    assert re.findall(r"lane-(\d) wide-(\d)", day) == [("0", "1"), ("1", "1")]


async def test_list_tells_host_chef_place_and_how_full_it_is(cast: Cast, draft: Session, host_client: Browser) -> None:
    page = words((await host_client.get("/desk/schedule/list")).text)
    assert "小盒阿宁 · 李师傅 还是草稿 报了 0 / 20" in page
    assert "还有 17 个名额 报了 3 / 20" in page


async def test_each_view_is_narrowed_to_a_store_a_host_and_a_venue(cast: Cast, draft: Session, owner_client: Browser) -> None:
    peer = await make.staff(store=cast.east)
    await make.session(await make.event(cast.east, host=peer, title="同事的"))
    await make.session(await make.event(cast.west, title="西边的"))
    titles = ("亲子做月饼", "还没写完", "同事的", "西边的")

    async def shown(query: str) -> list[str]:
        page = (await owner_client.get("/desk/schedule/day?day=2026-11-30&" + query)).text.split("在这天加一场")[0]
        return [title for title in titles if f">{title}</a>" in page]

    assert await shown("") == list(titles)
    assert await shown(f"store={cast.west.id}") == ["西边的"]
    assert await shown(f"host={peer.id}") == ["同事的"]
    assert await shown(f"venue={draft.venue}") == ["还没写完"]
    assert await shown(f"store={cast.east.id}&host={cast.east_host.id}") == ["亲子做月饼", "还没写完"]
    assert await shown("store=x&host=999999&venue=-1") == list(titles)


async def test_a_foreign_store_host_or_venue_is_as_if_it_were_not_there(cast: Cast, host_client: Browser) -> None:
    venue = await make.venue(cast.west, name="西边的活动室")
    for query in (f"store={cast.west.id}", f"host={cast.west_host.id}", f"venue={venue.id}"):
        page = (await host_client.get("/desk/schedule?" + query)).text
        assert ("亲子做月饼" in page, "西边的活动室" in page, cast.west_host.name in page) == (True, False, False)


async def test_day_offers_the_events_one_may_add_to_with_that_day_filled_in(cast: Cast, draft: Session, host_client: Browser) -> None:
    peers = await make.event(cast.east, title="同事的")
    await make.session(peers)
    page = (await host_client.get("/desk/schedule/day?day=2026-12-05")).text
    assert "这天还没排。" in page
    offered = re.findall(r'href="(/desk/events/(\d+)/sessions/new\?day=2026-12-05)"', page)
    assert {int(event) for _address, event in offered} == {cast.event.id, draft.event}
    form = (await host_client.get(offered[0][0])).text
    assert re.search(r'name="day"[^>]*value="2026-12-05"|value="2026-12-05"[^>]*name="day"', form)
    assert "sessions/new" not in (await host_client.get("/desk/schedule/day?day=2026-11-20")).text


async def test_a_new_session_has_no_day_from_an_address_that_tells_none(cast: Cast, host_client: Browser) -> None:
    for typed in ("x", "2026-13-45", "<b>"):
        page = await host_client.get(f"/desk/events/{cast.event.id}/sessions/new?day={typed}")
        assert (page.status_code, "2026-13-45" in page.text.replace(f"day={typed}", "")) == (200, False)


async def test_paper_has_what_anybody_may_read_and_the_way_to_sign_up(cast: Cast, draft: Session, host_client: Browser) -> None:
    await make.session(cast.event, starts_at=make.at(1), state=SessionState.CANCELLED)
    page = (await host_client.get("/desk/schedule/paper")).text
    assert ("上午10:00 亲子做月饼" in words(page), page.count("亲子做月饼"), "还没写完" in page) == (True, 1, False)
    assert f"http://127.0.0.1:8000/?store={cast.east.id}" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0' in page


async def test_paper_is_of_stores_one_sees(cast: Cast, host_client: Browser, owner_client: Browser) -> None:
    assert (await host_client.get(f"/desk/schedule/paper?store={cast.west.id}")).status_code == 404
    assert cast.west.name in (await owner_client.get(f"/desk/schedule/paper?store={cast.west.id}")).text


async def test_beyond_three_years_there_is_no_page(host_client: Browser) -> None:
    for view in ("", "/week", "/list", "/day", "/paper"):
        assert (await host_client.get(f"/desk/schedule{view}?day=2030-01-01")).status_code == 404


@pytest.mark.parametrize("view", VIEWS)
async def test_views_take_the_same_queries_for_few_sessions_and_for_many(
    cast: Cast, draft: Session, host_client: Browser, view: str
) -> None:
    few = await queries(host_client.get(view))
    for number in range(30):
        venue = await Venue.objects().get(Venue.id == cast.session.venue)
        await make.session(cast.event, venue=venue, starts_at=make.at(7, f"{8 + number % 12:02}:{number % 6}0"))
    assert await queries(host_client.get(view)) == few


async def test_events_and_today_lead_there(cast: Cast, host_client: Browser) -> None:
    for page in ("/desk", "/desk/events"):
        assert 'href="/desk/schedule"' in (await host_client.get(page)).text
