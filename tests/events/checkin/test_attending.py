from __future__ import annotations

import pytest

from events.checkin import attending
from events.checkin.attending import Caller
from events.db.engine import PooledEngine
from events.people import sign_ins, staff
from tests import make
from tests.cast import Cast, assemble


@pytest.fixture
async def cast(engine: PooledEngine) -> Cast:
    return await assemble()


@pytest.fixture
async def callers(cast: Cast) -> dict[str, Caller]:
    """Everybody at the east's door, and two more."""
    token = {who.id: await sign_ins.start_again(who) for who in (cast.owner, cast.east_host, cast.west_host)}
    session = cast.session.id
    return {
        "owner": Caller(token[cast.owner.id], session),
        "host": Caller(token[cast.east_host.id], session),
        "foreign": Caller(token[cast.west_host.id], session),
        "nobody": Caller("no token", session),
        "nowhere": Caller(token[cast.east_host.id], 99_999),
    }


async def test_known_are_those_who_are_signed_in_and_see_the_store(cast: Cast, callers: dict[str, Caller]) -> None:
    found = await attending.known(callers.values())
    assert {name: (found[who][0].id, found[who][1].session.id) for name, who in callers.items() if who in found} == {
        "owner": (cast.owner.id, cast.session.id),
        "host": (cast.east_host.id, cast.session.id),
    }


async def test_known_forgets_who_signs_out_or_is_disabled_at_once(cast: Cast, callers: dict[str, Caller]) -> None:
    await sign_ins.end(callers["owner"].token)
    await staff.disable(cast.east_host, by=cast.owner)
    assert await attending.known(callers.values()) == {}


async def test_known_asks_as_often_for_one_as_for_many(engine: PooledEngine, callers: dict[str, Caller]) -> None:
    for asked in ([callers["host"]], list(callers.values())):
        before = engine.get_query_id()
        await attending.known(asked)
        assert engine.get_query_id() - before - 1 == 2
    assert await attending.known([]) == {}


async def test_known_sees_a_session_that_is_made_meanwhile(cast: Cast, callers: dict[str, Caller]) -> None:
    fresh = await make.session(await make.event(cast.east, host=cast.east_host))
    caller = Caller(callers["host"].token, fresh.id)
    assert (await attending.known([caller]))[caller][1].session.id == fresh.id
