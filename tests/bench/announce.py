"""How fast announcements leave: one to a thousand groups beside bare posts of the same bodies, and how much of a robot's budget is used."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import time as clock_time
from pathlib import Path
from typing import Any

import httpx

from events import clock, migrating, sealing
from events.announce import announcements, groups
from events.announce.channels import known
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, GroupKind
from events.catalog.tables import Event, Store
from events.people.tables import Role, Staff
from tests import databases, make
from tests.bench import pages, servers

GROUPS = 1_000
AT_ONCE = 16  # as many lanes as a worker has
CHANNELS = {  # how a robot is called at the stand-in, and in which field of the log
    ChannelName.WECOM: ("693a91f6-7abc-4bc4-97a0-{:012}", "/cgi-bin/webhook/send"),
    ChannelName.DINGTALK: ("8f3c1b7e5a2d49c6b0e1f7a8d3c25b946e7f10a2b3c4d5e6f708{:012}", "/robot/send"),
    ChannelName.FEISHU: ("4d2f8a6c-1b3e-4c5d-9e7f-{:012}", "/open-apis/bot/v2/hook/"),
}
BUSY = range(3)  # minutes that measuring the budgets takes: none of them may be one that a platform is left alone in


def run(*, engines: list[str], workers: list[int], clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """One figure for each engine and number of workers, and one for each platform's budget; with `--quick` no budgets, they take minutes.

    Every delivery must be accepted and be there once.
    """
    for engine in engines:
        for count in workers:
            with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
                url = f"sqlite:///{folder}/bench.sqlite" if engine == "sqlite" else pages.postgres(stack, databases.CAREFUL)
                bench = Bench(url, Path(folder), stack.enter_context(_standin()))
                figure = {"bench": "announce", "engine": engine, "workers": count}
                yield figure | asyncio.run(bench.without_budgets(count))
                if seconds >= 1 and count == workers[0]:
                    for budget in asyncio.run(bench.budgets(count)):
                        yield figure | budget


class Bench:
    """A database with groups, a stand-in with their robots, and workers between them."""

    def __init__(self, url: str, folder: Path, standin: str) -> None:
        self._url, self._folder = url, folder
        self._standin = httpx.Client(base_url=standin, trust_env=False, timeout=60)

    async def without_budgets(self, workers: int) -> dict[str, Any]:
        """A robot of its own for each group, so that none has to wait."""
        async with self._opened():
            event, host = await self._event()
            chats = [await self._group(event, host, ChannelName.WECOM, n) for n in range(GROUPS)]
            with self._working(workers):
                await self._write(event, chats, host)
                await self._done()
            log = self._log()
            await self._check(GROUPS)
        ours = (len(log) - 1) / (log[-1]["at"] - log[0]["at"])
        self._standin.post("/__clock", json={"forward": 61})
        bare = await self._bare(log)
        return {"act": "posts", "groups": GROUPS, "per_s": round(ours, 1), "bare_per_s": round(bare, 1), "ratio": round(ours / bare, 3)}

    async def budgets(self, workers: int) -> list[dict[str, Any]]:
        """One robot of each platform with more to post than two windows hold; how many it posts a minute, of how many it may."""
        await asyncio.sleep(_until_quiet())
        self._standin.post("/__reset")
        async with self._opened():
            event, host = await self._event()
            wanted = {}
            for channel in CHANNELS:
                most = max(window.posts for window in known.ROBOTS[channel].PACE.windows)
                chats = [await self._group(event, host, channel, 0) for _ in range(most + 10)]
                wanted[channel] = most, len(chats)
                await self._write(event, chats, host)
            with self._working(workers):
                await self._done()
            await self._check(GROUPS + sum(many for _most, many in wanted.values()))
            log = self._log()
        return [
            _used(channel, most, [entry for entry in log if entry["path"].startswith(CHANNELS[channel][1])])
            for channel, (most, _) in wanted.items()
        ]

    @contextlib.asynccontextmanager
    async def _opened(self) -> Any:
        sealing.use([servers.SECRET["LINJU_SECRET"]])
        async with databases.opened(self._url) as engine:
            await migrating.apply()
            yield engine

    async def _event(self) -> tuple[Event, Staff]:
        store: Store = await make.store(quiet_from=clock_time(0), quiet_until=clock_time(0))
        host = await make.staff(Role.HOST, store)
        return await make.event(store=store, host=host), host

    async def _group(self, event: Event, host: Staff, channel: ChannelName, n: int) -> Group:
        key = CHANNELS[channel][0].format(n)
        self._standin.post("/__robots", json={"key": key, "name": f"群{n}", "platform": channel}).raise_for_status()
        store = await Store.objects().get(Store.id == event.store)
        assert store is not None
        details = groups.Details(name=f"群 {make.key()[:8]}", kind=GroupKind.FAMILY, channel=channel, host=host.id)
        return await groups.add(store, details, robot=key, by=host)

    async def _write(self, event: Event, chats: list[Group], host: Staff) -> None:
        await announcements.write(event, "周六来剪纸鱼", chats, key=make.key(), by=host, at_night=True)

    async def _done(self) -> None:
        while await Delivery.exists().where(Delivery.state.is_in([DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING])):
            await asyncio.sleep(0.5)

    async def _check(self, many: int) -> None:
        accepted = await Delivery.count().where((Delivery.state == DeliveryState.ACCEPTED) & (Delivery.attempt == 1))
        if accepted != many:
            raise RuntimeError(f"{many} deliveries, {accepted} were accepted at once")

    def _log(self) -> list[dict[str, Any]]:
        log: list[dict[str, Any]] = self._standin.get("/__log").raise_for_status().json()
        return log

    async def _bare(self, log: list[dict[str, Any]]) -> float:
        """The same bodies to the same addresses, as many at once, without anything around them."""
        waiting = iter(log)
        began = time.perf_counter()
        async with httpx.AsyncClient(base_url=self._standin.base_url, trust_env=False) as client:

            async def lane() -> None:
                for entry in waiting:
                    answer = await client.post(entry["path"], params=entry["query"], json=entry["body"], headers={"Connection": "close"})
                    if answer.json()["errcode"] != 0:
                        raise RuntimeError(answer.text)

            await asyncio.gather(*(lane() for _ in range(AT_ONCE)))
        return len(log) / (time.perf_counter() - began)

    @contextlib.contextmanager
    def _working(self, workers: int) -> Iterator[None]:
        """So many `linju worker`, all up."""
        addresses = {f"LINJU_{name}_ADDRESS": str(self._standin.base_url) for name in ("WECOM", "DINGTALK", "FEISHU")}
        given = {"DATABASE_URL": self._url, "LINJU_DATA": str(self._folder), "LINJU_ADDRESS": "http://127.0.0.1:8000"} | addresses
        with contextlib.ExitStack() as stack:
            for _ in range(workers):
                stack.enter_context(servers.worker(given | servers.SECRET))
            yield


def _used(channel: ChannelName, most: int, log: list[dict[str, Any]]) -> dict[str, Any]:
    """From each post to the one a whole window later: what the platform bears in a minute against what it got."""
    times = [entry["at"] for entry in log]
    spans = [later - earlier for earlier, later in zip(times, times[most:], strict=False)]
    rate = most / (sum(spans) / len(spans)) * 60
    return {"act": f"budget {channel}", "per_minute": round(rate, 2), "allowed": most, "ratio": round(rate / most, 3)}


def _until_quiet() -> float:
    """Seconds until no platform is at its busiest for as long as the budgets take."""
    busy = {minute for robot in known.ROBOTS.values() for minute in robot.PACE.busy_minutes}
    moment = clock.now()
    waits = next(n for n in range(60) if not busy & {(moment.minute + n + ahead) % 60 for ahead in BUSY})
    return waits * 60.0 - (moment.second if waits else 0)


@contextlib.contextmanager
def _standin() -> Iterator[str]:
    """A stand-in in a process of its own; gives its address."""
    with subprocess.Popen([sys.executable, "-m", "web.standin"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
