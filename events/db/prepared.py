"""Statements worked out once: putting one together costs Piccolo far more than it costs the database to answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from inspect import signature
from itertools import chain
from typing import Any, Generic, TypeVar, cast

from piccolo.columns import ForeignKey, Serial
from piccolo.query import Objects
from piccolo.table import Table

Row = TypeVar("Row", bound=Table)
MARK = re.compile(r"\$[0-9]+|\?")  # a value's place: values themselves never stand in a statement
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
        self.ask = ask
        self._values = len(signature(ask).parameters) if values is None else values
        self._texts: dict[str, tuple[type[Row], str, list[Any]]] = {}

    async def __call__(self, *values: object) -> list[Row]:
        engine = _engine()
        table, sql, parts = self.text(engine.engine_type)
        args = [values[part.position] if isinstance(part, _Blank) else part for part in parts]
        rows = await engine.run(sql, args)
        if not rows:
            return []
        names = tuple(rows[0].keys())
        shape = _shape(table, names)
        if not shape.nested:
            return [_plainly(table, row if isinstance(row, dict) else dict(zip(names, row, strict=True))) for row in rows]
        return [_made(shape, tuple(row.values())) for row in rows]  # asyncpg's records iterate over their values

    def text(self, engine_type: str) -> tuple[type[Row], str, list[Any]]:
        """Whose rows, the statement, and what goes into its places."""
        return self._texts.get(engine_type) or self._compile(engine_type)

    def _compile(self, engine_type: str) -> tuple[type[Row], str, list[Any]]:
        query = self.ask(*(_Blank(position) for position in range(self._values)))
        (whole,) = query.querystrings
        text = self._texts[engine_type] = (query.table, *whole.compile_string(engine_type=engine_type))
        return text


class Listed(Generic[Row]):
    """The same of a query about a list, the last of its values: `Listed(lambda day, ids: …is_in(ids)…)`, then `await rows(day, [7, 9])`.

    It is worked out for one, and grown for lists of 2, 4, 8 …; a shorter one is filled up with its last value. Of an empty one there are
    no rows.
    """

    def __init__(self, ask: Callable[..., Objects[Row]]) -> None:
        self._fixed = len(signature(ask).parameters) - 1
        self._of_one = Prepared(lambda *blanks: ask(*blanks[:-1], list(blanks[-1:])), self._fixed + 1)
        self._of_size: dict[int, Prepared[Row]] = {1: self._of_one}

    async def __call__(self, *values: object) -> list[Row]:
        *fixed, given = values
        listed = list(cast("Iterable[object]", given))
        if not listed:
            return []
        size = 1 << (len(listed) - 1).bit_length()
        prepared = self._of_size.get(size) or self._prepare(size)
        return await prepared(*fixed, *listed, *listed[-1:] * (size - len(listed)))

    def _prepare(self, size: int) -> Prepared[Row]:
        found = self._of_size[size] = _Grown(self._of_one, self._fixed, size)
        return found


class _Grown(Prepared[Row]):
    """The query about one, with as many places where the one has its own: what Piccolo would make of it, at no cost."""

    def __init__(self, of_one: Prepared[Row], position: int, size: int) -> None:
        super().__init__(of_one.ask, position + size)
        self._of_one, self._position, self._size = of_one, position, size

    def _compile(self, engine_type: str) -> tuple[type[Row], str, list[Any]]:
        table, sql, parts = self._of_one.text(engine_type)
        pieces = MARK.split(sql)
        grown: list[Any] = []
        said = pieces[0]
        for part, piece in zip(parts, pieces[1:], strict=True):
            is_listed = part == _Blank(self._position)
            own = [_Blank(self._position + n) for n in range(self._size)] if is_listed else [part]
            marks = [f"${len(grown) + n}" if engine_type == "postgres" else "?" for n in range(1, len(own) + 1)]
            said += ", ".join(marks) + piece
            grown += own
        text = self._texts[engine_type] = (table, said, grown)
        return text


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
    """Insert new rows of one table and give them their ids. No JSON columns, no rows for foreign keys: plain ids."""
    start = 0
    while start < len(rows):
        size = _part(len(rows) - start)
        await _add(rows[start : start + size])
        start += size


def _part(left: int) -> int:
    """PostgreSQL takes any number by one statement. SQLite in parts of 1, 2, 4 …: it would work out one for each number of rows."""
    return left if _engine().engine_type == "postgres" else min(1 << left.bit_length() - 1, MOST_AT_ONCE)


async def _add(rows: Sequence[Table]) -> None:
    engine = _engine()
    table = type(rows[0])
    told = [
        [_plain(value) if isinstance(value, Enum) else value for value in map(row.__dict__.__getitem__, _columns(table))] for row in rows
    ]
    if engine.engine_type == "postgres" and len(rows) > 1:
        found = await engine.run(_insertion_of_many(table), list(zip(*told, strict=True)))
    else:
        found = await engine.run(_insertion(table, len(rows), engine.engine_type), list(chain.from_iterable(told)))
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


@dataclass(frozen=True)
class _Shape:
    """Where the values of a row of the answer belong: the table's own columns by their places, and rows that are nested in it."""

    table: type[Table]
    columns: tuple[tuple[str, int], ...]
    nested: tuple[tuple[str, _Shape], ...]


@cache
def _shape(table: type[Table], names: tuple[str, ...], places: tuple[int, ...] | None = None) -> _Shape:
    columns: list[tuple[str, int]] = []
    parts: dict[str, list[tuple[str, int]]] = {}
    for name, place in zip(names, places or range(len(names)), strict=True):
        first, dot, rest = name.partition(".")
        if dot:
            parts.setdefault(first, []).append((rest, place))
        else:
            columns.append((name, place))
    nested = [(name, _shape(_referenced(table, name), *zip(*part, strict=True))) for name, part in parts.items()]
    return _Shape(table, tuple(columns), tuple(nested))


def _plainly(table: type[Row], values: dict[str, Any]) -> Row:
    """The same of a row with nothing nested in it, which takes these values for its own."""
    row = table.__new__(table)
    values["_exists_in_db"], values["_was_created"] = True, None
    row.__dict__ = values
    return row


def _made(shape: _Shape, values: Sequence[Any]) -> Any:
    """As the constructor makes it, without looking at every column: nothing is missing in a row that was read."""
    row = shape.table.__new__(shape.table)
    row.__dict__ = {name: values[place] for name, place in shape.columns}
    row.__dict__ |= {"_exists_in_db": True, "_was_created": None}
    for name, part in shape.nested:
        row.__dict__[name] = _made(part, values)
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


@cache
def _insertion_of_many(table: type[Table]) -> str:
    """PostgreSQL: an array for each column."""
    names = _columns(table)
    types = [table._meta.get_column_by_name(name).column_type.partition("(")[0] for name in names]
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(types, 1))
    columns = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table._meta.tablename}" ({columns}) SELECT * FROM unnest({arrays}) RETURNING "id"'  # noqa: S608 -- as above


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _engine() -> Any:
    from events import db  # noqa: PLC0415 -- which database it is becomes known at the first question

    return db.engine()
