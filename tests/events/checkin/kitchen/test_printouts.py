from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from events.catalog import sessions
from events.catalog.tables import Question, QuestionKind, Session
from events.checkin.kitchen import printouts
from events.checkin.kitchen.printouts import Change, Told, What
from events.checkin.tables import Printout
from events.db.engine import PooledEngine
from events.errors import Refused
from events.people.tables import Audit, Role, Staff
from events.signup import kit, parties, registrations
from events.signup.kit import Counted, Kit, Tally
from events.signup.tables import Attendee
from tests import make

_ids = count(1)


def sheet(adults: int = 0, children: int = 0, *, child: int = 100, offered: Kit | None = None, **of: Any) -> Told:
    return printouts.told(Kit(adults=adults, children=children, **of), offered or Kit(), child)


def allergic(**words: int) -> tuple[Tally, ...]:
    return tuple(Tally(word, n, who=("小满 · 陈妈妈",)) for word, n in words.items())


def question(label: str, kind: QuestionKind, **of: Any) -> Counted:
    return Counted(Question(id=next(_ids), event=1, label=label, kind=kind), **of)


def said(before: Told, after: Told) -> list[tuple[str, str, int, int]]:
    return [(each.what.value, each.words, each.before, each.after) for each in printouts.changes(before, after)]


def test_changes_of_the_same_are_none() -> None:
    one = sheet(4, 3, allergies=allergic(花生=1), to_ask=2)
    assert printouts.changes(one, sheet(4, 3, allergies=allergic(花生=1), to_ask=2)) == []
    assert one.tag == sheet(4, 3, allergies=allergic(花生=1), to_ask=2).tag


def test_changes_count_heads_and_portions() -> None:
    assert said(sheet(4, 1, child=50), sheet(3, 4, child=50)) == [("adults", "", 4, 3), ("children", "", 1, 4), ("portions", "", 450, 500)]


def test_changes_say_what_is_new_what_is_gone_and_what_is_more() -> None:
    before, after = sheet(2, allergies=allergic(花生=1, 牛奶=1)), sheet(2, allergies=allergic(花生=3, 鸡蛋=1))
    assert said(before, after) == [("allergy", "花生", 1, 3), ("allergy", "牛奶", 1, 0), ("allergy", "鸡蛋", 0, 1)]
    assert [(each.is_new, each.is_gone) for each in printouts.changes(before, after)] == [(False, False), (False, True), (True, False)]


def test_changes_see_diets_children_to_ask_and_families_that_have_not_answered() -> None:
    after = sheet(2, diets=(Tally("辣", 2),), to_ask=1, offered=Kit(adults=2, children=1))
    assert said(sheet(2), after) == [("to_ask", "", 0, 1), ("diet", "辣", 0, 2), ("open", "", 0, 3)]


def test_changes_see_answers_by_question_and_option() -> None:
    small = question("围裙", QuestionKind.CHOICE, tallies=(Tally("小号", 2), Tally("大号", 0)))
    more = question("围裙", QuestionKind.CHOICE, tallies=(Tally("小号", 2), Tally("大号", 1)))
    boxes, many = (question("几盒", QuestionKind.NUMBER, total=n) for n in (2, 5))
    assert said(sheet(1, answers=(small, boxes)), sheet(1, answers=(more, many))) == [
        ("answer", "几盒", 2, 5),
        ("answer", "围裙\n大号", 0, 1),
    ]


def test_changes_see_that_a_text_is_another_without_keeping_it() -> None:
    one, other = (question("喜欢什么", QuestionKind.TEXT, texts=(("小满 · 陈妈妈", words),)) for words in ("鳕鱼", "虾"))
    before, after = sheet(1, answers=(one,)), sheet(1, answers=(other,))
    assert printouts.changes(before, after) == [Change(What.TEXTS, "喜欢什么", 1, 1)]
    assert said(sheet(1), before) == [("texts", "喜欢什么", 0, 1)]
    assert [word for word in ("鳕鱼", "小满", "陈妈妈") if word in before.written()] == []


