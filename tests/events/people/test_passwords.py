import pytest

from events.db import writing
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import passwords


async def test_matches_what_was_hashed_and_nothing_else() -> None:
    stored = await passwords.hashed("ni hao 2026")
    assert stored.startswith("$argon2id$")
    assert await passwords.matches("ni hao 2026", stored)
    assert not await passwords.matches("ni hao 2027", stored)
    assert not await passwords.matches("", stored)


async def test_matches_one_password_however_it_was_composed() -> None:
    assert await passwords.matches("\uff43afe\u0301-2026", await passwords.hashed("caf\u00e9-2026"))


async def test_matches_nobody_without_a_stored_one() -> None:
    assert not await passwords.matches("nobody", None)


async def test_hashed_is_never_worked_out_inside_a_transaction(engine: PooledEngine) -> None:
    with pytest.raises(RuntimeError):
        async with writing():
            await passwords.hashed("ni hao 2026")


@pytest.mark.parametrize("password", ["", "1234567", "x" * 201, "zhou.ning", " Zhou.NING "])
def test_check_refuses(password: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.check(password, login="zhou.ning", field="new")
    assert refused.value.field == "new"


def test_check_takes_eight_of_anything() -> None:
    passwords.check("一二三四五六七八", login="zhou.ning")
