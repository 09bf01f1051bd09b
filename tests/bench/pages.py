"""How fast anonymous pages are: the list of 20 events and an event's page, beside an endpoint that sends the same bytes."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

from events import db, migrating, sealing
from tests import databases, make
from tests.bench import load, servers

EVENTS = 20


def run(*, engines: list[str], workers: list[int], clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """One figure for each page, engine and number of workers."""
    for engine in engines:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            url = f"sqlite:///{folder}/bench.sqlite" if engine == "sqlite" else postgres(stack)
            event = asyncio.run(_fill(url))
            for count in workers:
                yield from _measured(engine, url, Path(folder), event, count, clients, seconds)


def _measured(engine: str, url: str, folder: Path, event: int, workers: int, clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    for act, path in {"list": "/", "event": f"/events/{event}"}.items():
        with servers.linju(url, folder, workers=workers) as address:
            body = _body(address + path)
            ours = load.get(address + path, clients=clients, seconds=seconds)
        with servers.bare(body, folder, workers=workers) as address:
            limit = load.get(address + "/", clients=clients, seconds=seconds)
        yield {
            "bench": "pages",
            "act": act,
            "engine": engine,
            "workers": workers,
            "clients": clients,
            "bytes": len(body),
            "per_s": ours.per_s,
            "p50_ms": ours.p50_ms,
            "p99_ms": ours.p99_ms,
            "limit_per_s": limit.per_s,
            "ratio": round(ours.per_s / limit.per_s, 3),
        }


def _body(address: str) -> bytes:
    """What goes over the wire for a browser."""
    request = urllib.request.Request(address, headers={"Accept": "text/html", "Accept-Encoding": "br"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        body: bytes = answer.read()
        return body


async def _fill(url: str) -> int:
    """Twenty published events, each with a session and a family; gives one of them."""
    sealing.use(["bench" * 8])
    db.connect(url)
    async with db.running():
        await migrating.apply()
        store = await make.store()
        for number in range(EVENTS):
            event = await make.event(store, title=f"剪一条会游的纸鱼 {number}", summary="一张彩纸、一把圆头剪刀。")
            await make.registration(await make.session(event, places=18, starts_at=make.at(1 + number % 7)), children=1)
    return event.id


def postgres(stack: contextlib.ExitStack, settings: Sequence[str] = databases.CARELESS) -> str:
    """A database on a throw-away cluster, with these settings, gone with the stack."""
    cluster = stack.enter_context(databases.server(settings))

    @contextlib.asynccontextmanager
    async def made() -> AsyncIterator[str]:
        async with databases.database(cluster) as url:
            yield url

    loop = asyncio.new_event_loop()
    context = made()
    url = loop.run_until_complete(context.__aenter__())
    stack.callback(lambda: (loop.run_until_complete(context.__aexit__(None, None, None)), loop.close()))
    return url
