from __future__ import annotations

from events.db.engine import PooledEngine
from events.people import members
from events.signup import remembering
from events.signup.tables import Consent
from tests import make


async def test_remember_keeps_the_people_of_a_sign_up(engine: PooledEngine) -> None:
    family = await make.household()
    party = make.party(people=(make.adult("爸爸"), make.adult(), make.child("小满", allergies="花生")))
    await remembering.remember(family.id, party, 4)
    assert [(each.is_child, each.name, each.allergies) for each in await members.of(family.id)] == [
        (False, "爸爸", ""),
        (True, "小满", "花生"),
    ]


async def test_remember_leaves_refused_children_out(engine: PooledEngine) -> None:
    """A family may be remembered and still want nothing kept of its children."""
    family = await make.household()
    party = make.party(people=(make.adult("爸爸"), make.child("小满")), consent=Consent.REFUSED)
    await remembering.remember(family.id, party, 4)
    assert [each.name for each in await members.of(family.id)] == ["爸爸"]
