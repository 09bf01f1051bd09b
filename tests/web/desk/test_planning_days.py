"""What a form says about the day in it, with a script and without."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from events.catalog.tables import Store
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send
from web import forms
from web.desk import planning_days

AUTUMN = datetime(2026, 9, 10, 4, tzinfo=UTC)
SHANGHAI = "Asia/Shanghai"


def days(typed: str = "", zone: str = SHANGHAI) -> planning_days.Days:
    return planning_days.of_field(forms.Form("zh", {"day": [typed]} if typed else {}), "day", zone, "zh")


@time_machine.travel(AUTUMN, tick=False)
def test_of_field_lists_the_next_special_days_and_knows_all_of_them() -> None:
    found = days()
    assert found.said == ""
    assert found.soon[0] == "9月20日是调休上班的周日（国庆节）"
    assert found.soon[-1] == "10月10日是调休上班的周六（国庆节）"
    assert found.known["2026-10-01"] == "10月1日 周四，国庆节放假"
    assert "2026-09-11" not in found.known


@time_machine.travel(datetime(2026, 1, 15, 4, tzinfo=UTC), tick=False)
def test_of_field_lists_three_months_and_knows_more() -> None:
    found = days()
    assert (found.soon[-1], "2026-10-01" in found.known) == ("4月6日 周一，清明节放假", True)


@time_machine.travel(AUTUMN, tick=False)
def test_of_field_says_what_is_in_it_and_finds_no_fault() -> None:
    assert [days(typed).said for typed in ("2026-10-01", "2026-09-11", "明天", "9999-99-99")] == ["10月1日 周四，国庆节放假", "", "", ""]
    assert days("2199-01-01").said == "2199 年的放假安排还没公布"


@time_machine.travel(datetime(2199, 11, 20, tzinfo=UTC), tick=False)
def test_of_field_says_once_that_a_year_is_not_published() -> None:
    found = days()
    assert found.soon == ["2199 年的放假安排还没公布"]
    assert sorted(found.known) == ["2199", "2200", "2201", "2202"]


def test_of_field_is_silent_where_nobody_keeps_these_holidays() -> None:
    assert days("2026-10-01", "Europe/Berlin") == planning_days.Days("", [], {})


@time_machine.travel(AUTUMN, tick=False)
async def test_the_forms_of_a_session_say_it(host_client: Browser, cast: Cast) -> None:
    new = (await host_client.get(f"/desk/events/{cast.event.id}/sessions/new")).text
    assert "近三个月的放假和调休" in new
    typed = {"venue": "", "day": "2026-10-01", "starts_at": "10:00", "ends_at": "11:00", "places": "9"}
    refused = await send(host_client, f"/desk/events/{cast.event.id}/sessions", **typed)
    assert (refused.status_code, "<span>10月1日 周四，国庆节放假</span>" in refused.text) == (422, True)
    session = await make.session(cast.event, starts_at=datetime(2026, 10, 10, 2, tzinfo=UTC))
    edit = (await host_client.get(f"/desk/sessions/{session.id}/edit")).text
    assert "<span>10月10日是调休上班的周六（国庆节）</span>" in edit


async def test_a_store_elsewhere_hears_nothing_of_them(host_client: Browser, cast: Cast) -> None:
    await Store.update({Store.zone: "Europe/Berlin"}).where(Store.id == cast.east.id)
    new = (await host_client.get(f"/desk/events/{cast.event.id}/sessions/new")).text
    assert "data-day-of" not in new
