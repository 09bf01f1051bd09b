from __future__ import annotations

from events.db.engine import PooledEngine
from events.people import members
from events.signup import registrations, remembering
from events.signup.tables import Consent
from tests import make


async def test_remember_keeps_the_people_of_a_sign_up(engine: PooledEngine) -> None:
    party = make.party(people=(make.adult("爸爸"), make.adult(), make.child("小满", allergies="花生")))
    family = await make.registration(party=party)
    await remembering.remember(family, party, 4)
    assert [(each.is_child, each.name, each.allergies) for each in await members.of(family.household)] == [
        (False, "爸爸", ""),
        (True, "小满", "花生"),
    ]


async def test_remember_tells_who_comes_which_member_it_is(engine: PooledEngine) -> None:
    """Else the form to change the sign-up would offer the same child once more."""
    party = make.party(people=(make.adult(), make.adult("爸爸"), make.child("小满"), make.child("小暑")))
    family = await make.registration(party=party)
    await remembering.remember(family, party, None)
    ids = {each.name: each.id for each in await members.of(family.household)}
    coming = await registrations.people_of(family.id)
    assert [each.member for each in coming] == [None, ids["爸爸"], ids["小满"], ids["小暑"]]


async def test_remember_leaves_refused_children_out(engine: PooledEngine) -> None:
    """A family may be remembered and still want nothing kept of its children."""
    party = make.party(people=(make.adult("爸爸"), make.child("小满")), consent=Consent.REFUSED)
    family = await make.registration(party=party)
    await remembering.remember(family, party, 4)
    assert [each.name for each in await members.of(family.household)] == ["爸爸"]
