"""What one act says to the database, recorded twice: whatever differs between the two is made anew when it is played again."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from events.db.engine import PooledEngine
from events.db.transaction import Kind

SAME, ID, SESSION, SESSIONS, NOW, TEXT = "same", "id", "session", "sessions", "now", "text"
HERE = "$session"  # where a statement has the number in itself
Part = tuple[str, Any]  # one of the above, and what belongs to it


@dataclass(frozen=True)
class Step:
    """One statement. An argument is (SAME, value), (ID, the earlier step whose row has the id), (TEXT, length) and so on."""

    sql: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Script:
    """The statements of one act, and the database they are for."""

    url: str
    steps: list[Step]

    def write(self, file: Path) -> Path:
        file.write_bytes(pickle.dumps(self))
        return file


@dataclass
class _Said:
    sql: list[str] = field(default_factory=list)
    args: list[Sequence[Any]] = field(default_factory=list)
    ids: list[object] = field(default_factory=list)  # of the first row each statement gave

    def add(self, sql: str, args: Sequence[Any], rows: Sequence[Any]) -> None:
        self.sql.append(sql)
        self.args.append(list(args))
        self.ids.append(rows[0].get("id") if rows else None)


async def record(engine: PooledEngine, act: Callable[[int], Awaitable[None]], sessions: tuple[int, int]) -> Script:
    """Do the act in two sessions, one after the other, and listen, once what is done only the first time is done."""
    said: list[_Said] = []
    for session in sessions:
        await act(session)
        with _listening(engine, session) as heard:
            await act(session)
        said.append(heard)
    first, second = said
    if first.sql != second.sql:
        raise RuntimeError("the act spoke differently the second time")
    steps = [
        Step(sql, tuple(_part(step, pair, said, sessions) for pair in zip(first.args[step], second.args[step], strict=True)))
        for step, sql in enumerate(first.sql)
    ]
    return Script(engine.url, steps)


@contextlib.contextmanager
def _listening(engine: PooledEngine, session: int) -> Iterator[_Said]:
    """What is alone in its transaction needs no savepoint for being there, so it is left out."""
    heard = _Said()
    fetch, command, open_round = engine.fetch, engine.command, engine.open_round

    async def fetched(connection: Any, sql: str, args: Sequence[Any] = ()) -> Sequence[Any]:
        rows = await fetch(connection, sql, args)
        heard.add(sql, args, rows)
        return rows

    async def commanded(connection: Any, *statements: str) -> None:
        await command(connection, *statements)
        said = "; ".join(each for each in statements if each != "SAVEPOINT act_1")
        heard.add(said.replace(f" = {session} ", f" = {HERE} "), (), ())

    async def opened(*opening: str) -> Any:
        if not engine.locks_rows:  # the thread says it by itself
            heard.add(engine.begin(Kind.WRITE), (), ())
        return await open_round(*opening)

    with (
        mock.patch.object(engine, "fetch", fetched),
        mock.patch.object(engine, "command", commanded),
        mock.patch.object(engine, "open_round", opened),
    ):
        yield heard


def _part(step: int, pair: tuple[Any, Any], said: list[_Said], sessions: tuple[int, int]) -> Part:
    one, other = pair
    if one == other:
        return (SAME, one)
    if pair == sessions:
        return (SESSION, None)
    for earlier in reversed(range(step)):
        if (said[0].ids[earlier], said[1].ids[earlier]) == pair:
            return (ID, earlier)
    if pair == ([sessions[0]], [sessions[1]]):
        return (SESSIONS, None)
    if isinstance(one, datetime):
        return (NOW, None)
    if isinstance(one, str):
        return (TEXT, len(one))
    raise RuntimeError(f"an argument of step {step} cannot be made anew")
