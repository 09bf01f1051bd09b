from __future__ import annotations

from typing import Any

import pytest

from events.catalog.tables import Session
from events.db.engine import PooledEngine
from events.signup import approvals, log, placing, registrations, waiting_list
from events.signup.tables import Act, Ending, Entry, Registration
from tests import make
from web.site import log_words


async def told(registration: Registration) -> list[tuple[str, str, str]]:
    """The family's log."""
    row = await placing.current(registration.id)
    return [(line.words, line.who, line.reason) for line in await log_words.for_family(await log.of_registration(row.id), row, "zh")]


def said(act: Act, ending: str = "", language: str = "zh", *, to: dict[Act, str] = log_words.DESK, **of: Any) -> str:
    values = {"session": 1, "registration": 1, "places": 3, **of}
    return log_words.words(Entry(act=act, **values), language, to, {9: "巧克力"}, ending=ending)


def test_every_act_has_words_for_the_desk_and_for_the_family() -> None:
    assert set(log_words.DESK) == set(log_words.FAMILY) == set(Act)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("act", list(Act))
def test_words_fills_every_sentence(act: Act, language: str) -> None:
    for to in (log_words.DESK, log_words.FAMILY):
        assert "%(" not in said(act, language=language, to=to, free=2)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({"free": 2}, "空出 2 个名额，这家要 3 个名额，先给了后面合适的一家"),
        ({"free": 5, "option": 9}, "「巧克力」不够了，先给了后面合适的一家"),
        ({"free": 3}, "还没回话，先给了后面的"),
        ({"free": 2, "staff": 1}, "小盒让另一家先上了"),
    ],
)
def test_words_says_why_a_family_was_passed(of: dict[str, Any], expected: str) -> None:
    assert said(Act.PASSED, **of) == expected


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("", "退了名额"),
        (Ending.HOST, "退了名额"),
        (Ending.DECLINED, "轮到了，说不来了"),
        (Ending.UNCONFIRMED, "一直没回“来不来”，名额给了别人"),
    ],
)
def test_words_says_how_a_registration_ended(ending: str, expected: str) -> None:
    assert said(Act.CANCELLED, ending) == expected


async def test_for_family_names_nobody_and_keeps_the_stores_reasons_in_the_store(engine: PooledEngine) -> None:
    host = await make.staff(name="小盒阿宁")
    session = await make.session(await make.event(host=host), places=1)
    await make.registration(session)
    waiting = await make.registration(session)
    await Session.update({Session.places: 2}).where(Session.id == session.id)
    await waiting_list.promote(waiting, "她家孩子闹得凶", by=host)
    assert await told(waiting) == [("排上了队", "", ""), ("小盒给你们提前排上了", "小盒", "")]


async def test_for_family_says_why_the_store_said_no(engine: PooledEngine) -> None:
    host = await make.staff()
    row = await make.registration(await make.session(await make.event(host=host, needs_approval=True)))
    await approvals.reject(row, "这场给大孩子", by=host)
    assert (await told(row))[-1] == ("这次没能排下", "小盒", "这场给大孩子")


async def test_for_desk_says_who_it_was(engine: PooledEngine) -> None:
    """The family signs up, the list moves by itself, the host gives back."""
    host = await make.staff(name="小盒阿宁")
    session = await make.session(await make.event(host=host), places=1)
    first, second = [await make.registration(session) for _ in range(2)]
    await registrations.cancel(first, by=host)
    lines = await log_words.for_desk(await log.of_session(session.id), [first, second], "zh")
    assert [(line.registration, line.who) for line in lines] == [
        (first.id, "家长"),
        (second.id, "家长"),
        (first.id, "小盒阿宁"),
        (second.id, ""),
    ]
