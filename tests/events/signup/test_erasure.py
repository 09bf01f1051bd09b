"""What the consent text promises: thirty days after, nothing that was told is left."""

from __future__ import annotations

from datetime import timedelta

from events import clock
from events.db.engine import PooledEngine
from events.people.tables import Household
from events.signup import erasure
from events.signup.tables import Attendee, Registration
from tests import make


async def test_sweep_erases_what_was_told_when_the_session_is_long_over(engine: PooledEngine) -> None:
    ended = clock.now() - erasure.AFTER - timedelta(hours=1)
    session = await make.session()
    party = make.party(people=(make.adult(), make.child("小满", allergies="花生")), note="外婆来接")
    registration = await make.registration(session, party=party)
    await session.update_self({session.__class__.starts_at: ended - timedelta(hours=2), session.__class__.ends_at: ended})

    assert await erasure.sweep() is False

    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    assert (row.name, row.phone, row.note, row.fingerprint) == ("", "", "", "")
    people = await Attendee.objects().where(Attendee.registration == registration.id)
    assert [(person.name, person.allergies) for person in people] == [("", ""), ("", "")]
    assert [person.birth_month is None for person in people].count(False) == 1  # the age stays, for counting
    household = await Household.objects().get(Household.id == registration.household)
    assert household is not None
    assert (household.name, household.phone) == ("", "")


async def test_sweep_leaves_what_is_still_needed(engine: PooledEngine) -> None:
    """A household with a coming session keeps its name, though an old registration of it is erased."""
    family = await make.household()
    old, coming = await make.session(), await make.session()
    long_ago = await make.registration(old, household=family)
    soon = await make.registration(coming, household=family)
    ended = clock.now() - erasure.AFTER - timedelta(hours=1)
    await old.update_self({old.__class__.starts_at: ended - timedelta(hours=2), old.__class__.ends_at: ended})

    await erasure.sweep()

    phones = {row["id"]: row["phone"] for row in await Registration.select(Registration.id, Registration.phone)}
    assert phones[long_ago.id] == ""
    assert phones[soon.id] != ""
    kept = await Household.objects().get(Household.id == family.id)
    assert kept is not None
    assert kept.phone != ""
