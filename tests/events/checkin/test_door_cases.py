"""The table of door cases, at the server's door."""

from __future__ import annotations

from events import db
from events.catalog.tables import Store
from events.checkin import arrivals
from events.checkin.verdicts import Verdict
from events.db.engine import PooledEngine
from tests import door_cases, make


async def test_every_case_is_answered_by_the_server_as_the_table_says(engine: PooledEngine) -> None:
    host = await make.staff()
    store = await db.row(Store, host.store or 0)
    assert store is not None
    doors = await door_cases.build(store, host)
    found, wanted = {}, {}
    for case in doors.cases:
        wanted[case.name] = case.verdict
        if case.ticket is None:
            found[case.name] = Verdict.UNKNOWN
        else:
            at_door = await arrivals.look(case.ticket, doors.session)
            found[case.name] = arrivals.answer(at_door, [each for each in at_door.people if each.id in case.coming])
    assert found == wanted
