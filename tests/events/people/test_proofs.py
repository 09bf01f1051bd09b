from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
import time_machine

from events import clock, sealing
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people import attempts, households, proofs
from events.people.contacts import Contact, Kind
from events.people.tables import Code, Household, Message
from tests import make

HERE, THERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _on_a_database(engine: PooledEngine) -> None:
    sealing.use(["a key for tests that is long enough"])


async def code() -> str:
    """The digits of the latest message."""
    row = await Message.objects().order_by(Message.id, ascending=False).first()
    assert row is not None
    found = re.search(r"\d{6}", sealing.unseal(row.text))
    assert found is not None
    return found[0]


def wrong(right: str) -> str:
    return "999999" if right != "999999" else "999998"


async def proven(phone: str = "") -> tuple[Household, Contact]:
    family = await make.household(phone=phone)
    contact = Contact(Kind.SMS, family.phone)
    await proofs.ask(contact, household=family.id, address=HERE)
    await proofs.use(contact, await code(), household=family.id, address=HERE)
    return family, contact


async def test_use_proves_a_familys_own_contact() -> None:
    family = await make.household()
    for contact in (Contact(Kind.SMS, "13912345678"), Contact(Kind.EMAIL, "lin@example.com")):
        await proofs.ask(contact, household=family.id, address=HERE)
        assert await proofs.use(contact, await code(), household=family.id, address=HERE) == family.id
    row = await households.of(family.id)
    assert row is not None
    assert (row.phone, row.email) == ("13912345678", "lin@example.com")
    assert None not in {row.phone_proven_at, row.email_proven_at}


async def test_use_lets_a_device_join_by_what_was_proven() -> None:
    family, contact = await proven()
    await proofs.ask(contact, address=THERE)
    assert await proofs.use(contact, await code(), address=THERE) == family.id


async def test_use_joins_nobody_by_a_phone_that_was_only_typed() -> None:
    family = await make.household()
    contact = Contact(Kind.SMS, family.phone)
    await proofs.ask(contact, address=THERE)
    with pytest.raises(Refused) as refused:
        await proofs.use(contact, await code(), address=THERE)
    assert refused.value.field == "code"


async def test_a_code_to_prove_is_no_code_to_join_and_the_other_way_round() -> None:
    """Else one who has a family of his own could talk somebody else's phone into it."""
    family, contact = await proven()
    await proofs.ask(contact, household=family.id, address=HERE)
    with pytest.raises(Refused):
        await proofs.use(contact, await code(), address=HERE)
    await proofs.ask(contact, address=HERE)
    with pytest.raises(Refused):
        await proofs.use(contact, await code(), household=family.id, address=HERE)


async def test_use_works_once() -> None:
    _family, contact = await proven()
    await proofs.ask(contact, address=HERE)
    digits = await code()

    async def opens() -> bool:
        try:
            await proofs.use(contact, digits, address=HERE)
        except Refused:
            return False
        return True

    assert sorted(await asyncio.gather(*(opens() for _ in range(4)))) == [False, False, False, True]


async def test_use_refuses_after_ten_minutes() -> None:
    _family, contact = await proven()
    await proofs.ask(contact, address=HERE)
    digits = await code()
    with time_machine.travel(clock.now() + proofs.LASTS + timedelta(seconds=1)), pytest.raises(Refused):
        await proofs.use(contact, digits, address=HERE)


async def test_use_stops_guessing_after_five_tries() -> None:
    _family, contact = await proven()
    await proofs.ask(contact, address=HERE)
    digits = await code()
    for _try in range(proofs.TRIES):
        with pytest.raises(Refused):
            await proofs.use(contact, wrong(digits), address=HERE)
    with pytest.raises(Refused):
        await proofs.use(contact, digits, address=HERE)


async def test_use_takes_an_earlier_code_that_came_late() -> None:
    family, contact = await proven()
    await proofs.ask(contact, address=HERE)
    first = await code()
    await proofs.ask(contact, address=HERE)
    assert await proofs.use(contact, first, address=HERE) == family.id


async def test_ask_is_refused_alike_for_known_and_unknown_when_asked_too_often() -> None:
    _family, known = await proven()
    sentences = []
    with time_machine.travel(clock.now() + attempts.WINDOW + timedelta(seconds=1), tick=False):
        for contact in (known, Contact(Kind.SMS, make.phone())):
            for _ask in range(proofs.ASKED_PER_CONTACT):
                await proofs.ask(contact, address=THERE)
            with pytest.raises(Refused) as refused:
                await proofs.ask(contact, address=HERE)
            sentences.append((refused.value.sentence, refused.value.values))
    assert sentences[0] == sentences[1]


async def test_ask_stops_after_so_many_a_day() -> None:
    contact = Contact(Kind.SMS, make.phone())
    start = clock.now()
    for number in range(proofs.ASKED_PER_DAY):
        with time_machine.travel(start + number * attempts.WINDOW * 1.1):
            await proofs.ask(contact, address=HERE)
    with time_machine.travel(start + timedelta(hours=5)), pytest.raises(Refused) as refused:
        await proofs.ask(contact, address=HERE)
    assert refused.value.values == {"n": 19}


async def test_ask_writes_the_same_for_nobody_but_what_nobody_sends() -> None:
    """Same tables, same number of rows, same shape; the message is over before it could leave."""
    _family, known = await proven()
    told = []
    for contact in (known, Contact(Kind.SMS, make.phone())):
        before = await Code.count(), await Message.count()
        await proofs.ask(contact, address=HERE)
        after = await Code.count(), await Message.count()
        row = await Message.objects().order_by(Message.id, ascending=False).first()
        assert row is not None
        told.append(([b - a for a, b in zip(before, after, strict=True)], len(row.recipient), len(row.text)))
        assert (row.expires_at > clock.now()) == (contact == known)
    assert told[0] == told[1]


async def test_others_are_the_families_that_proved_the_same() -> None:
    first, _contact = await proven()
    second, _contact = await proven(first.phone)
    unproven = await make.household(phone=first.phone)
    assert await proofs.others(second.id) == [first.id]
    assert await proofs.others(unproven.id) == []


async def test_use_joins_whoever_proved_it_last_and_where_they_are_now() -> None:
    first, contact = await proven()
    second, _contact = await proven(first.phone)
    await proofs.ask(contact, address=HERE)
    digits = await code()
    home = await make.household()
    await Household.update({Household.merged_into: home.id}).where(Household.id == second.id)
    assert await proofs.use(contact, digits, address=HERE) == home.id


async def test_no_digits_are_kept_readable() -> None:
    _family, contact = await proven()
    await proofs.ask(contact, address=HERE)
    row = await Code.objects().order_by(Code.id, ascending=False).first()
    assert row is not None
    assert (await code() in f"{row.contact} {row.digest}", contact.value in f"{row.contact} {row.digest}") == (False, False)
