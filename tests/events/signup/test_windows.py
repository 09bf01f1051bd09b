from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalog import quiet
from events.catalog.tables import Store
from events.signup import windows

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def store(quiet_from: time = time(22), quiet_until: time = time(8)) -> Store:
    return Store(zone="Asia/Shanghai", quiet_from=quiet_from, quiet_until=quiet_until, _ignore_missing=True)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, as the wall clock in Shanghai says it."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "starts", "hours", "until"),
    [
        pytest.param(at(22, 9), at(25, 10), 6, at(22, 15), id="plain hours of the day"),
        pytest.param(at(22, 20), at(25, 10), 6, at(23, 12), id="two hours before the night, four after it"),
        pytest.param(at(22, 23), at(25, 10), 6, at(23, 14), id="asked in the night, counted from the morning"),
        pytest.param(at(22, 9), at(22, 16), 6, at(22, 13), id="at the latest three hours before the start"),
        pytest.param(at(22, 21), at(23, 10), 6, at(23, 7), id="the end may fall into the night, when the start is early"),
        pytest.param(at(22, 9), at(22, 12, 30), 6, at(22, 9, 30), id="half an hour is just enough"),
        pytest.param(at(22, 9), at(22, 12, 29), 6, None, id="less than half an hour is no question"),
        pytest.param(at(22, 9), at(22, 11), 6, None, id="later than three hours before"),
        pytest.param(at(22, 23), at(23, 10), 6, None, id="only the night is left"),
    ],
)
def test_window_rests_in_quiet_hours_and_ends_before_the_start(
    asked: datetime, starts: datetime, hours: int, until: datetime | None
) -> None:
    assert windows.window(store(), now=asked, starts_at=starts, hours=hours) == until


def test_window_of_a_store_that_is_never_quiet_is_plain_hours() -> None:
    never = store(time(0), time(0))
    assert windows.window(never, now=at(22, 20), starts_at=at(29, 10), hours=12) == at(23, 8)


@given(
    asked=st.timedeltas(timedelta(), timedelta(days=365)).map(lambda after: at(1, 0) + after),
    lead=st.timedeltas(timedelta(), timedelta(days=9)),
    hours=st.integers(1, 72),
    quiet_from=MINUTES,
    quiet_until=MINUTES,
)
def test_window_is_never_too_late_nor_too_long(asked: datetime, lead: timedelta, hours: int, quiet_from: time, quiet_until: time) -> None:
    """Whatever the quiet hours: an end lies between half an hour from now and three hours before the start, and in waking hours
    there are never more than promised."""
    here, now = store(quiet_from, quiet_until), asked
    until = windows.window(here, now=now, starts_at=now + lead, hours=hours)
    if until is None:
        return
    assert now + windows.SHORTEST <= until <= now + lead - windows.LAST
    minutes = int((until - now).total_seconds()) // 60
    awake = sum(not quiet.is_quiet(here, now + timedelta(minutes=n)) for n in range(minutes))
    assert awake <= hours * 60 + 12 * (minutes // 1440 + 1)  # steps of five minutes may reach into a quiet hour
