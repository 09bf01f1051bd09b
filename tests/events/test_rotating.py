from __future__ import annotations

import ast
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from piccolo.table import Table

import events
from events import clock, codes, db, rotating, sealing
from events.announce.tables import ChannelName, Group
from events.calendar.tables import Feed
from events.checkin.tables import PickupCode, Screen
from events.db.engine import PooledEngine
from events.people.tables import Message
from tests import make

OLD, NEW = "the-old-key-of-this-installation-0001", "the-new-key-of-this-installation-0002"
KEY = "00000000-0000-4000-8000-000000000000"

# Who seals what. A module that seals something new fails the first test until its column is in `rotating.SEALED`, and here.
BY = {
    "announce/reached.py": (Group.credential,),
    "calendar/addresses.py": (Feed.sealed,),
    "checkin/care/living_codes.py": (PickupCode.sealed,),
    "checkin/venue/screens.py": (Screen.sealed, Screen.seed),
    "people/messages.py": (Message.recipient, Message.text, Message.stop),
}


@pytest.fixture(autouse=True)
def _keys() -> Iterator[None]:
    yield
    sealing.use([NEW, OLD])  # whoever comes next says which


def _seals(source: str) -> int:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return sum(isinstance(call.func, ast.Attribute) and call.func.attr == "seal" for call in calls)


def test_every_column_that_is_sealed_is_turned() -> None:
    root = Path(str(events.__file__)).parent
    found = Counter({path.relative_to(root).as_posix(): n for path in root.rglob("*.py") if (n := _seals(path.read_text()))})
    assert found == {module: len(columns) for module, columns in BY.items()}
    named = {(column._meta.table, column._meta.name) for columns in BY.values() for column in columns}
    assert named == {(column._meta.table, column._meta.name) for column in rotating.SEALED}


async def _one_of_each() -> list[tuple[type[Table], int, str]]:
    """A row with every sealed column, under the old key: table, id, column."""
    sealing.use([OLD])
    host = await make.staff()
    group = await make.group(host=host, channel=ChannelName.WECOM)
    session = await make.session()
    registration = await make.registration(session)
    sealed = {name: sealing.seal(name) for name in ("code", "screen", "seed", "recipient", "text", "stop", "feed")}
    rows: list[Table] = [
        PickupCode(registration=registration.id, session=session.id, sealed=sealed["code"]),
        Screen(session=session.id, digest=codes.digest("s"), sealed=sealed["screen"], seed=sealed["seed"]),
        Message(kind="sms", recipient=sealed["recipient"], text=sealed["text"], stop=sealed["stop"], due_at=clock.now()),
        Feed(staff=host.id, digest=codes.digest("f"), sealed=sealed["feed"]),
    ]
    for row in rows:
        await row.save()
    names = {PickupCode: ("sealed",), Screen: ("sealed", "seed"), Message: ("recipient", "text", "stop"), Feed: ("sealed",)}
    ids = {type(row): row.id for row in rows}  # type: ignore[attr-defined]  # -- each has one
    return [(Group, group.id, "credential"), *((table, ids[table], name) for table, columns in names.items() for name in columns)]


async def _values(places: list[tuple[type[Table], int, str]]) -> list[str]:
    found = []
    for table, id, name in places:
        row: Any = await table.objects().where(table._meta.primary_key == id).first()
        found.append(getattr(row, name))
    return found


async def test_rotate_lets_the_old_key_go(engine: PooledEngine) -> None:
    places = await _one_of_each()
    assert len(places) == len(rotating.SEALED)
    said = [str(sealing.unseal(value)) for value in await _values(places)]
    before = {turned.column: turned.newest for turned in await rotating.survey()}
    sealing.use([NEW, OLD])
    survey = await rotating.survey()
    assert {turned.column: turned.resealed for turned in survey} == before
    assert [str(sealing.unseal(value)) for value in await _values(places)] == said
    assert await rotating.rotate() == survey
    sealing.use([NEW])
    assert [str(sealing.unseal(value)) for value in await _values(places)] == said
    assert said[0] == KEY
    again = await rotating.rotate()
    assert {(turned.resealed, turned.unreadable) for turned in again} == {(0, 0)}


async def test_rotate_counts_what_no_key_opens_and_leaves_it(engine: PooledEngine) -> None:
    sealing.use([OLD])
    group = await make.group(channel=ChannelName.WECOM)
    sealed = group.credential
    sealing.use([NEW])
    turned = (await rotating.rotate())[0]
    assert (turned.column, turned.resealed, turned.newest, turned.unreadable) == ("chat_group.credential", 0, 0, 1)
    (row,) = await Group.select(Group.credential).where(Group.id == group.id)
    assert row["credential"] == sealed


async def test_rotate_leaves_what_was_changed_meanwhile(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host pastes another robot between our reading and our writing: theirs stands."""
    sealing.use([OLD])
    host = await make.staff()
    groups = [await make.group(host=host, channel=ChannelName.WECOM) for _each in range(3)]
    sealing.use([NEW, OLD])
    theirs = sealing.seal("what the host pasted")
    reseal = sealing.reseal

    def slow(sealed: str) -> str:
        if sealed == groups[1].credential:
            changed.append(sealed)
        return reseal(sealed)

    changed: list[str] = []
    monkeypatch.setattr(sealing, "reseal", slow)
    writing = db.writing

    def late() -> Any:
        return _after(writing(), Group.update({Group.credential: theirs}).where(Group.id == groups[1].id))

    monkeypatch.setattr(rotating, "writing", late)
    await rotating.rotate()
    rows = await Group.select(Group.credential).where(Group.id.is_in([group.id for group in groups])).order_by(Group.id)
    assert [str(sealing.unseal(row["credential"])) for row in rows] == [KEY, "what the host pasted", KEY]
    assert changed


class _after:  # noqa: N801 -- stands in for a function
    """A transaction in which something else happens first, as if it had been committed a moment before."""

    def __init__(self, transaction: Any, change: Any) -> None:
        self._transaction, self._change = transaction, change

    async def __aenter__(self) -> None:
        await self._transaction.__aenter__()
        await self._change

    async def __aexit__(self, *end: object) -> None:
        await self._transaction.__aexit__(*end)


async def test_rotate_broken_off_goes_on_where_it_was(engine: PooledEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.use([OLD])
    host = await make.staff()
    made = [await make.group(host=host, channel=ChannelName.WECOM) for _each in range(7)]
    sealing.use([NEW, OLD])
    monkeypatch.setattr(rotating, "CHUNK", 2)
    stop_after = random.Random(7).randrange(1, 3)
    writing, n = db.writing, 0

    def failing() -> Any:
        nonlocal n
        n += 1
        if n > stop_after:
            raise KeyboardInterrupt
        return writing()

    monkeypatch.setattr(rotating, "writing", failing)
    with pytest.raises(KeyboardInterrupt):
        await rotating.rotate()
    monkeypatch.setattr(rotating, "writing", writing)
    turned = (await rotating.rotate())[0]
    assert (turned.newest, turned.resealed) == (2 * stop_after, len(made) - 2 * stop_after)
