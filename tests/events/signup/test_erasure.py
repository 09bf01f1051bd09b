"""What the privacy and consent texts promise: thirty days after an event, and a year after the last sign-up, nothing told is left."""

from __future__ import annotations

from datetime import datetime, timedelta

from events import clock
from events.catalog.tables import Session
from events.db import writing
from events.db.engine import PooledEngine
from events.people import households, members, sign_ins
from events.people.members import Known
from events.people.tables import Household, Member, Merge
from events.signup import erasure
from events.signup.tables import Answer, Attendee, Registration
from tests import make

DAY = timedelta(days=1)


async def long_over(session: Session) -> None:
    """It ended an hour more than 30 days ago."""
    ended = clock.now() - erasure.AFTER - timedelta(hours=1)
    await session.update_self({Session.starts_at: ended - timedelta(hours=2), Session.ends_at: ended})


async def family(id: int) -> Household:
    row = await households.of(id)
    assert row is not None
    return row


async def test_sweep_erases_what_was_told_when_the_session_is_long_over(engine: PooledEngine) -> None:
    session = await make.session()
    party = make.party(people=(make.adult(), make.child("小满", allergies="花生", diet="不吃辣", note="怕黑")), note="外婆来接")
    registration = await make.registration(session, party=party)
    people = await Attendee.objects().where(Attendee.registration == registration.id).order_by(Attendee.id)
    await registration.update_self({Registration.host_note: "孩子怕生"})
    await people[1].update_self({Attendee.diet: "不吃辣", Attendee.note: "怕黑", Attendee.member: 5})
    question = await make.question(session.event)
    await Answer(registration=registration.id, attendee=people[1].id, question=question.id, text="喜欢恐龙").save()
    await long_over(session)

    assert await erasure.sweep() is False

    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    assert (row.name, row.phone, row.note, row.host_note, row.fingerprint) == ("", "", "", "", "")
    people = await Attendee.objects().where(Attendee.registration == registration.id)
    assert {(each.name, each.allergies, each.diet, each.note) for each in people} == {("", "", "", "")}
    assert [each for each in people if each.member is not None] == []
    assert [each.birth_month is None for each in people].count(False) == 1  # the age stays, for counting
    assert await Answer.count() == 0
    household = await family(registration.household)
    assert (household.name, household.phone) == ("", "")


async def test_sweep_erases_what_the_store_wrote_though_no_phone_was_told(engine: PooledEngine) -> None:
    session = await make.session()
    walk_in = await make.registration(session)
    await walk_in.update_self({Registration.phone: "", Registration.fingerprint: ""})
    await long_over(session)
    await erasure.sweep()
    row = await Registration.objects().get(Registration.id == walk_in.id)
    assert row is not None
    assert row.name == ""


async def test_sweep_leaves_what_is_still_needed(engine: PooledEngine) -> None:
    """A household with a coming session keeps its name, though an old registration of it is erased."""
    household = await make.household()
    old, coming = await make.session(), await make.session()
    long_ago = await make.registration(old, household=household)
    soon = await make.registration(coming, household=household)
    await long_over(old)

    await erasure.sweep()

    phones = {row["id"]: row["phone"] for row in await Registration.select(Registration.id, Registration.phone)}
    assert phones[long_ago.id] == ""
    assert phones[soon.id] != ""
    assert (await family(household.id)).phone != ""


async def test_sweep_keeps_a_remembered_family_beyond_its_last_event(engine: PooledEngine) -> None:
    session = await make.session()
    registration = await make.registration(session)
    await members.remember(registration.household, [Known(is_child=True, name="小满")], None)
    await long_over(session)
    await erasure.sweep()
    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    assert row.phone == ""
    assert (await family(registration.household)).phone != ""
    assert [each.name for each in await members.of(registration.household)] == ["小满"]


async def remembered(*, at: datetime, last_sign_up: datetime) -> int:
    """A family whose only event is long over."""
    session = await make.session()
    registration = await make.registration(session)
    await members.remember(registration.household, [Known(is_child=True, name="小满")], None)
    await Household.update({Household.remembered_at: at}).where(Household.id == registration.household)
    await registration.update_self({Registration.created_at: last_sign_up})
    await long_over(session)
    return int(registration.household)


async def test_sweep_erases_a_remembered_family_a_year_after_its_last_sign_up(engine: PooledEngine) -> None:
    now = clock.now()
    before, within = now - erasure.REMEMBERED - DAY, now - erasure.REMEMBERED + DAY
    old = await remembered(at=before, last_sign_up=before)
    token = await sign_ins.start_for_household(old)
    came_again = await remembered(at=before, last_sign_up=within)
    asked_late = await remembered(at=within, last_sign_up=before)

    await erasure.sweep()

    row = await family(old)
    assert (row.name, row.phone) == ("", "")
    assert row.remembered_at is None
    assert await sign_ins.household_of(token) is None
    assert {each.household for each in await Member.objects()} == {came_again, asked_late}


async def test_sweep_erases_a_family_that_was_merged_once_it_cannot_be_undone(engine: PooledEngine) -> None:
    kept, fresh, old = [await make.household() for _ in range(3)]
    for gone, age in ((fresh, timedelta(hours=1)), (old, timedelta(hours=25))):
        async with writing():
            await Merge(kept=kept.id, gone=gone.id, created_at=clock.now() - age).save()
            await Household.update({Household.merged_into: kept.id}).where(Household.id == gone.id)
    await erasure.sweep()
    assert [(await family(each.id)).phone != "" for each in (kept, fresh, old)] == [True, True, False]
