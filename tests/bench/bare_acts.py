"""The limit: a Litestar application that reads a form and says to the database what one act of ours says, with the driver alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import secrets
import sqlite3
from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from litestar import Litestar, Request, Response, get, post

from events.db.postgres import CONNECTIONS
from tests.bench import recording
from tests.bench.recording import Given, Script, Step

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
        if request.content_type[0] == "application/json":
            await player.play(session, await request.json())
            return Response(None, status_code=200)
        await request.form()
        await player.play(session, {})
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
    async def play(self, session: int, given: Given) -> None: ...


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

    async def play(self, session: int, given: Given) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._play, session, given)

    def _play(self, session: int, given: Given) -> None:
        told: list[Sequence[Any]] = []
        for step in self._script.steps:
            *first, last = step.sql.split("; ") if step.sql.startswith(OUT_OF_TURN) else [step.sql]
            for statement in first:
                self._connection.execute(statement)
            told.append(self._connection.execute(last, [_plain(each) for each in _arguments(step, session, told, given)]).fetchall())


class _Postgres:
    """Statement by statement, over as many connections as ours."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(self._script.url, min_size=CONNECTIONS, max_size=CONNECTIONS)

    async def play(self, session: int, given: Given) -> None:
        told: list[Sequence[Any]] = []
        async with self._pool.acquire() as connection:
            for step in self._script.steps:
                if step.sql.startswith(OUT_OF_TURN):
                    await connection.execute(step.sql.replace(recording.HERE, str(session)))
                    told.append(())
                else:
                    told.append(await connection.fetch(step.sql, *_arguments(step, session, told, given)))


def _arguments(step: Step, session: int, told: Sequence[Sequence[Any]], given: Given) -> list[Any]:
    return [_made(kind, what, session, told, given) for kind, what in step.parts]


def _made(kind: str, what: Any, session: int, told: Sequence[Sequence[Any]], given: Given) -> Any:
    match kind:
        case recording.SAME:
            return what
        case recording.SESSION:
            return session
        case recording.LIST:
            return [_made(each, value, session, told, given) for each, value in what]
        case recording.GIVEN:
            return given[what]
        case recording.ROW:
            step, row, column = what
            return told[step][row][column]
        case recording.NOW:
            return datetime.now(UTC)
    return secrets.token_urlsafe(what)[:what]  # six digits would be there already, one day


def _plain(value: Any) -> Any:
    """As SQLite stores it."""
    return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat() if isinstance(value, date) else value
