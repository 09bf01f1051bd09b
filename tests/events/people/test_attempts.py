import asyncio
from datetime import timedelta

import pytest
import time_machine

from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import attempts
from events.people.tables import Attempt

KEY = attempts.key("login", "zhou")


@pytest.fixture(autouse=True)
def _on_a_database(engine: PooledEngine) -> None:
    """Every test here needs one."""


async def test_take_refuses_after_so_many_and_says_when() -> None:
    for _try in range(3):
        await attempts.take({KEY: 3})
    with pytest.raises(Refused) as refused:
        await attempts.take({KEY: 3})
    assert refused.value.values == {"n": 15}


async def test_take_counts_each_key_alone_and_nothing_when_one_is_full() -> None:
    await attempts.take({KEY: 1})
    other = attempts.key("address", "192.0.2.7")
    with pytest.raises(Refused):
        await attempts.take({KEY: 1, other: 5})
    assert not await Attempt.exists().where(Attempt.key == other)


async def test_take_begins_anew_after_the_window() -> None:
    with time_machine.travel("2026-11-28T10:00:00Z", tick=False) as clock:
        await attempts.take({KEY: 1})
        clock.shift(attempts.WINDOW - timedelta(seconds=1))
        with pytest.raises(Refused) as refused:
            await attempts.take({KEY: 1})
        assert refused.value.values == {"n": 1}
        clock.shift(1)
        await attempts.take({KEY: 1})


async def test_take_lets_no_more_pass_when_many_come_at_once() -> None:
    answers = await asyncio.gather(*(attempts.take({KEY: 4}) for _try in range(12)), return_exceptions=True)
    assert answers.count(None) == 4


async def test_give_back_and_clear() -> None:
    await attempts.take({KEY: 1})
    await attempts.give_back(KEY)
    await attempts.give_back(KEY)
    await attempts.take({KEY: 1})
    await attempts.clear(KEY)
    await attempts.take({KEY: 1})


async def test_sweep_drops_only_what_is_over() -> None:
    with time_machine.travel("2026-11-28T10:00:00Z", tick=False) as clock:
        await attempts.take({KEY: 1})
        clock.shift(attempts.WINDOW)
        await attempts.take({attempts.key("login", "lin"): 1})
        await attempts.sweep()
    assert [row["key"] for row in await Attempt.select(Attempt.key)] == [attempts.key("login", "lin")]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("", ""),
        ("testclient", "testclient"),
    ],
)
def test_network(address: str, network: str) -> None:
    assert attempts.network(address) == network
