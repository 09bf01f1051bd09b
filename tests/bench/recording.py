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

SAME, ROW, SESSION, LIST, NOW, TEXT, GIVEN = "same", "row", "session", "list", "now", "text", "given"
HERE = "$session"  # where a statement has the number in itself
Part = tuple[str, Any]  # one of the above, and what belongs to it


@dataclass(frozen=True)
class Step:
    """One statement. An argument is (SAME, value), (ROW, the earlier step, its row and column), (GIVEN, name), (TEXT, length) and so on."""

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
    rows: list[list[list[Any]]] = field(default_factory=list)  # what each statement gave

    def add(self, sql: str, args: Sequence[Any], rows: Sequence[Any]) -> None:
        self.sql.append(sql)
        self.args.append(list(args))
        self.rows.append([list(row.values()) for row in rows])


Given = dict[str, object]


async def record(engine: PooledEngine, act: Callable[[int], Awaitable[Given | None]], sessions: tuple[int, int]) -> Script:
    """Do the act in two sessions, one after the other, and listen, once what is done only the first time is done.

    The act may tell what its client sent; it is sent anew each time the script is played.
    """
    said: list[_Said] = []
    given: list[Given] = []
    for session in sessions:
        await act(session)
        with _listening(engine, session) as heard:
            given.append(await act(session) or {})
        said.append(heard)
    first, second = said
    if first.sql != second.sql:
        raise RuntimeError("the act spoke differently the second time")
    steps = [
        Step(sql, tuple(_part(step, pair, said, sessions, given) for pair in zip(first.args[step], second.args[step], strict=True)))
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


def _part(step: int, pair: tuple[Any, Any], said: list[_Said], sessions: tuple[int, int], given: list[Given]) -> Part:
    one, other = pair
    if one == other:
        return (SAME, one)
    if pair == sessions:
        return (SESSION, None)
    for name in given[0]:
        if (given[0][name], given[1][name]) == pair:
            return (GIVEN, name)
    found = _told_before(step, pair, said)
    if found is not None:
        return (ROW, found)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        return (LIST, [_part(step, each, said, sessions, given) for each in zip(one, other, strict=True)])
    if isinstance(one, datetime):
        return (NOW, None)
    if isinstance(one, str):
        return (TEXT, len(one))
    raise RuntimeError(f"an argument of step {step} cannot be made anew: {said[0].sql[step]}")


def _told_before(step: int, pair: tuple[Any, Any], said: list[_Said]) -> tuple[int, int, int] | None:
    """The earlier statement, its row and column that told this value both times: the latest, for what is written last is read last."""
    for earlier in reversed(range(step)):
        for row, both in enumerate(zip(said[0].rows[earlier], said[1].rows[earlier], strict=False)):
            for column, values in enumerate(zip(*both, strict=True)):
                if values == pair and not isinstance(pair[0], str):
                    return (earlier, row, column)
    return None
