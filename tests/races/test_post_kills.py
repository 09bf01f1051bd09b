"""Workers that post are killed, one after the other: nothing is lost, and nothing is repeated that may have been sent.

Three kills in the suite; with `LINJU_CRASHES=1000`, twenty.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from events import clock, sealing
from events.announce.tables import Announcement, Delivery, DeliveryState
from events.leases import Lease
from events.people.tables import Role
from tests import make
from tests.events.announce.posts import with_robot, write
from tests.races.processes import SECRET, environment
from tests.standin import Standin

KILLS = 20 if int(os.environ.get("LINJU_CRASHES", "0")) >= 1000 else 3
ROBOTS, TOLD = 24, 12  # as many groups hear of each
LANES = 16  # posts that may be on their way in one process
PATIENCE = 60.0  # seconds


@pytest.fixture(autouse=True)
def _key() -> None:
    sealing.use([SECRET])


class Worker:
    """`linju worker`, alone over its database."""

    def __init__(self, url: str, standin: Standin, folder: Path) -> None:
        platforms = dict.fromkeys(("LINJU_WECOM_ADDRESS", "LINJU_DINGTALK_ADDRESS", "LINJU_FEISHU_ADDRESS"), standin.address)
        self._given = environment(url) | platforms | {"LINJU_DATA": str(folder), "LINJU_ADDRESS": "http://127.0.0.1:8000"}
        folder.mkdir(exist_ok=True)
        self._log = folder / "worker.log"

    def log(self) -> str:
        return self._log.read_text(encoding="utf-8")

    @contextlib.contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Up, and killed at the end as by a power cut."""
        command = [sys.executable, "-c", "from web.cli import main; main()", "worker"]
        with self._log.open("ab") as log, subprocess.Popen(command, env=self._given, stdout=subprocess.PIPE, stderr=log) as process:
            assert process.stdout
            assert process.stdout.readline(), self._log.read_text()
            try:
                yield process
            finally:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGKILL)


async def test_nothing_is_lost_and_nothing_repeated_though_workers_are_killed(url: str, standin: Standin, tmp_path: Path) -> None:
    store = await make.store(quiet_from=clock_time(0), quiet_until=clock_time(0))
    host = await make.staff(Role.HOST, store)
    event = await make.event(store=store, host=host)
    chats = [await with_robot(store, host, standin.robot(f"00000000-0000-4000-8000-{n:012}", f"群{n}")) for n in range(ROBOTS)]
    standin.next(n=KILLS * TOLD * 2, delay=0.02)
    worker, chance = Worker(url, standin, tmp_path), Random(7)
    told: list[Announcement] = []
    for _ in range(KILLS):
        told.append(await write(event, chance.sample(chats, TOLD), host, f"第 {len(told)} 次"))
        with worker.running():
            _until(standin, len(standin.log()) + chance.randint(1, TOLD - 2))
            time.sleep(chance.random() * 0.03)  # noqa: ASYNC251 -- nothing else runs here
        await _aged()
    with worker.running():
        while await Delivery.exists().where(Delivery.state.is_in([DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING])):
            time.sleep(0.05)  # noqa: ASYNC251 -- nothing else runs here
    await _check(standin, told, {chat.id: chat.code for chat in chats})


async def test_two_workers_share_what_is_due_and_neither_repeats_the_other(url: str, standin: Standin, tmp_path: Path) -> None:
    store = await make.store(quiet_from=clock_time(0), quiet_until=clock_time(0))
    host = await make.staff(Role.HOST, store)
    event = await make.event(store=store, host=host)
    chats = [await with_robot(store, host, standin.robot(f"00000000-0000-4000-8000-{n:012}", f"群{n}")) for n in range(ROBOTS)]
    standin.next(n=ROBOTS * 4, delay=0.5)  # longer than the other one naps
    workers = [Worker(url, standin, tmp_path / name) for name in ("one", "other")]
    with workers[0].running(), workers[1].running():
        for number in range(4):
            await write(event, chats, host, f"第 {number} 次")
        while await Delivery.exists().where(Delivery.state != DeliveryState.ACCEPTED):
            time.sleep(0.05)  # noqa: ASYNC251 -- nothing else runs here
    heard = Counter((text.splitlines()[0], text.splitlines()[1].split("/")[-2]) for text in standin.taken())
    assert heard == Counter({(f"第 {number} 次", chat.code): 1 for number in range(4) for chat in chats})
    assert all("delivery" in worker.log() for worker in workers)  # both had their part


def _until(standin: Standin, posts: int) -> None:
    """Until so many reached the platform."""
    end = time.monotonic() + PATIENCE
    while len(standin.log()) < posts:
        assert time.monotonic() < end
        time.sleep(0.005)


async def _aged() -> None:
    """As if the leases of whoever was killed had run out; nobody waits for half a minute."""
    gone = clock.now() - timedelta(seconds=1)
    await Delivery.update({Delivery.lease_until: gone}).where(Delivery.lease_until.is_not_null())
    await Lease.delete(force=True)


async def _check(standin: Standin, told: list[Announcement], codes: dict[int, str]) -> None:
    heard = Counter((text.splitlines()[0], text.splitlines()[1].split("/")[-2]) for text in standin.taken())
    unknown = 0
    for number, announcement in enumerate(told):
        rows = await Delivery.objects().where(Delivery.announcement == announcement.id)
        assert len(rows) == TOLD
        for row in rows:
            times = heard[f"第 {number} 次", codes[row.group]]
            assert (row.state, times) in {(DeliveryState.ACCEPTED, 1), (DeliveryState.UNKNOWN, 0), (DeliveryState.UNKNOWN, 1)}
            unknown += row.state == DeliveryState.UNKNOWN
    assert 0 < unknown <= KILLS * LANES
    assert sum(heard.values()) == len([entry for entry in standin.log() if entry["answer"].get("errcode") == 0])
