"""What the server itself refuses, before anything of ours looks at it."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests import databases
from tests.races.processes import Server
from web import server


async def test_a_head_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    """Cookies and tokens are remembered here and there: a crowd of long ones must not fill the memory."""
    url = f"sqlite:///{tmp_path}/linju.sqlite"
    serving = Server(url, tmp_path / "log")
    async with databases.opened(url):
        serving.launch()
        try:
            serving.wait()
            async with httpx.AsyncClient(base_url=serving.address, trust_env=False) as client:
                answers = [
                    (await client.get("/clock", headers={"cookie": "a=" + "a" * length})).status_code for length in (4_000, 2 * server.HEAD)
                ]
        finally:
            serving.kill()
    assert answers == [200, 431]
