from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import sealing
from events.db.engine import PooledEngine
from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from events.people.tables import OptOut

PHONE, MAIL = Contact(Kind.SMS, "13800138000"), Contact(Kind.EMAIL, "lin@example.com")


@pytest.fixture(autouse=True)
def _keys() -> None:
    sealing.use(["a key for tests that is long enough"])


async def test_choose_is_kept_by_contact_and_taken_back(engine: PooledEngine) -> None:
    assert await opt_outs.of([PHONE, MAIL]) == {}
    await opt_outs.choose(PHONE, Level.REMINDERS)
    await opt_outs.choose(MAIL, Level.ALL)
    assert await opt_outs.of([PHONE, MAIL]) == {PHONE: Level.REMINDERS, MAIL: Level.ALL}
    await opt_outs.choose(PHONE, Level.ALL)
    await opt_outs.choose(PHONE, Level.ALL)
    await opt_outs.choose(MAIL, None)
    assert (await opt_outs.of([PHONE, MAIL]), await OptOut.count()) == ({PHONE: Level.ALL}, 1)
    assert await opt_outs.of([]) == {}


async def test_choose_writes_no_contact_down(engine: PooledEngine) -> None:
    await opt_outs.choose(PHONE, Level.ALL)
    (row,) = await OptOut.select()
    assert not any(PHONE.value in str(value) for value in row.values())


@given(digits=st.integers(13_000_000_000, 19_999_999_999))
def test_code_opens_as_the_phone_it_was_made_for(digits: int) -> None:
    contact = Contact(Kind.SMS, str(digits))
    assert opt_outs.contact_of(opt_outs.code(contact)) == contact


def test_code_is_short_for_phones_and_tells_nothing() -> None:
    code = opt_outs.code(PHONE)
    assert (len(code), opt_outs.code(PHONE) == code, opt_outs.contact_of(opt_outs.code(MAIL))) == (30, True, MAIL)
    assert opt_outs.code(Contact(Kind.SMS, "13800138001"))[:8] != code[:8]


@pytest.mark.parametrize("start", range(1, 30, 7))
def test_contact_of_a_code_we_did_not_make_is_nobodys(start: int) -> None:
    code = opt_outs.code(PHONE)
    other = "A" if code[start] != "A" else "B"
    assert opt_outs.contact_of(code[:start] + other + code[start + 1 :]) is None
    assert opt_outs.contact_of(code[start:]) is None
