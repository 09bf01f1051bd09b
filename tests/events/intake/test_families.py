from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from events.catalog.tables import Event, Once, QuestionKind, Takers
from events.errors import Refused
from events.intake import families, lines
from events.intake.readings import Child, Reading
from events.intake.tables import Intake, IntakeLine, LineState
from events.people import ages
from events.people.tables import Audit
from events.signup import capacity, people, registrations
from events.signup.tables import Attendee, Consent, Registration, State
from tests import make
from tests.cast import Cast

DAY = date(2026, 11, 28)


async def states(intake: Intake) -> list[str]:
    return [row.state for row in await lines.of(intake.id)]


# What a line becomes


def test_party_keeps_ages_and_no_childs_name() -> None:
    """Not in the note either: no guardian said that we may."""
    children = (Child("小满", 66, is_half_known=True), Child("乐乐", 36))
    told = families.party(Reading(name="王妈妈", phone="13900139001", adults=2, children=children, note="小满对花生过敏"), DAY, [])
    assert [person.name for person in told.people] == [""] * 4
    assert [ages.half_years_on(each.birth_month, DAY)[0] for each in told.children if each.birth_month] == [5, 3]
    assert all(each.is_birth_month_approximate for each in told.children)
    assert (told.consent, told.note) == (Consent.REFUSED, "对花生过敏")
    assert families.party(Reading(name="王妈妈"), DAY, []).consent == Consent.NOT_ASKED


# Becoming one


async def test_register_all_signs_up_in_the_order_of_the_text(cast: Cast) -> None:
    session = await make.session(cast.event, places=4)
    intake = await make.relay(session, "1. 甲妈妈 2大\n2. 乙妈妈 1大\n3. 丙妈妈 2大 候补\n4. 丁妈妈 1大", by=cast.east_host)
    done = await families.register_all(intake, by=cast.east_host)
    rows = {row.id: row for row in await Registration.objects().where(Registration.session == session.id)}
    assert [row.state for row in done] == [LineState.DONE] * 4
    assert [(rows[row.registration or 0].name, rows[row.registration or 0].state) for row in done] == [
        ("甲妈妈", State.PLACED),
        ("乙妈妈", State.PLACED),
        ("丙妈妈", State.WAITING),
        ("丁妈妈", State.PLACED),
    ]
    assert {row.made_by for row in rows.values()} == {cast.east_host.id}
    assert await Audit.count().where(Audit.act == "registration.made") == 4


async def test_register_all_lets_no_bad_line_stop_another(cast: Cast) -> None:
    await Event.update({Event.age_from: 4}).where(Event.id == cast.event.id)
    text = "1. 甲妈妈 1大1小 6岁\n2. 乙妈妈 1大1小 2岁\n3. 丙妈妈 1大1小\n4. 丁妈妈 1大1小 5岁"
    intake = await make.relay(cast.session, text, by=cast.east_host)
    await IntakeLine.update({IntakeLine.is_chosen: True}).where(IntakeLine.intake == intake.id)  # the one without an age too, by hand
    done = await families.register_all(intake, by=cast.east_host)
    assert [row.state for row in done] == ["done", "refused", "refused", "done"]
    refused = [(row.refusal % {"n": 4, "age": 2}, row.refusal_field) for row in done if row.state == LineState.REFUSED]
    assert refused == [("这个活动 4 岁起，到那天 2 岁还小一点", "child-0"), ("写上出生年月，或者几岁", "child-0")]
    assert [row.refusal_values for row in done if row.state == LineState.REFUSED] == ['{"n": 4, "age": 2}', "{}"]


