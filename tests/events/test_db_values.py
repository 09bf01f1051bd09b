"""Values come out of the database as Piccolo would have them, and rows hold them without its columns in between."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from piccolo.columns import column_types
from piccolo.columns.base import Column
from piccolo.engine import sqlite as theirs

from events.catalog.tables import Session
from events.db import values
from events.db.engine import PooledEngine
from events.piccolo_app import TABLES
from tests import make

MOMENTS = st.datetimes(
    min_value=datetime.fromisoformat("1970-01-02"),
    max_value=datetime.fromisoformat("2100-01-01"),
    timezones=st.sampled_from([UTC, ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai")]),
)


@given(MOMENTS)
def test_moments_are_written_and_read_as_theirs(moment: datetime) -> None:
    written = values.written(moment)
    assert written == theirs.convert_datetime_in(moment)
    assert values.moment(written.encode()) == theirs.convert_timestamptz_out(written.encode()) == moment
    assert values.moment(written.encode()).tzinfo is UTC


ELSEWHERE = datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize("moment", [ELSEWHERE, ELSEWHERE.replace(tzinfo=None)])
def test_moments_without_a_zone_or_of_another_are_theirs_too(moment: datetime) -> None:
    written = values.written(moment)
    assert written == theirs.convert_datetime_in(moment)
    assert values.moment(written.encode()) == theirs.convert_timestamptz_out(written.encode())


def test_sqlite_gives_each_kind_as_theirs() -> None:
    raw = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES)
    raw.execute("CREATE TABLE each (n INTEGER, is_so BOOLEAN, day DATE, at TIMESTAMPTZ, uid UUID)")
    told = (7, True, date(2026, 11, 23), datetime(2026, 11, 23, 8, 30, 0, 5, tzinfo=UTC), uuid4())
    raw.execute(
        "INSERT INTO each VALUES (?, ?, ?, ?, ?), (?, ?, ?, ?, ?), (NULL, NULL, NULL, NULL, NULL)", [*told, -told[0], False, *told[2:]]
    )
    assert raw.execute("SELECT * FROM each").fetchall() == [told, (-7, False, *told[2:]), (None,) * 5]
    raw.close()


async def test_rows_hold_what_they_are_told(engine: PooledEngine) -> None:
    """A look at a row goes to the row: no column has a say, and what was set is saved."""
    row = await make.session(places=7)
    row.places = 8
    assert (row.__dict__["places"], row.places, getattr(row, "places")) == (8, 8, 8)  # noqa: B009 -- both ways
    await row.save([Session.places])
    assert [each.places for each in await Session.objects()] == [8]
    assert isinstance(Session.places, Column)


def test_no_column_stands_between_a_row_and_its_values() -> None:
    """A newer Piccolo may bring new kinds of columns: then `values.plainly` has to be looked at again."""
    kinds = [kind for kind in vars(column_types).values() if isinstance(kind, type) and issubclass(kind, Column)]
    assert len(kinds) > 20
    assert [kind for kind in kinds if hasattr(kind, "__set__")] == []
    assert [column for table in TABLES for column in table._meta.columns if hasattr(type(column), "__set__")] == []
