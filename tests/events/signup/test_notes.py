from __future__ import annotations

import pytest

from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit
from events.signup import notes
from events.signup.tables import Registration
from tests import make


async def test_write_keeps_the_note_and_leaves_a_trail_without_its_words(engine: PooledEngine) -> None:
    host, registration = await make.staff(), await make.registration()
    for _ in range(2):
        await notes.write(registration, " 外婆来接 ", by=host, store=host.store or 0)
    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    assert (row.host_note, [(each["act"], each["subject_id"]) for each in await Audit.select().where(Audit.subject == "registration")]) == (
        "外婆来接",
        [("registration.noted", registration.id)],
    )


async def test_write_refuses_what_is_too_long(engine: PooledEngine) -> None:
    host, registration = await make.staff(), await make.registration()
    with pytest.raises(Refused) as error:
        await notes.write(registration, "长" * (notes.LONGEST + 1), by=host, store=host.store or 0)
    assert error.value.field == "host_note"
