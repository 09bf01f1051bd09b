from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from tests.browser import Browser

NOON = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)


async def test_show_tells_the_servers_time_and_is_never_kept(anyone: Browser) -> None:
    with time_machine.travel(NOON, tick=False):
        answer = await anyone.get("/clock")
    assert answer.json() == {"now": int(NOON.timestamp() * 1000)}
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
