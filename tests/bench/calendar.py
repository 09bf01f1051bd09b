"""How fast a store's calendar is with 100, 1,000 and 10,000 sessions: the first time, after a change, kept, and unchanged (304)."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from events import clock, db, migrating, sealing
from events.catalog.tables import Session
from events.db import writing
from tests import make
from tests.bench import load, servers
from tests.bench.pages import postgres

SIZES = (100, 1_000, 10_000)
EVENTS = 20
AT_ONCE = 500  # rows
TIMES = 9  # how often what is too slow for a load is measured, for its middle
PLAIN = {"Accept-Encoding": "br"}


def run(*, engines: list[str], workers: list[int], clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """On one worker: figures in ms of one request at a time, then requests a second of what is kept, beside the same bytes sent bare."""
    for engine in engines:
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
                url = f"sqlite:///{folder}/bench.sqlite" if engine == "sqlite" else postgres(stack)
                store = asyncio.run(_fill(url, size))
                for figure in _measured(url, Path(folder), store, clients, seconds):
                    yield {"bench": "calendar", "engine": engine, "sessions": size, **figure}


def _measured(url: str, folder: Path, store: int, clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    path = f"/calendar/{store}/events.ics"
    with servers.linju(url, folder, workers=1) as address:
        cold, _answer = _asked(address, path)
        yield {"act": "cold", "ms": cold}
        rebuilt = []
        for _ in range(TIMES):
            asyncio.run(_touch(url))
            rebuilt.append(_asked(address, path)[0])
        yield {"act": "after a change", "ms": round(statistics.median(rebuilt), 2)}
        _ms, answer = _asked(address, path)
        tag = {"If-None-Match": answer[1]}
        yield {"act": "304, one at a time", "ms": round(statistics.median(_asked(address, path, tag)[0] for _ in range(50)), 2)}
        ours = load.get(address + path, clients=clients, seconds=seconds)
        unchanged = load.get(address + path, clients=clients, seconds=seconds, headers=f"If-None-Match: {answer[1]}\r\n", wanted=b" 304 ")
    yield from _beside(folder, answer[0], "kept", ours, clients, seconds)
    yield from _beside(folder, b"", "304", unchanged, clients, seconds)


def _beside(folder: Path, body: bytes, act: str, ours: load.Run, clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """A load and the same of a bare endpoint with the same bytes."""
    with servers.bare(body, folder, workers=1) as address:
        limit = load.get(address + "/", clients=clients, seconds=seconds)
    yield {
        "act": act,
        "workers": 1,
        "clients": clients,
        "bytes": len(body),
        "per_s": ours.per_s,
        "p50_ms": ours.p50_ms,
        "p99_ms": ours.p99_ms,
        "limit_per_s": limit.per_s,
        "ratio": round(ours.per_s / limit.per_s, 3),
    }


def _asked(address: str, path: str, headers: dict[str, str] | None = None) -> tuple[float, tuple[bytes, str]]:
    """One request over a connection of its own that is open already: ms, the body and its tag."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.connect()
    started = time.perf_counter()
    connection.request("GET", path, headers=PLAIN | (headers or {}))
    answer = connection.getresponse()
    body = answer.read()
    spent = round((time.perf_counter() - started) * 1000, 2)
    connection.close()
    if answer.status not in {200, 304}:
        raise RuntimeError(f"{path} answered {answer.status}")
    return spent, (body, answer.headers["ETag"])


async def _fill(url: str, size: int) -> int:
    """A store with so many sessions in the year to come; its id."""
    sealing.use(["bench" * 8])
    db.connect(url)
    async with db.running():
        await migrating.apply()
        store = await make.store()
        summary = "一张彩纸、一把圆头剪刀。"
        events = [await make.event(store, title=f"剪一条会游的纸鱼 {number}", summary=summary) for number in range(EVENTS)]
        venue = await make.venue(store)
        step = timedelta(days=360) / size
        first = clock.now() + timedelta(days=1)
        rows = [
            Session(
                event=events[number % EVENTS].id,
                venue=venue.id,
                starts_at=first + step * number,
                ends_at=first + step * number + timedelta(minutes=90),
                places=20,
                uid=uuid4(),
            )
            for number in range(size)
        ]
        async with writing():
            for start in range(0, size, AT_ONCE):
                await Session.insert(*rows[start : start + AT_ONCE])
    return store.id


async def _touch(url: str) -> None:
    """One session is moved by a minute, as a host would."""
    db.connect(url)
    async with db.running(), writing():
        row = await Session.objects().order_by(Session.id).first()
        if row is not None:
            row.starts_at, row.sequence, row.changed_at = row.starts_at + make.MINUTE, row.sequence + 1, clock.now()
            await row.save()
