"""Statements worked out once: putting one together costs Piccolo far more than it costs the database to answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from inspect import signature
from typing import Any, Generic, TypeVar, cast

from piccolo.columns import ForeignKey, Serial
from piccolo.query import Objects
from piccolo.table import Table

Row = TypeVar("Row", bound=Table)
MOST_AT_ONCE = 256  # rows in one statement; none takes more than 32,767 values


@dataclass(frozen=True)
class _Blank:
    """Where a value goes in."""

    position: int


class Prepared(Generic[Row]):
    """`Prepared(lambda id: Event.objects().where(Event.id == id))`, then `await rows(7)`: the same query each time, with other values.

    The query may not depend on the values, they are only put into their places. They must be what the database knows: no enumerations,
    no rows. Prefetched rows are nested as Piccolo does it.
    """

    def __init__(self, ask: Callable[..., Objects[Row]], values: int | None = None) -> None:
        self._ask = ask
        self._values = len(signature(ask).parameters) if values is None else values
        self._texts: dict[str, tuple[type[Row], str, list[Any]]] = {}

    async def __call__(self, *values: object) -> list[Row]:
        engine = _engine()
        table, sql, parts = self._texts.get(engine.engine_type) or self._compile(engine.engine_type)
        args = [values[part.position] if isinstance(part, _Blank) else part for part in parts]
        rows = await engine.run(sql, args)
        named = rows[0].keys() if rows else ()  # asyncpg's records iterate over their values
        make = _made if any("." in name for name in named) else _made_plain
        return [make(table, row) for row in rows]

    def _compile(self, engine_type: str) -> tuple[type[Row], str, list[Any]]:
        query = self._ask(*(_Blank(position) for position in range(self._values)))
        (whole,) = query.querystrings
        text = self._texts[engine_type] = (query.table, *whole.compile_string(engine_type=engine_type))
        return text


class Listed(Generic[Row]):
    """The same of a query about a list, the last of its values: `Listed(lambda day, ids: …is_in(ids)…)`, then `await rows(day, [7, 9])`.

    It is worked out for lists of 1, 2, 4, 8 …; a shorter one is filled up with its last value. Of an empty one there are no rows.
    """

    def __init__(self, ask: Callable[..., Objects[Row]]) -> None:
        self._ask = ask
        self._fixed = len(signature(ask).parameters) - 1
        self._of_size: dict[int, Prepared[Row]] = {}

    async def __call__(self, *values: object) -> list[Row]:
        *fixed, given = values
        listed = list(cast("Iterable[object]", given))
        if not listed:
            return []
        size = 1 << (len(listed) - 1).bit_length()
        prepared = self._of_size.get(size) or self._prepare(size)
        return await prepared(*fixed, *listed, *listed[-1:] * (size - len(listed)))

    def _prepare(self, size: int) -> Prepared[Row]:
        end = self._fixed
        found = self._of_size[size] = Prepared(lambda *blanks: self._ask(*blanks[:end], list(blanks[end:])), end + size)
        return found


async def row(table: type[Row], id: int) -> Row | None:
    """The row with this id as it is now, or None."""
    found = await _by_id(table)(id)
    return found[0] if found else None


def new(table: type[Row], **values: object) -> Row:
    """A row to be added, as the constructor makes it but without looking at every column; times are told, not left to the clock."""
    row = table.__new__(table)
    row.__dict__.update(_defaults(table), **values)
    return row


async def add(*rows: Table) -> None:
    """Insert new rows of one table and give them their ids. No JSON columns, no rows for foreign keys: plain ids.

    In parts of 1, 2, 4 … rows: a statement of each number of rows would be worked out anew by the database.
    """
    start = 0
    while start < len(rows):
        size = min(1 << (len(rows) - start).bit_length() - 1, MOST_AT_ONCE)
        await _add(rows[start : start + size])
        start += size


async def _add(rows: Sequence[Table]) -> None:
    engine = _engine()
    table = type(rows[0])
    args = [_plain(values[name]) for values in (row.__dict__ for row in rows) for name in _columns(table)]
    found = await engine.run(_insertion(table, len(rows), engine.engine_type), args)
    for row, given in zip(rows, found, strict=True):
        row.__dict__ |= {"id": given["id"], "_exists_in_db": True}


@cache
def _defaults(table: type[Table]) -> Mapping[str, Any]:
    found: dict[str, Any] = {"id": None, "_exists_in_db": False, "_was_created": None}
    for column in table._meta.columns:
        default = getattr(column, "default", None)
        if not isinstance(column, Serial) and not hasattr(default, "python"):
            found[column._meta.name] = _plain(default)
    return found


@cache
def _by_id(table: type[Row]) -> Prepared[Row]:
    return Prepared(lambda id: table.objects().where(table._meta.primary_key == id))


def _made(table: type[Row], values: Mapping[str, Any]) -> Row:
    """As the constructor makes it, without looking at every column: nothing is missing in a row that was read."""
    row = table.__new__(table)
    row.__dict__ |= {"_exists_in_db": True, "_was_created": None}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        first, dot, rest = name.partition(".")
        if dot:
            parts.setdefault(first, {})[rest] = value
        else:
            row.__dict__[name] = value
    for name, part in parts.items():
        row.__dict__[name] = _made(_referenced(table, name), part)
    return row


def _made_plain(table: type[Row], values: Mapping[str, Any]) -> Row:
    """The same of columns of one table."""
    row = table.__new__(table)
    row.__dict__.update(values, _exists_in_db=True, _was_created=None)
    return row


@cache
def _referenced(table: type[Table], column: str) -> type[Table]:
    key = cast("ForeignKey[Any]", table._meta.get_column_by_name(column))
    return key._foreign_key_meta.resolved_references  # noqa: SLF001 -- Piccolo tells it nowhere else


@cache
def _columns(table: type[Table]) -> tuple[str, ...]:
    return tuple(column._meta.name for column in table._meta.columns if not isinstance(column, Serial))


@cache
def _insertion(table: type[Table], rows: int, engine_type: str) -> str:
    names = _columns(table)
    marks = iter([f"${n + 1}" if engine_type == "postgres" else "?" for n in range(rows * len(names))])
    values = ", ".join("(" + ", ".join(next(marks) for _ in names) + ")" for _ in range(rows))
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table._meta.tablename}" ({columns}) VALUES {values} RETURNING "id"'  # noqa: S608 -- a Table's own names


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _engine() -> Any:
    from events import db  # noqa: PLC0415 -- which database it is becomes known at the first question

    return db.engine()