def test_what_is_kept_comes_back_as_it_was() -> None:
    told = sheet(4, 3, child=50, allergies=allergic(花生=1), diets=(Tally("辣", 1),))
    assert printouts.read(Printout(session=1, told=told.written())) == told


# In the database


@pytest.fixture
async def host(engine: PooledEngine) -> Staff:
    return await make.staff(Role.HOST)


@pytest.fixture
async def session(host: Staff) -> Session:
    return await make.session(await make.event(host=host, child_portion=50))


async def tag(session: Session) -> str:
    row, event, store = await sessions.whole(session.id)
    placed, offered = await kit.of_session(row, event, parties.day_of(row, store.zone))
    return printouts.told(placed, offered, event.child_portion).tag


async def take(session: Session, host: Staff, shown: str | None = None) -> Printout:
    row, event, store = await sessions.whole(session.id)
    return await printouts.take(row, event, store.zone, shown or await tag(session), by=host)


async def test_take_keeps_counts_and_words_and_no_names(session: Session, host: Staff) -> None:
    people = (make.adult(), make.child("小满", allergies="花生", note="怕生"))
    registration = await make.registration(session, party=make.party(name="陈妈妈", people=people, note="外婆来接"))
    kept = await take(session, host)
    assert printouts.read(kept).lines == {"adults": {"": 1}, "children": {"": 1}, "portions": {"": 150}, "allergy": {"花生": 1}}
    assert [word for word in ("陈妈妈", "小满", "怕生", "外婆", registration.phone) if word in kept.told] == []
    assert (kept.session, kept.made_by) == (session.id, host.id)
    assert await Audit.count().where(Audit.act == "paper.kitchen_printed") == 1


async def test_take_refuses_a_sheet_that_says_something_else_by_now(session: Session, host: Staff) -> None:
    """What is kept is what is on the paper: otherwise the next sheet would hide what changed in between."""
    shown = await tag(session)
    await make.registration(session)
    with pytest.raises(Refused):
        await take(session, host, shown)
    assert await Printout.count() == 0


async def test_take_twice_is_one_printout_until_something_changes(session: Session, host: Staff) -> None:
    first = await take(session, host)
    assert (await take(session, host)).id == first.id
    registration = await make.registration(session, children=1)
    second = await take(session, host)
    assert second.id != first.id
    await registrations.cancel(registration)
    third = await take(session, host)
    assert [row.id for row in await Printout.objects().order_by(Printout.id)] == [first.id, second.id, third.id]
    assert printouts.read(third) == printouts.read(first)
    latest, before = await printouts.latest(session.id), await printouts.latest(session.id, before=third.id)
    assert latest is not None and before is not None
    assert (latest.id, before.id) == (third.id, second.id)


async def test_one_is_of_its_session(session: Session, host: Staff) -> None:
    kept, other = await take(session, host), await make.session()
    assert await printouts.one(other.id, kept.id) is None
    assert await printouts.latest(other.id) is None


async def test_what_a_family_changes_is_on_the_next_sheet(session: Session, host: Staff) -> None:
    registration = await make.registration(session, party=make.party(people=(make.adult(), make.child("小满"))))
    before = printouts.read(await take(session, host))
    await Attendee.update({Attendee.allergies: "花生、牛奶"}).where((Attendee.registration == registration.id) & (Attendee.kind == "child"))
    after = printouts.read(await take(session, host))
    assert said(before, after) == [("allergy", "牛奶", 0, 1), ("allergy", "花生", 0, 1)] or said(before, after) == [
        ("allergy", "花生", 0, 1),
        ("allergy", "牛奶", 0, 1),
    ]


def test_told_of_nobody_is_nothing() -> None:
    assert printouts.told(kit.count([], [], date(2026, 12, 19)), Kit(), 100) == Told({})
