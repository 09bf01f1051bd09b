"""The month's page; what it shares with the week's is tested here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from events.catalog.tables import EventState, Kind, SessionState, Venue
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.events.catalog.test_listing import queries

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # a Monday, twelve o'clock in Shanghai


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def cells(page: str) -> dict[str, str]:
    """Each day's cell, by its date."""
    found = re.findall(r'<td class="mon-cell.*?</td>', page, re.DOTALL)
    return {re.findall(r'datetime="([^"]+)"', cell)[0]: cell for cell in found}


def words(part: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


async def test_show_is_a_table_of_whole_weeks(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get("/month")).text
    assert re.findall(r'<th scope="col">([^<]+)</th>', page) == [f"周{day}" for day in "一二三四五六日"]
    assert list(cells(page)) == [(date(2026, 10, 26) + timedelta(days=n)).isoformat() for n in range(42)]
    assert [day for day, cell in cells(page).items() if 'aria-current="date"' in cell] == ["2026-11-23"]
    assert '<caption class="unseen">11月的活动</caption>' in page


async def test_show_has_each_session_on_its_day_and_leads_to_it(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get("/month")).text
    cell = cells(page)["2026-11-30"]
    assert words(cell) == "30 11月30日 周一 1 场 上午10:00 亲子做月饼"
    assert (f'href="/events/{cast.event.id}"' in cell, 'href="#d-2026-11-30"' in cell) == (True, True)
    below = re.findall(r'<section class="ag" id="d-2026-11-30".*?</section>', page, re.DOTALL)
    assert words(below[0]) == "11月30日 周一 7 天后 上午10:00–11:30 亲子做月饼 花园店 · " + (await _venue(cast)) + " 还有 17 个名额"


async def test_show_tells_every_state_by_a_shape_and_a_word(cast: Cast, anyone: Browser) -> None:
    full = await make.session(cast.event, starts_at=make.at(1), places=1)
    await make.registration(full)
    await make.session(cast.event, starts_at=make.at(2), state=SessionState.CANCELLED)
    await make.session(cast.event, starts_at=make.at(-1))
    await make.session(cast.event, starts_at=make.at(0, "13:00"), places=2)
    await make.session(await make.event(cast.east, closes_minutes=60 * 24 * 9), starts_at=make.at(4))
    found = cells((await anyone.get("/month")).text)
    shown = {
        day[-2:]: re.findall(r"dot dot-(\w+)", cell) + re.findall(r"slot-word.*?</svg>([^<]+)<", cell, re.DOTALL)
        for day, cell in found.items()
    }
    assert {day: shapes for day, shapes in shown.items() if shapes} == {
        "22": ["over", "办完了"],
        "23": ["open", "只剩 2 个名额"],
        "24": ["full", "满了"],
        "25": ["off", "取消了"],
        "27": ["late", "截止了"],
        "30": ["open"],
    }


async def test_show_counts_what_a_cell_does_not_hold(cast: Cast, anyone: Browser) -> None:
    for hour in range(7):
        await make.session(cast.event, starts_at=make.at(1, f"{hour + 10}:00"))
    cell = cells((await anyone.get("/month")).text)["2026-11-24"]
    assert (cell.count('class="slot '), words(cell)[-6:], cell.count('class="dot ')) == (4, "还有 3 场", 3)
    assert "+4" in cell


async def test_show_has_no_draft_and_is_narrowed_like_the_list(cast: Cast, anyone: Browser) -> None:
    await make.session(await make.event(cast.east, title="还没写完", state=EventState.DRAFT))
    await make.session(await make.event(cast.west, title="西边的", kind=Kind.VISIT))

    async def shown(query: str) -> set[str]:
        page = (await anyone.get("/month" + query)).text
        return {title for title in ("还没写完", "西边的", "亲子做月饼") if title in page}

    assert await shown("") == {"西边的", "亲子做月饼"}
    assert await shown(f"?store={cast.west.id}") == {"西边的"}
    assert await shown("?kind=workshop") == {"亲子做月饼"}
    assert await shown(f"?store={cast.west.id}&kind=workshop") == set()
    assert await shown("?store=x&kind=y&day=z&other=1") == {"西边的", "亲子做月饼"}


async def test_show_keeps_store_and_kind_on_the_way_to_the_list_the_week_and_the_feed(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get(f"/month?day=2026-12-05&store={cast.east.id}&kind=workshop")).text
    kept = f"store={cast.east.id}&amp;kind=workshop"
    for address in (
        f"/?{kept}",
        f"/week?day=2026-12-05&amp;{kept}",
        f"/month?day=2026-11-01&amp;{kept}",
        f"/month?day=2027-01-01&amp;{kept}",
    ):
        assert f'href="{address}"' in page
    assert f'type="text/calendar" href="/calendar/{cast.east.id}/workshop/events.ics"' in page
    assert f'href="/calendar/{cast.east.id}?kind=workshop"' in page
    asked_for = (await anyone.get(f"/calendar/{cast.east.id}?kind=visit")).text
    assert asked_for.index("/visit/events.ics") < asked_for.index(f"/calendar/{cast.east.id}/events.ics")


async def test_list_leads_to_the_same_week_and_month(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get(f"/?store={cast.east.id}&kind=family&week=1")).text
    kept = f"store={cast.east.id}&amp;kind=family"
    assert f'href="/week?day=2026-11-30&amp;{kept}"' in page
    assert f'href="/month?day=2026-11-30&amp;{kept}"' in page


async def test_show_says_when_the_next_one_is_where_a_month_is_empty(cast: Cast, anyone: Browser) -> None:
    for asked in ("2026-10-05", "2026-09-05"):
        page = (await anyone.get(f"/month?day={asked}")).text
        assert "这几天没有活动。下一场是11月30日 周一：亲子做月饼" in page
        assert 'href="/month?day=2026-11-30"' in page
    assert "这几天没有活动，后面的还没排。" in (await anyone.get("/month?day=2027-02-01")).text


async def test_show_marks_public_holidays_and_days_worked_instead(cast: Cast, anyone: Browser) -> None:
    found = cells((await anyone.get("/month?day=2026-10-01")).text)
    assert words(found["2026-10-01"]) == "1 10月1日 周四 休 国庆节 国庆节放假"
    assert words(found["2026-10-10"]) == "10 10月10日 周六 班 国庆节 国庆节调休，要上班"
    assert words(found["2026-10-17"]) == "17 10月17日 周六"


async def test_show_marks_none_where_nobody_keeps_them(cast: Cast, anyone: Browser) -> None:
    berlin = await make.store(zone="Europe/Berlin")
    page = (await anyone.get(f"/month?day=2026-10-01&store={berlin.id}")).text
    assert words(cells(page)["2026-10-01"]) == "1 10月1日 周四"


async def test_show_says_that_a_year_is_not_published_yet(cast: Cast, anyone: Browser) -> None:
    assert "2029 年的放假安排还没公布" in (await anyone.get("/month?day=2029-05-01")).text
    assert "还没公布" not in (await anyone.get("/month?day=2026-05-01")).text


async def test_show_far_away_is_not_for_search_engines_and_ends(cast: Cast, anyone: Browser) -> None:
    def is_hidden(page: str) -> bool:
        return '<meta name="robots" content="noindex">' in page

    pages = {
        day: await anyone.get(f"/month?day={day}")
        for day in ("2026-11-23", "2027-11-01", "2027-12-01", "2029-11-01", "2029-12-01", "1999-01-01")
    }
    assert [page.status_code for page in pages.values()] == [200, 200, 200, 200, 404, 404]
    assert [is_hidden(page.text) for page in pages.values()][:4] == [False, False, True, True]
    assert 'rel="next nofollow"' in pages["2027-12-01"].text
    last = pages["2029-11-01"].text
    assert ('rel="next' in last, 'rel="prev' in last) == (False, True)


async def test_show_of_all_stores_groups_by_each_stores_own_day(cast: Cast, anyone: Browser) -> None:
    berlin = await make.store("柏林店", zone="Europe/Berlin")
    event = await make.event(berlin, title="柏林的晚上")
    start = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 23:30 there, half past six of the next morning in Shanghai
    await make.session(event, starts_at=start, ends_at=start + timedelta(hours=1))
    found = cells((await anyone.get("/month")).text)
    assert "晚上11:30 柏林的晚上" in words(found["2026-11-24"])
    assert "柏林的晚上" not in found["2026-11-25"]


async def test_show_is_never_stale(cast: Cast, anyone: Browser) -> None:
    assert words(cells((await anyone.get("/month")).text)["2026-11-24"]) == "24 11月24日 周二"
    await make.session(cast.event, starts_at=make.at(1))
    assert "亲子做月饼" in cells((await anyone.get("/month")).text)["2026-11-24"]


async def test_show_takes_the_same_queries_for_one_session_and_for_many(cast: Cast, anyone: Browser) -> None:
    before = await queries(anyone.get("/month"))
    for number in range(40):
        await make.session(await make.event(cast.east), starts_at=make.at(number % 7, "15:00"))
    assert await queries(anyone.get("/month")) == before
    week = await queries(anyone.get("/week"))
    assert week == before


async def _venue(cast: Cast) -> str:
    row = await Venue.objects().get(Venue.id == cast.session.venue)
    assert row is not None
    return row.name
