from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from events.catalog import quiet
from events.catalog.tables import Store

NIGHT = Store(zone="Asia/Shanghai", quiet_from=time(22), quiet_until=time(9))
NOON = Store(zone="Asia/Shanghai", quiet_from=time(12), quiet_until=time(14, 30))
NEVER = Store(zone="Asia/Shanghai", quiet_from=time(0), quiet_until=time(0))


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """In UTC, eight hours before."""
    return datetime.fromisoformat(f"2026-11-{day}T{hour:02}:{minute:02}:00+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("store", "hour", "minute", "expected"),
    [
        (NIGHT, 21, 59, False),
        (NIGHT, 22, 0, True),
        (NIGHT, 3, 0, True),
        (NIGHT, 8, 59, True),
        (NIGHT, 9, 0, False),
        (NOON, 12, 0, True),
        (NOON, 14, 30, False),
        (NEVER, 0, 0, False),
        (NEVER, 12, 0, False),
    ],
)
def test_is_quiet_knows_the_store_s_own_time(store: Store, hour: int, minute: int, expected: bool) -> None:
    assert quiet.is_quiet(store, shanghai(22, hour, minute)) is expected


@pytest.mark.parametrize(
    ("store", "moment", "expected"),
    [
        (NIGHT, shanghai(22, 23), shanghai(23, 9)),
        (NIGHT, shanghai(23, 2), shanghai(23, 9)),
        (NIGHT, shanghai(23, 12), shanghai(23, 12)),
        (NOON, shanghai(22, 13), shanghai(22, 14, 30)),
    ],
)
def test_over_at_is_the_next_end_of_the_quiet_hours(store: Store, moment: datetime, expected: datetime) -> None:
    assert quiet.over_at(store, moment) == expected
    assert not quiet.is_quiet(store, expected)
