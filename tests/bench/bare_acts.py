"""The limit: a Litestar application that reads a form and says to the database what one act of ours says, with the driver alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import secrets
import sqlite3
from abc import abstractmethod
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from litestar import Litestar, Request, Response, get, post

from events.db.postgres import CONNECTIONS
from tests.bench import recording
from tests.bench.recording import Script, Step

OUT_OF_TURN = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def app() -> Litestar:
    """Plays the file BENCH_SCRIPT at every POST of /<session>."""
    script: Script = pickle.loads(Path(os.environ["BENCH_SCRIPT"]).read_bytes())
    player: Player = _Sqlite(script) if script.url.startswith("sqlite") else _Postgres(script)

    @get("/", sync_to_thread=False)
    def ready() -> str:
        return "ready"

    @post("/{session:int}")
    async def act(request: Request[Any, Any, Any], session: int) -> Response[None]:
        await request.form()
        await player.play(session)
        return Response(None, status_code=303, headers={"Location": "/"})

    @contextlib.asynccontextmanager
    async def running(app: Litestar) -> AsyncIterator[None]:
        await player.open()
        yield

    return Litestar([ready, act], lifespan=[running], openapi_config=None, logging_config=None)


class Player(Protocol):
    @abstractmethod
    async def open(self) -> None: ...

    @abstractmethod
    async def play(self, session: int) -> None: ...


class _Sqlite:
    """All of an act in one go, in the thread of the one connection: no hop between statements."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._thread = ThreadPoolExecutor(1)

    async def open(self) -> None:
        def connect() -> None:
            path = self._script.url.removeprefix("sqlite:///")
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=30, cached_statements=512)
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}")

        await asyncio.get_running_loop().run_in_executor(self._thread, connect)

    async def play(self, session: int) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._play, session)

    def _play(self, session: int) -> None:
        ids: list[object] = []
        for step in self._script.steps:
            *first, last = step.sql.split("; ") if step.sql.startswith(OUT_OF_TURN) else [step.sql]
            for statement in first:
                self._connection.execute(statement)
            rows = self._connection.execute(last, [_plain(each) for each in _arguments(step, session, ids)]).fetchall()
            ids.append(rows[0][0] if rows else None)


class _Postgres:
    """Statement by statement, over as many connections as ours."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(self._script.url, min_size=CONNECTIONS, max_size=CONNECTIONS)

    async def play(self, session: int) -> None:
        ids: list[object] = []
        async with self._pool.acquire() as connection:
            for step in self._script.steps:
                if step.sql.startswith(OUT_OF_TURN):
                    await connection.execute(step.sql.replace(recording.HERE, str(session)))
                    ids.append(None)
                else:
                    rows = await connection.fetch(step.sql, *_arguments(step, session, ids))
                    ids.append(rows[0].get("id") if rows else None)


def _arguments(step: Step, session: int, ids: list[object]) -> list[Any]:
    return [_made(kind, what, session, ids) for kind, what in step.parts]


def _made(kind: str, what: Any, session: int, ids: list[object]) -> Any:
    match kind:
        case recording.SAME:
            return what
        case recording.SESSION:
            return session
        case recording.SESSIONS:
            return [session]
        case recording.ID:
            return ids[what]
        case recording.NOW:
            return datetime.now(UTC)
    return secrets.token_urlsafe(what)[:what]  # six digits would be there already, one day


def _plain(value: Any) -> Any:
    """As SQLite stores it."""
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value
