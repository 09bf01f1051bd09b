from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.announce import moments
from events.announce.moments import AskedAtNight
from events.catalog import quiet
from events.catalog.tables import Store
from events.errors import Refused

DAY = datetime(2026, 11, 22, 4, tzinfo=UTC)  # noon in Shanghai
NIGHT = datetime(2026, 11, 22, 15, tzinfo=UTC)  # 23:00
MORNING = datetime(2026, 11, 23, 1, tzinfo=UTC)  # 9:00 of the next day
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))


def store(zone: str = "Asia/Shanghai", begins: time = time(22), ends: time = time(9)) -> Store:
    return Store(name="店", zone=zone, quiet_from=begins, quiet_until=ends)


def test_chosen_is_now_by_day_and_the_morning_at_night() -> None:
    assert moments.chosen(store(), None, DAY) == DAY
    assert moments.chosen(store(), None, NIGHT) == MORNING


def test_chosen_at_night_what_is_urgent_is_asked_about_once_more() -> None:
    with pytest.raises(AskedAtNight) as asked:
        moments.chosen(store(), None, NIGHT, is_urgent=True)
    assert asked.value.field == "at_night"
    assert moments.chosen(store(), None, NIGHT, is_urgent=True, at_night=True) == NIGHT
    assert moments.chosen(store(), None, DAY, is_urgent=True) == DAY


def test_chosen_a_time_in_quiet_hours_is_asked_about() -> None:
    with pytest.raises(AskedAtNight):
        moments.chosen(store(), NIGHT, DAY)
    assert moments.chosen(store(), NIGHT, DAY, at_night=True) == NIGHT
    assert moments.chosen(store(), MORNING, NIGHT) == MORNING


@pytest.mark.parametrize(
    ("send_at", "expected"),
    [
        (DAY - timedelta(minutes=1), DAY),
        (DAY - timedelta(minutes=3), None),
        (DAY + timedelta(days=60), DAY + timedelta(days=60)),
        (DAY + timedelta(days=60, minutes=1), None),
    ],
    ids=["a minute ago is now", "past", "sixty days", "too far"],
)
def test_chosen_takes_a_time_from_now_to_sixty_days(send_at: datetime, expected: datetime | None) -> None:
    if expected is None:
        with pytest.raises(Refused) as refused:
            moments.chosen(store(), send_at, DAY)
        assert refused.value.field == "send_at"
    else:
        assert moments.chosen(store(), send_at, DAY) == expected


def test_morning_is_the_next_end_of_the_quiet_hours() -> None:
    assert moments.morning(store(), DAY) == MORNING
    assert moments.morning(store(), NIGHT) == MORNING
    assert moments.morning(store(begins=time(9), ends=time(9)), DAY) is None


@given(ZONES, TIMES, TIMES, MOMENTS)
def test_morning_is_never_quiet_and_never_far(zone: str, begins: time, ends: time, now: datetime) -> None:
    """Over days on which clocks are set too: at most an hour more than a day away."""
    of = store(zone, begins, ends)
    found = moments.morning(of, now)
    if begins == ends:
        assert found is None
    else:
        assert found is not None
        assert now < found <= now + timedelta(hours=25)
        local = found.astimezone(ZoneInfo(zone))
        is_skipped = local.replace(tzinfo=None).time() != ends  # the hour that a spring night leaves out
        assert is_skipped or not quiet.is_quiet(of, found)


@given(ZONES, TIMES, TIMES, MOMENTS)
def test_chosen_without_a_tick_never_rings_at_night(zone: str, begins: time, ends: time, now: datetime) -> None:
    of = store(zone, begins, ends)
    found = moments.chosen(of, None, now)
    assert found >= now
    local = found.astimezone(ZoneInfo(zone)).time()
    assert not quiet.is_quiet(of, found) or local != ends
