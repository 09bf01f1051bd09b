"""How fast the door is: scans told one by one and fifty at once, beside a bare endpoint with the same SQL; the roster and its changes.

The floor is that endpoint without any SQL: what the machine and the client that shares it leave of a request.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from events import migrating, sealing
from events.checkin.tables import Passage, Scan
from events.db.engine import PooledEngine
from events.people import sign_ins
from events.people.tables import Role
from tests import databases, make
from tests.bench import door_rows, load, pages, recording, servers, signup
from tests.bench.door_rows import Family
from tests.bench.load import Post
from tests.bench.recording import Given, Script
from web import settings
from web.app import create_app
from web.viewer import STAFF_COOKIE

CLIENTS = 32
DOORS, FAMILIES = 20, 100  # doors that are busy at once, and the families of each
LARGE = 1_667  # families of three: 5,000 attendees at one door
BATCH = 50  # scans a phone kept while it had no connection
RECORDED = 4  # scans, for the bare endpoint to say the same
TRIES = 5  # times the roster is asked for


@dataclass(frozen=True)
class Act:
    """Scans of these families by turns: all go in, then all go out, and so on."""

    name: str
    families: Sequence[Family]
    each: int = 1  # scans in one upload


@dataclass(frozen=True)
class Prepared:
    """What is in the database, and who is at the door."""

    acts: list[Act]
    large: int
    cookie: str
    script: Script
    limit: Act


def run(*, engines: list[str], workers: list[int], clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """One figure for each engine, number of workers and act. Every scan must be accepted without a flag, and be there afterwards."""
    for engine in engines:
        for count in workers:
            with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
                url = f"sqlite:///{folder}/bench.sqlite" if engine == "sqlite" else pages.postgres(stack, databases.CAREFUL)
                prepared = asyncio.run(_prepare(url))
                for figure in _measured(url, Path(folder), prepared, count, min(clients, CLIENTS), seconds):
                    yield {"bench": "door", "engine": engine, "workers": count} | figure


def _measured(url: str, folder: Path, prepared: Prepared, workers: int, clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    ours, sent = {}, 0
    with servers.linju(url, folder, workers=workers) as address:
        token = signup._token(address)
        headers = f"Cookie: linju_csrf={token}; {STAFF_COOKIE}={prepared.cookie}\r\nX-CSRFToken: {token}\r\n"
        yield _roster(address, prepared.large, headers)
        for act in prepared.acts:
            ours[act.name] = load.post(address, _uploads(act, headers), clients=clients, seconds=seconds, wanted=b" 200 ")
            sent += ours[act.name].answers * act.each
        lately = _ms() + int(seconds * 1000)  # a phone's moment moves on with each look
        changes = f"{address}/door/{prepared.large}/changes.json?since={lately}"
        polled = load.get(changes, clients=clients, seconds=seconds, headers=headers)
        yield {"act": "changes", "clients": clients, "per_s": polled.per_s, "p50_ms": polled.p50_ms, "p99_ms": polled.p99_ms}
    asyncio.run(_check(url, sent))
    with servers.bare_acts(prepared.script.write(folder / "script"), workers=workers) as address:
        limit = load.post(address, _bare(prepared.limit), clients=clients, seconds=seconds, wanted=b" 200 ")
    with servers.bare_acts(Script(url, []).write(folder / "nothing"), workers=workers) as address:
        floor = load.post(address, _bare(prepared.limit), clients=clients, seconds=seconds, wanted=b" 200 ")
    yield {"act": "floor", "clients": clients, "per_s": floor.per_s, "p50_ms": floor.p50_ms, "p99_ms": floor.p99_ms}
    for act in prepared.acts:
        run = ours[act.name]
        figure = {"act": act.name, "clients": clients, "per_s": round(run.per_s * act.each, 1), "p50_ms": run.p50_ms, "p99_ms": run.p99_ms}
        if act.each == 1:
            figure |= {"limit_per_s": limit.per_s, "ratio": round(run.per_s / limit.per_s, 3)}
        yield figure


def _roster(address: str, session: int, headers: str) -> dict[str, Any]:
    """The middle one of a few, over the wire as a phone gets it."""
    told = dict(line.split(": ", 1) for line in headers.strip().split("\r\n"))
    request = urllib.request.Request(f"{address}/door/{session}/roster.json", headers=told | {"Accept-Encoding": "br"})
    times, size = [], 0
    for _ in range(TRIES):
        started = time.perf_counter()
        with urllib.request.urlopen(request, timeout=30) as answer:
            size = len(answer.read())
        times.append((time.perf_counter() - started) * 1000)
    return {"act": "roster", "attendees": LARGE * door_rows.PEOPLE, "ms": round(statistics.median(times), 1), "bytes": size}


def _uploads(act: Act, headers: str) -> Callable[[], Post]:
    turns = _turns(act)

    def upload() -> Post:
        session, scans = _together(turns, act.each)
        return Post(f"/door/{session}/scans.json", json.dumps(_batch(scans)), headers, "application/json")

    return upload


def _bare(act: Act) -> Callable[[], Post]:
    turns = _turns(act)

    def upload() -> Post:
        family, scan = next(turns)
        return Post(f"/{family.session}", json.dumps(_batch([scan]) | _given(family, scan)), "", "application/json")

    return upload


def _turns(act: Act) -> Iterator[tuple[Family, dict[str, Any]]]:
    for kind in itertools.cycle(("enter", "leave")):
        for family in act.families:
            yield family, _scan(family, kind)


def _together(turns: Iterator[tuple[Family, dict[str, Any]]], many: int) -> tuple[int, list[dict[str, Any]]]:
    """So many scans of one door."""
    first, scan = next(turns)
    return first.session, [scan, *(scan for _family, scan in itertools.islice(turns, many - 1))]


def _scan(family: Family, act: str) -> dict[str, Any]:
    shown = "welcome" if act == "enter" else "inside"
    known = {"ticket": family.ticket, "code": "", "people": list(family.people)}
    return {"nonce": make.key(), "act": act, "at": _ms(), "shown": shown, "how": "camera", **known}


def _batch(scans: list[dict[str, Any]]) -> dict[str, Any]:
    return {"device": "bench", "sent_at": _ms(), "scans": scans}


def _given(family: Family, scan: dict[str, Any]) -> Given:
    """What the bare endpoint has from its client."""
    return {"nonce": scan["nonce"], "ticket": family.ticket, **{f"person_{place}": id for place, id in enumerate(family.people)}}


def _ms() -> int:
    return time.time_ns() // 1_000_000


async def _prepare(url: str) -> Prepared:
    """Doors of a store each, today, with families that have their places; and what one scan says to this database."""
    sealing.use(["bench" * 8])
    async with databases.opened(url) as engine:
        await migrating.apply()
        await signup._check_settings()
        await make.household()  # from here on no two tables count alike
        owner = await make.staff(Role.OWNER)
        cookie = await sign_ins.start_again(owner)
        small = [await door_rows.door(FAMILIES) for _ in range(DOORS)]
        limit = [family for _ in range(DOORS) for family in await door_rows.door(FAMILIES)]
        large, batch = await door_rows.door(LARGE), await door_rows.door(LARGE)
        first, second = await door_rows.door(4), await door_rows.door(4)
        await engine.run("ANALYZE")
        script = await _record(engine, cookie, first, second)
    by_turns = [family for together in zip(*small, strict=True) for family in together]
    acts = [Act("scan", by_turns), Act("large", large), Act("batch", batch[: len(batch) // BATCH * BATCH], each=BATCH)]
    return Prepared(acts, large[0].session, cookie, script, Act("limit", limit))


async def _record(engine: PooledEngine, cookie: str, first: Sequence[Family], second: Sequence[Family]) -> Script:
    """The second family of a door goes in, heard; nobody's second time."""
    app = create_app(settings.Settings(database=engine.url, secrets=("bench" * 8,), duties=False), with_database=False)
    left = {each[0].session: iter(each) for each in (first, second)}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),  # type: ignore[arg-type]  # -- litestar types ASGI more strictly
        base_url=settings.Settings.address,
    ) as client:
        token = (await client.get("/my")).cookies["linju_csrf"]
        headers = {"cookie": f"linju_csrf={token}; {STAFF_COOKIE}={cookie}", "x-csrftoken": token}

        async def act(session: int) -> Given:
            client.cookies.clear()
            family = next(left[session])
            scan = _scan(family, "enter")
            answer = await client.post(f"/door/{session}/scans.json", json=_batch([scan]), headers=headers)
            if answer.status_code != httpx.codes.OK or answer.json()["results"][scan["nonce"]] != _ACCEPTED:
                raise RuntimeError(answer.text)
            return _given(family, scan)

        return await recording.record(engine, act, (first[0].session, second[0].session))


_ACCEPTED = {"verdict": "welcome", "flag": "", "say": ""}


async def _check(url: str, sent: int) -> None:
    """Every scan that was answered is kept with its people and without a flag, and nothing else is."""
    async with databases.opened(url):
        scans, passages = await Scan.count().where(Scan.flag == ""), await Passage.count()
    ours = sent + RECORDED
    if (scans, passages) != (ours, ours * door_rows.PEOPLE):
        raise RuntimeError(f"{ours} scans were acknowledged, {scans} are there without a flag, with {passages} passages")
