from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.site.test_months import NOON, words


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def days(page: str) -> dict[str, str]:
    found = re.findall(r'<section class="wk-day.*?</section>', page, re.DOTALL)
    return {re.findall(r'id="d-([^"]+)"', day)[0]: day for day in found}


async def test_show_has_seven_days_in_columns_of_hours(cast: Cast, anyone: Browser) -> None:
    await make.session(cast.event, starts_at=make.at(5, "14:30"), ends_at=make.at(5, "16:00"))
    page = (await anyone.get("/week")).text
    assert list(days(page)) == [f"2026-11-{day}" for day in range(23, 30)]
    assert re.findall(r'wk-hour at-(\d+) for-4">([^<]+)<', page)[:2] == [("0", "上午9:00"), ("4", "上午10:00")]
    (box,) = re.findall(r'<li class="wk-box ([^"]+)"', page)
    assert box == "at-22 for-6 lane-0 wide-1 wk-low"
    assert "亲子做月饼 下午2:30–4:00 花园店" in words(days(page)["2026-11-28"])


async def test_show_puts_what_goes_on_at_once_side_by_side(cast: Cast, anyone: Browser) -> None:
    for start, end in (("10:00", "12:00"), ("10:30", "11:30"), ("11:00", "13:00"), ("11:15", "12:00"), ("13:00", "14:00")):
        await make.session(await make.event(cast.east), starts_at=make.at(5, start), ends_at=make.at(5, end))
    page = days((await anyone.get("/week")).text)["2026-11-28"]
    boxes = re.findall(r"at-(\d+) for-(\d+) lane-(\d+) wide-(\d+)", page)
    assert boxes == [("4", "8", "0", "1"), ("6", "4", "1", "1"), ("8", "8", "2", "1"), ("16", "4", "0", "3")]
    assert "同一时间还有 1 场" in words(page)
    assert page.count('class="slot ') == 5


async def test_show_goes_on_after_midnight(cast: Cast, anyone: Browser) -> None:
    await make.session(cast.event, starts_at=make.at(4, "22:00"), ends_at=make.at(5, "01:00"))
    found = days((await anyone.get("/week")).text)
    assert "（前一天开始的）" not in found["2026-11-27"]
    assert "（前一天开始的）" in found["2026-11-28"]
    assert "上午" not in words((await anyone.get("/week")).text.split("wk-hour at-0")[1][:40])


async def test_show_has_what_began_on_the_sunday_before(cast: Cast, anyone: Browser) -> None:
    await make.session(cast.event, starts_at=make.at(6, "23:00"), ends_at=make.at(7, "02:00"))
    assert "（前一天开始的）" in days((await anyone.get("/week?day=2026-11-30")).text)["2026-11-30"]


async def test_show_draws_an_hour_that_a_clock_shows_twice(cast: Cast, anyone: Browser) -> None:
    """Berlin, 25 October: from 2:45 to 2:15 an hour later."""
    berlin = await make.store(zone="Europe/Berlin")
    starts_at, ends_at = datetime(2026, 10, 25, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    await make.session(await make.event(berlin), starts_at=starts_at, ends_at=ends_at)
    page = await anyone.get(f"/week?day=2026-10-25&store={berlin.id}")
    assert (page.status_code, "at-3 for-4 lane-0 wide-1" in page.text) == (200, True)


async def test_show_of_an_empty_week_says_when_the_next_one_is(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get("/week")).text
    assert "下一场是11月30日 周一：亲子做月饼" in page
    assert 'href="/week?day=2026-11-30"' in page
    assert "wk-box" not in page


async def test_show_turns_by_weeks(cast: Cast, anyone: Browser) -> None:
    page = (await anyone.get("/week?day=2026-12-03")).text
    assert re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page) == ["/week?day=2026-11-23", "/week?day=2026-12-07"]
    assert "11月30日–12月6日" in page
