import pytest

from events.people import rights
from events.people.tables import Role, Staff

HERE, ELSEWHERE = 1, 2


def member(role: Role, store: int | None, id: int = 7) -> Staff:
    return Staff(id=id, name="周宁", login="zhou", role=role, store=store)


OWNER, LEAD, HOST = member(Role.OWNER, None, 5), member(Role.LEAD, HERE, 6), member(Role.HOST, HERE, 7)


@pytest.mark.parametrize(
    ("who", "sees", "leads", "edits_own", "edits_others"),
    [
        (OWNER, (True, True), (True, True), True, True),
        (LEAD, (True, False), (True, False), True, True),
        (HOST, (True, False), (False, False), True, False),
    ],
)
def test_rights_by_role(who: Staff, sees: tuple[bool, bool], leads: tuple[bool, bool], edits_own: bool, edits_others: bool) -> None:
    assert (rights.sees(who, HERE), rights.sees(who, ELSEWHERE)) == sees
    assert (rights.may_lead(who, HERE), rights.may_lead(who, ELSEWHERE)) == leads
    assert rights.may_edit(who, HERE, who.id) == edits_own
    assert rights.may_edit(who, HERE, 99) == edits_others


def test_may_edit_stops_at_the_store_even_for_ones_own() -> None:
    assert not rights.may_edit(HOST, ELSEWHERE, HOST.id)


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        (OWNER, member(Role.OWNER, None), True),
        (OWNER, member(Role.LEAD, ELSEWHERE), True),
        (LEAD, member(Role.HOST, HERE), True),
        (LEAD, member(Role.HOST, ELSEWHERE), False),
        (LEAD, member(Role.LEAD, HERE), False),
        (LEAD, member(Role.OWNER, None), False),
        (LEAD, LEAD, False),
        (HOST, member(Role.HOST, HERE), False),
    ],
)
def test_may_manage(who: Staff, whom: Staff, may: bool) -> None:
    assert rights.may_manage(who, whom) == may
