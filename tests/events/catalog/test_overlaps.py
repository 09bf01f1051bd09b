"""Overlaps against the plain definition: every two looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from events.catalog.overlaps import There, What, chefs, slot_of

FIRST = datetime(2026, 11, 28, tzinfo=UTC)
HALF = timedelta(minutes=30)
CHEFS = ("", "罗师傅", "罗师傅、何师傅", "何 师傅")


@some.composite
def sessions(draw: some.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for number in range(1, draw(some.integers(2, 12))):
        starts_at = FIRST + HALF * draw(some.integers(0, 60))
        names = {"event": number, "title": "包馄饨", "place": "一楼", "host_name": "何", "store": 1, "store_name": "花园店"}
        rows.append(
            {
                **names,
                "session": number,
                "starts_at": starts_at,
                "ends_at": starts_at + HALF * draw(some.integers(1, 48)),
                "venue": draw(some.integers(1, 3)),
                "host": draw(some.integers(1, 3)),
                "chef": draw(some.sampled_from(CHEFS)),
                "flat": draw(some.sampled_from(("", "101", "502"))),
                "compound": None,
                "kind": "workshop",
                "state": "published",
                "zone": "Asia/Shanghai",
            }
        )
    return rows


def plainly(one: dict[str, Any], other: dict[str, Any]) -> set[What]:
    """What two sessions that overlap both want."""
    if not (one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]):
        return set()
    same = {What.HOST: one["host"] == other["host"], What.CHEF: bool(chefs(one["chef"]) & chefs(other["chef"]))}
    is_elsewhere = one["flat"] and other["flat"] and one["flat"] != other["flat"]
    same[What.VENUE] = one["venue"] == other["venue"] and not is_elsewhere
    return {what for what, is_wanted in same.items() if is_wanted}


@given(sessions())
@settings(deadline=None)
def test_clashes_are_those_of_every_two_that_overlap(rows: list[dict[str, Any]]) -> None:
    there = There(rows)
    for one in rows:
        found = {(clash.session, clash.what) for clash in there.clashes(slot_of(one))}
        wanted = {(other["session"], what) for other in rows if other is not one for what in plainly(one, other)}
        assert found == wanted


@given(sessions())
@settings(deadline=None)
def test_each_tells_of_the_other(rows: list[dict[str, Any]]) -> None:
    there = There(rows)
    told = {(row["session"], clash.session, clash.what) for row in rows for clash in there.clashes(slot_of(row))}
    assert told == {(other, one, what) for one, other, what in told}
