from __future__ import annotations

import dataclasses
import inspect

import pytest

from events import db, facts, reactions
from events.db.engine import PooledEngine
from events.facts import Placed, PlacesFreed, Registered, tell
from events.people.tables import Household


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the only reaction, to places freed, was told."""
    told: list[object] = []

    async def note(fact: PlacesFreed) -> None:
        told.append(fact)

    monkeypatch.setattr(facts, "_when", {PlacesFreed: [note]})
    return told


async def test_tell_runs_the_reactions_to_this_fact_only(engine: PooledEngine, heard: list[object]) -> None:
    async with db.writing():
        await tell(PlacesFreed(7))
        await tell(Registered(1, 7))
    assert heard == [PlacesFreed(7)]


async def test_tell_runs_them_in_their_order(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[int] = []

    def nth(number: int) -> facts.Reaction:
        async def note(fact: PlacesFreed) -> None:
            order.append(number)

        return note

    monkeypatch.setattr(facts, "_when", {PlacesFreed: [nth(1), nth(2), nth(3)]})
    async with db.writing():
        await tell(PlacesFreed(7))
    assert order == [1, 2, 3]


async def test_tell_outside_writing_is_a_bug(engine: PooledEngine, heard: list[object]) -> None:
    with pytest.raises(RuntimeError, match="PlacesFreed told outside"):
        await tell(PlacesFreed(7))
    async with db.reading():
        with pytest.raises(RuntimeError, match="PlacesFreed told outside"):
            await tell(PlacesFreed(7))
    assert heard == []


async def test_a_reaction_that_fails_undoes_what_it_was_told(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(fact: PlacesFreed) -> None:
        raise OSError("full disk")

    monkeypatch.setattr(facts, "_when", {PlacesFreed: [fails]})
    with pytest.raises(OSError, match="full disk"):
        async with db.writing():
            await Household(name="陈妈妈").save()
            await tell(PlacesFreed(7))
    assert await Household.count() == 0


async def test_a_reaction_writes_in_the_facts_own_transaction(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    async def writes(fact: PlacesFreed) -> None:
        async with db.writing():
            await Household(name="反应").save()

    monkeypatch.setattr(facts, "_when", {PlacesFreed: [writes]})
    with pytest.raises(OSError, match="after it"):
        async with db.writing():
            await tell(PlacesFreed(7))
            raise OSError("after it")
    assert await Household.count() == 0


def test_the_table_of_reactions_is_installed() -> None:
    assert facts._when == reactions.WHEN
    assert facts._when[Placed] == reactions.WHEN[Placed] != []


def test_every_reaction_is_to_a_fact_and_waits() -> None:
    for fact, hearers in reactions.WHEN.items():
        assert fact.__module__ == "events.facts"
        assert [each for each in hearers if not inspect.iscoroutinefunction(each)] == []


def test_facts_hold_ids_only() -> None:
    """They are told upward and may be logged: no name, no phone, no row that may be stale."""
    told = [value for value in vars(facts).values() if isinstance(value, type) and dataclasses.is_dataclass(value)]
    assert len(told) >= 6
    for fact in told:
        said = {field.name: field.type for field in dataclasses.fields(fact)}
        words = {name for name, type_ in said.items() if type_ == "str"}
        assert words <= {"act", "end"}  # a form's key, a state's name
        assert set(said.values()) <= {"int", "int | None", "tuple[int, ...]", "bool", "datetime", "str"}
