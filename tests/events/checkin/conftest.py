from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest

from events import clock, sealing
from events.db.engine import PooledEngine
from tests import make
from tests.events.checkin.crafts import Crafts, open_crafts


@pytest.fixture(autouse=True)
def _sealing() -> None:
    """Pick-up codes are sealed."""
    sealing.use(["a key for tests that is long enough"])


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """And each look at the clock a millisecond later."""
    moment, ticks = make.at(0, "12:00"), count()
    monkeypatch.setattr(clock, "now", lambda: moment + timedelta(milliseconds=next(ticks)))
    return moment


@pytest.fixture
async def crafts(engine: PooledEngine, noon: datetime) -> Crafts:
    return await open_crafts()
