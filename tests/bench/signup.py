"""How fast families sign up: three people over HTTP, validated, stored, with their ticket; beside a bare endpoint with the same SQL."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from events import db, migrating, sealing
from events.db.engine import PooledEngine
from events.signup.tables import Attendee, Registration
from tests import databases, make
from tests.bench import load, pages, recording, servers
from tests.bench.load import Post
from tests.bench.recording import Script
from web import settings
from web.app import create_app

PLACES, TAKEN, SESSIONS = 100_000, 50_000, 20
CHILDREN = (("小满", "2019", "5", "花生"), ("小雨", "2021", "7", ""))
FAMILY = 1 + len(CHILDREN)


@dataclass(frozen=True)
class Act:
    """Where families sign up: for ours, and for the limit, so that neither finds what the other left."""

    name: str
    ours: Sequence[int]
    limit: Sequence[int]


def run(*, engines: list[str], workers: list[int], clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """One figure for each engine, number of workers and act. Every sign-up must be accepted and be there afterwards."""
    for engine in engines:
        with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
            url = f"sqlite:///{folder}/bench.sqlite" if engine == "sqlite" else pages.postgres(stack, databases.CAREFUL)
            for count in workers:
                acts, script = asyncio.run(_prepare(url))
                for figure in _measured(url, Path(folder), acts, script, count, clients, seconds):
                    yield {"bench": "signup", "engine": engine, "workers": count, "clients": clients} | figure


def _measured(
    url: str, folder: Path, acts: list[Act], script: Script, workers: int, clients: int, seconds: float
) -> Iterator[dict[str, Any]]:
    ours, limits = {}, {}
    with servers.linju(url, folder, workers=workers) as address:
        for act in acts:
            ours[act.name] = load.post(address, _forms(act.ours, _token(address)), clients=clients, seconds=seconds)
    with servers.bare_acts(script.write(folder / "script"), workers=workers) as address:
        for act in acts:
            limits[act.name] = load.post(address, _bare_forms(act.limit), clients=clients, seconds=seconds)
    for act in acts:
        asyncio.run(_check(url, act, ours[act.name].answers))
        yield {
            "act": act.name,
            "per_s": ours[act.name].per_s,
            "p50_ms": ours[act.name].p50_ms,
            "p99_ms": ours[act.name].p99_ms,
            "limit_per_s": limits[act.name].per_s,
            "ratio": round(ours[act.name].per_s / limits[act.name].per_s, 3),
        }


def _forms(sessions: Sequence[int], token: str) -> Callable[[], Post]:
    """Each the form of another family at the last button, in the sessions by turns."""
    headers = f"Cookie: linju_csrf={token}\r\nX-CSRFToken: {token}\r\n"
    turns = itertools.cycle(sessions)
    body = urlencode(_typed())
    return lambda: Post(f"/my/sessions/{next(turns)}/registration", f"{body}&key={make.key()}&phone={make.phone()}", headers)


def _bare_forms(sessions: Sequence[int]) -> Callable[[], Post]:
    turns = itertools.cycle(sessions)
    body = urlencode(_typed())
    return lambda: Post(f"/{next(turns)}", f"{body}&key={make.key()}&phone={make.phone()}")


def _typed() -> dict[str, str]:
    typed = {"act": "register", "name": "陈妈妈", "adults": "1", "children": str(len(CHILDREN)), "consent": "given"}
    for position, child in enumerate(CHILDREN):
        typed |= {f"child-{position}-{name}": value for name, value in zip(("name", "year", "month", "allergies"), child, strict=True)}
    return typed


def _token(address: str) -> str:
    """What a page hides in its form."""
    with urllib.request.urlopen(f"{address}/my", timeout=10) as answer:
        cookies: list[str] = answer.headers.get_all("set-cookie")
    return next(cookie for cookie in cookies if cookie.startswith("linju_csrf=")).split(";")[0].removeprefix("linju_csrf=")


async def _prepare(url: str) -> tuple[list[Act], Script]:
    """Sessions nobody else signed up for, half of the places of some taken, and what one act says to this database."""
    sealing.use(["bench" * 8])
    async with databases.opened(url) as engine:
        await migrating.apply()
        await _check_settings()
        event = await make.event(await make.store())
        sessions = iter([(await make.session(event, places=PLACES, starts_at=make.at(7))).id for _ in range(6 + 2 * SESSIONS)])
        acts = [
            Act("empty", [next(sessions)], [next(sessions)]),
            Act("taken", [next(sessions)], [next(sessions)]),
            Act("many", list(itertools.islice(sessions, SESSIONS)), list(itertools.islice(sessions, SESSIONS))),
        ]
        await make.household()  # from here on no two tables count alike, so that a recorded id is one row's only
        for session in (*acts[1].ours, *acts[1].limit):
            await _take(session)
        await engine.run("ANALYZE")
        script = await _record(engine, (next(sessions), next(sessions)))
    return acts, script


async def _take(session: int) -> None:
    """Half the places, by families of three signed up long ago."""
    families = -(-TAKEN // FAMILY)
    numbers = f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {families}) "
    moment = "'2026-01-01 00:00:00+00:00'"
    mark = f"{session}-"
    async with db.writing():
        engine = db.engine()
        await engine.run(
            "INSERT INTO household (name, phone, email, created_at) "
            + numbers
            + f"SELECT '陈妈妈', '{mark}' || n, '', {moment} FROM counted"
        )
        await engine.run(
            "INSERT INTO registration (session, household, state, name, phone, note, consent, via, key, fingerprint, secret, queued_at, "
            "placed_at, ending, is_at_once, can_split, host_note, created_at) "
            f"SELECT {session}, id, 'placed', name, phone, '', 'given', '', phone, '', phone, {moment}, "
            f"{moment}, '', TRUE, FALSE, '', {moment} FROM household WHERE phone LIKE '{mark}%'"
        )
        await engine.run(
            "INSERT INTO attendee (registration, kind, name, birth_month, is_birth_month_approximate, allergies, diet, note, takes_place) "
            "SELECT id, 'child', '小满', '2019-05-01', FALSE, '花生', '', '', TRUE FROM registration "
            f"CROSS JOIN (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS three WHERE session = {session}"
        )
        await engine.run(
            "INSERT INTO ticket (registration, session, secret, digest, number, created_at) "
            f"SELECT id, session, secret, 'x' || id, 'x' || id, {moment} FROM registration WHERE session = {session} AND id % 10 > 0"
        )


async def _check_settings() -> None:
    """What is measured is what is promised: every commit on the disk."""
    engine = db.engine()
    wanted: dict[str, object] = {"synchronous": 2} if engine.engine_type == "sqlite" else {"fsync": "on", "synchronous_commit": "on"}
    async with db.writing():
        ask = "PRAGMA" if engine.engine_type == "sqlite" else "SHOW"
        found = {name: dict((await engine.run(f"{ask} {name}"))[0])[name] for name in wanted}
    if found != wanted:
        raise RuntimeError(f"this would measure a database that may lose what it promised: {found}")


async def _record(engine: PooledEngine, sessions: tuple[int, int]) -> Script:
    app = create_app(settings.Settings(database=engine.url, secrets=("bench" * 8,), duties=False), with_database=False)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),  # type: ignore[arg-type]  # -- litestar types ASGI more strictly
        base_url=settings.Settings.address,
    ) as client:
        token = (await client.get("/my")).cookies["linju_csrf"]
        headers = {"cookie": f"linju_csrf={token}", "x-csrftoken": token}

        async def act(session: int) -> None:
            client.cookies.clear()
            typed = _typed() | {"key": make.key(), "phone": make.phone()}
            answer = await client.post(f"/my/sessions/{session}/registration", data=typed, headers=headers)
            if answer.status_code != 303:
                raise RuntimeError(answer.text)

        return await recording.record(engine, act, sessions)


async def _check(url: str, act: Act, answers: int) -> None:
    """Every answer stands for a whole sign-up, and nothing is there that nobody was answered for."""
    async with databases.opened(url):
        here = Registration.session.is_in(list(act.ours)) & (Registration.name == "陈妈妈") & (Registration.fingerprint != "")
        placed = await Registration.count().where(here, Registration.state == "placed")
        people = await Attendee.count().where(Attendee.registration.is_in(Registration.select(Registration.id).where(here)))
    if (placed, people) != (answers, answers * FAMILY):
        raise RuntimeError(f"{answers} sign-ups were acknowledged, {placed} are there with {people} people")
