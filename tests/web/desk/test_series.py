import re
from datetime import UTC, date, datetime, timedelta

import chinese_calendar  # type: ignore[import-untyped]  # -- no types in the package
import pytest
import time_machine

from events import clock
from events.catalog.tables import Session, Store, Venue
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


@pytest.fixture
async def venue(cast: Cast) -> Venue:
    return await make.venue(cast.east)


def saturdays(at: Venue, /, **typed: object) -> dict[str, object]:
    """Saturdays at ten and at two, six weeks."""
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    wanted = {"first_day": tomorrow, "weeks": "6", "weekdays": ["5"], "time_1": "10:00", "time_2": "14:00", "length": "90", "places": "18"}
    return {"venue": str(at.id), **wanted, **typed}


async def test_create_shows_the_dates_before_it_saves(host_client: Browser, cast: Cast, venue: Venue) -> None:
    shown = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="preview")
    assert shown.status_code == 200
    assert shown.text.count("<time ") == 12
    assert 'value="save"' in shown.text
    assert await Session.count() == 1
    saved = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="save")
    assert (saved.status_code, saved.headers["location"]) == (303, f"/desk/events/{cast.event.id}")
    assert await Session.count().where(Session.places == 18) == 12


async def test_create_marks_what_is_there_and_does_not_offer_to_save(host_client: Browser, cast: Cast, venue: Venue) -> None:
    await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue, weeks="1"), act="save")
    shown = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="preview")
    assert shown.text.count("已经有了") == 2
    assert 'value="save"' not in shown.text
    refused = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue), act="save")
    assert (refused.status_code, await Session.count()) == (422, 3)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": ["9", "x"]}, "weekdays"),
        ({"time_1": "", "time_2": ""}, "times"),
        ({"time_1": "点"}, "time_1"),
        ({"weeks": "0"}, "weeks"),
        ({"weeks": "53", "weekdays": ["0", "1", "2", "3", "4", "5", "6"]}, "weeks"),
        ({"length": "5"}, "length"),
        ({"first_day": ""}, "first_day"),
        ({"venue": ""}, "venue"),
    ],
)
async def test_create_refuses_and_keeps_what_was_typed(
    host_client: Browser, cast: Cast, venue: Venue, typed: dict[str, object], field: str
) -> None:
    answer = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue, **typed), act="preview")
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert 'value="18"' in answer.text


AUTUMN = datetime(2026, 9, 10, 4, tzinfo=UTC)
OVER_NATIONAL_DAY: dict[str, object] = {"first_day": "2026-09-26", "weeks": "3", "time_2": ""}


@time_machine.travel(AUTUMN, tick=False)
async def test_create_tells_holidays_and_leaves_them_out_when_ticked(host_client: Browser, cast: Cast, venue: Venue) -> None:
    """Saturdays: the first within the mid-autumn days off, the second National Day's, the third worked instead."""
    address = f"/desk/events/{cast.event.id}/series"
    shown = await send(host_client, address, **saturdays(venue, **OVER_NATIONAL_DAY), act="preview")
    assert ("一共 3 场" in shown.text, "国庆节放假" in shown.text, "国庆节调休，要上班" in shown.text) == (True, True, True)
    assert "3 场赶上放假或调休" in shown.text
    without = saturdays(venue, **OVER_NATIONAL_DAY, without_holidays="1")
    shown = await send(host_client, address, **without, act="preview")
    assert ("一共 1 场" in shown.text, "国庆节放假，不排" in shown.text, "1 场赶上放假或调休" in shown.text) == (True, True, True)
    assert (await send(host_client, address, **without, act="save")).status_code == 303
    assert [f"{row.starts_at:%m-%d}" for row in await Session.objects().where(Session.places == 18)] == ["10-10"]


@time_machine.travel(AUTUMN, tick=False)
async def test_create_refuses_a_series_with_nothing_left(host_client: Browser, cast: Cast, venue: Venue) -> None:
    typed = saturdays(venue, **OVER_NATIONAL_DAY, without_holidays="1", without_make_up="1")
    shown = await send(host_client, f"/desk/events/{cast.event.id}/series", **typed, act="preview")
    assert (shown.status_code, "一共 0 场" in shown.text, 'value="save"' in shown.text) == (200, True, False)
    assert (await send(host_client, f"/desk/events/{cast.event.id}/series", **typed, act="save")).status_code == 422


@time_machine.travel(AUTUMN, tick=False)
async def test_a_store_elsewhere_is_not_asked_about_chinas_holidays(host_client: Browser, cast: Cast, venue: Venue) -> None:
    await Store.update({Store.zone: "Europe/Berlin"}).where(Store.id == cast.east.id)
    shown = await send(
        host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue, **OVER_NATIONAL_DAY, without_holidays="1"), act="preview"
    )
    assert ("一共 3 场" in shown.text, "国庆节" in shown.text, "放假的日子不排" in shown.text) == (True, False, False)


@time_machine.travel(AUTUMN, tick=False)
async def test_create_says_that_a_year_is_not_published(
    host_client: Browser, cast: Cast, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, typed = f"/desk/events/{cast.event.id}/series", saturdays(venue, **OVER_NATIONAL_DAY)
    before = await send(host_client, address, **typed, act="preview")
    monkeypatch.delitem(chinese_calendar.holidays, date(2026, 10, 1))
    after = await send(host_client, address, **typed, act="preview")
    assert ["2026 年的放假安排还没公布" in page.text for page in (before, after)] == [False, True]


async def test_create_marks_clashes_and_saves_what_was_looked_at(host_client: Browser, cast: Cast, venue: Venue) -> None:
    address = f"/desk/events/{cast.event.id}/series"
    day = next(make.at(n) for n in range(2, 9) if make.at(n).astimezone(make.ZONE).weekday() == 5)
    other = await make.event(cast.east, host=cast.east_host, title="包粽子")
    await make.session(other, starts_at=day + timedelta(minutes=30))
    typed = saturdays(venue, first_day=f"{make.at(1).astimezone(make.ZONE):%Y-%m-%d}", weeks="2")
    unseen = await send(host_client, address, **typed, act="save")
    assert (unseen.status_code, await Session.count()) == (200, 2)
    assert ("1 场撞了，看过也能排" in unseen.text, "和「包粽子」撞了：小盒 小盒阿宁" in unseen.text) == (True, True)
    (despite,) = re.findall(r'name="despite" value="([0-9a-f]{16})"', unseen.text)
    assert (await send(host_client, address, **typed, act="save", despite=despite)).status_code == 303
    assert await Session.count().where(Session.places == 18) == 4


async def test_create_marks_starts_before_the_one_before_is_over(host_client: Browser, cast: Cast, venue: Venue) -> None:
    shown = await send(host_client, f"/desk/events/{cast.event.id}/series", **saturdays(venue, time_2="11:00", weeks="1"), act="preview")
    assert shown.text.count("前一场还没完") == 1