async def test_register_all_twice_signs_up_once(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈 1大\n2. 乙妈妈 1大", by=cast.east_host)
    first = await families.register_all(intake, by=cast.east_host)
    assert await families.register_all(intake, by=cast.east_host) == []
    assert len(first) == await Registration.count().where(Registration.made_by.is_not_null()) == 2


async def test_register_all_pressed_by_two_at_once_signs_up_once(cast: Cast) -> None:
    intake = await make.relay(cast.session, "\n".join(f"{n}. 邻居{n} 1大" for n in range(1, 7)), by=cast.east_host)
    await asyncio.gather(*(families.register_all(intake, by=member) for member in (cast.east_host, cast.east_lead, cast.owner)))
    assert await states(intake) == ["done"] * 6
    assert await Registration.count().where(Registration.made_by.is_not_null()) == 6


async def test_register_broken_in_the_middle_leaves_neither_half(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the registration and the line that says so: both are undone, and tried again there is one."""
    intake = await make.relay(cast.session, "1. 甲妈妈 1大\n2. 乙妈妈 1大", by=cast.east_host)
    real, calls = lines.put, iter([True, False])

    async def breaks(row: IntakeLine, values: Any) -> None:
        await real(row, values)
        if not next(calls):
            raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(lines, "put", breaks)
        with pytest.raises(ConnectionError):
            await families.register_all(intake, by=cast.east_host)
    assert await states(intake) == ["done", "open"]
    assert [row["name"] for row in await Registration.select().where(Registration.made_by.is_not_null())] == ["甲妈妈"]
    await families.register_all(intake, by=cast.east_host)
    assert sorted(row["name"] for row in await Registration.select().where(Registration.made_by.is_not_null())) == ["乙妈妈", "甲妈妈"]


async def test_register_by_a_key_that_was_used_is_done(cast: Cast) -> None:
    """Signed up under this line's key by the whole form, which then said something else."""
    intake = await make.relay(cast.session, "1. 甲妈妈 1大", by=cast.east_host)
    (row,) = await lines.of(intake.id)
    other = await make.registration(cast.session, party=make.party(2, name="甲妈妈"), key=row.key)
    done = await families.register(row, by=cast.east_host)
    assert (done.state, done.registration) == ("done", other.id)


async def test_register_of_a_family_on_the_roster_says_so(cast: Cast) -> None:
    intake = await make.relay(cast.session, f"1. 陈妈妈 1大 {cast.chens.phone}", by=cast.east_host)
    (row,) = await lines.of(intake.id)
    assert (row.household, row.is_chosen) == (cast.chens.id, False)
    done = await families.register(row, by=cast.east_host)
    assert (done.state, done.refusal, done.registration) == ("refused", "这一家已经在名单上了", cast.chens_registration.id)


async def test_register_of_a_family_in_another_session_of_an_event_it_may_come_to_once(cast: Cast) -> None:
    await Event.update({Event.once_per: Once.EVENT}).where(Event.id == cast.event.id)
    intake = await make.relay(await make.session(cast.event), f"1. 陈妈妈 1大 {cast.chens.phone}", by=cast.east_host)
    (done,) = await families.register_all(intake, by=cast.east_host)
    assert (done.refusal, done.registration) == ("这个活动一家报一场，这一家报了别的场次", cast.chens_registration.id)


async def test_register_leaves_cancelled_lines_alone_until_they_are_chosen(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈 1大\n2. 乙妈妈 1大 取消", by=cast.east_host)
    await families.register_all(intake, by=cast.east_host)
    assert await states(intake) == ["done", "left"]
    row = (await lines.of(intake.id))[1]
    assert (await families.register(row, by=cast.east_host)).state == LineState.LEFT
    await lines.choose(intake, {row.id}, {row.id}, by=cast.east_host)
    await families.register_all(intake, by=cast.east_host)
    assert await states(intake) == ["done", "done"]


async def test_register_puts_a_known_family_under_its_household(cast: Cast) -> None:
    session = await make.session(cast.event)
    intake = await make.relay(session, f"1. 陈妈妈 1大1小 6岁 {cast.chens.phone}", by=cast.east_host)
    await families.register_all(intake, by=cast.east_host)
    (row,) = await Registration.objects().where(Registration.session == session.id)
    assert row.household == cast.chens.id
    assert [person.name for person in await people.of(row.id)] == ["", ""]


async def test_register_without_a_name_asks_for_one(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 13900139001 1大", by=cast.east_host)
    (row,) = await families.register_all(intake, by=cast.east_host)
    assert (row.state, row.refusal_field) == ("refused", "name")


async def test_register_of_a_question_that_must_be_answered(cast: Cast) -> None:
    """A relay has no answer and is refused with the question; a table's column has one; the whole form makes the line done."""
    size = await make.question(cast.event.id, QuestionKind.CHOICE, label="围裙", per="child", is_required=True)
    small = await make.option(size, "小号")
    relay = await make.relay(cast.session, "1. 甲妈妈 1大1小 6岁", by=cast.east_host)
    (row,) = await families.register_all(relay, by=cast.east_host)
    assert (row.refusal, row.refusal_values, row.refusal_field) == (
        *("「%(question)s」还没选", '{"question": "围裙"}'),
        f"child-0-q-{size.id}",
    )
    table = await make.families(cast.session, [("姓名", "大人", "孩子几岁", "围裙"), ("乙妈妈", "1", "6", "小号")], by=cast.east_host)
    (done,) = await families.register_all(table, by=cast.east_host)
    assert done.state == "done"
    child = make.child("小满", answers={size.id: (str(small.id),)})
    result = await families.register_form(row, make.party(people=(make.adult(), child), name="甲妈妈"), by=cast.east_host)
    assert ((await lines.current(row.id)).state, result.registration.key) == ("done", row.key)


async def test_register_form_that_is_refused_leaves_the_line(cast: Cast) -> None:
    relay = await make.relay(cast.session, "1. 甲妈妈 1大", by=cast.east_host)
    (row,) = await lines.of(relay.id)
    with pytest.raises(Refused):
        await families.register_form(row, make.party(0), by=cast.east_host)
    assert await states(relay) == ["open"]


async def test_register_all_of_two_hundred_lines(cast: Cast) -> None:
    session = await make.session(cast.event, places=150)
    text = "\n".join(f"{n}. 邻居{n}妈妈 1大1小 {4 + n % 5}岁" for n in range(1, 201))
    intake = await make.relay(session, text, by=cast.east_host)
    done = await families.register_all(intake, by=cast.east_host)
    assert [row.state for row in done] == ["done"] * 200
    assert [row.number for row in done] == list(range(1, 201))
    count = await capacity.count(session.id)
    assert (count.taken, count.waiting_families) == (150, 125)
    assert await Attendee.count().where((Attendee.registration.session == session.id) & (Attendee.name != "")) == 0


async def test_register_counts_only_children_where_they_alone_take_places(cast: Cast) -> None:
    await Event.update({Event.takers: Takers.CHILDREN}).where(Event.id == cast.event.id)
    session = await make.session(cast.event, places=1)
    intake = await make.relay(session, "1. 甲妈妈 2大1小 6岁\n2. 乙妈妈 1大", by=cast.east_host)
    done = await families.register_all(intake, by=cast.east_host)
    assert [row.state for row in done] == ["done", "refused"]


async def test_a_registration_made_by_a_line_is_any_other(cast: Cast) -> None:
    """It may be cancelled; and then the line stays what it is: done."""
    intake = await make.relay(cast.session, "1. 甲妈妈 1大", by=cast.east_host)
    (row,) = await families.register_all(intake, by=cast.east_host)
    registration = await Registration.objects().get(Registration.id == row.registration)
    assert registration is not None
    await registrations.cancel(registration, by=cast.east_host)
    assert await families.register_all(intake, by=cast.east_host) == []
