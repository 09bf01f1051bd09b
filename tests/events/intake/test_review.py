from __future__ import annotations

from events import db
from events.intake import intakes, lines, review
from events.intake.readings import Doubt
from events.intake.relay import writing
from events.intake.relay.writing import Entry, Heading, Names
from events.intake.review import Line
from events.intake.tables import Intake
from tests import make
from tests.cast import Cast


async def seen(intake: Intake) -> list[Line]:
    return await review.of(intake)


async def test_mended_lines_of_one_family_are_still_twice(cast: Cast) -> None:
    session = await make.session(cast.event)
    intake = await make.relay(session, "1. 甲妈妈 1大\n2. 乙妈妈 1大", by=cast.east_host)
    for line in await seen(intake):
        await lines.mend(line.row, line.reading, cast.chens.id, by=cast.east_host)
    assert [line.doubts for line in await seen(intake)] == [(Doubt.TWICE,)] * 2
    (first, _second) = await seen(intake)
    await lines.leave(first.row, by=cast.east_host)
    assert [line.doubts for line in await seen(intake)] == [(), ()]


async def test_a_family_on_the_roster_is_marked_and_not_chosen(cast: Cast) -> None:
    text = f"1. 谁 1大 {cast.chens.phone}\n2. {cast.lins.name} 1大\n3. 丙妈妈 1大\n4. 陈妈妈 1大 取消"
    found = await seen(await make.relay(cast.session, text, by=cast.east_host))
    assert [Doubt.ON_ROSTER in line.doubts for line in found] == [True, True, False, True]
    assert [line.is_chosen for line in found] == [False, False, True, False]
    signed_up = [line.signed_up.registration if line.signed_up else None for line in found]
    assert signed_up == [cast.chens_registration.id, cast.lins_registration.id, None, cast.chens_registration.id]


async def test_mend_that_says_a_new_family_ends_the_doubt_of_a_name(cast: Cast) -> None:
    intake = await make.relay(cast.session, f"1. {cast.lins.name} 1大", by=cast.east_host)
    (line,) = await seen(intake)
    await lines.mend(line.row, line.reading, None, by=cast.east_host)
    (line,) = await seen(intake)
    assert (line.doubts, line.is_chosen) == ((), True)


async def test_a_relay_given_out_and_pasted_back_signs_nobody_up_twice(cast: Cast) -> None:
    """With names in full or masked: only who was added is chosen."""
    for name in (Names.FULL, Names.MASKED):
        entries = [Entry(cast.chens.name, 1, 1), Entry(cast.lins.name, 1, 0)]
        given = writing.write(Heading("做月饼"), entries, places_left=3, names=name)
        intake = await make.relay(cast.session, f"{given}\n3. 新来的妈妈 1大1小 6岁", by=cast.east_host)
        found = [(line.reading.number, line.is_chosen, line.signed_up is not None) for line in await seen(intake)]
        assert found == [(1, False, True), (2, False, True), (3, True, False)]


async def test_of_asks_as_often_for_many_lines_as_for_one(cast: Cast) -> None:
    async def queries(count: int) -> int:
        intake = await make.relay(cast.session, "\n".join(f"{n}. 邻居{n} 1大" for n in range(1, count + 1)), by=cast.east_host)
        before = db.engine().get_query_id()
        assert len(await seen(intake)) == count
        return db.engine().get_query_id() - before

    assert await queries(1) == await queries(60)


async def test_of_a_closed_intake_has_nothing_in_doubt(cast: Cast) -> None:
    intake = await make.relay(cast.session, "1. 甲妈妈+1\n2. 甲妈妈+1", by=cast.east_host)
    assert all(line.doubts for line in await seen(intake))
    await intakes.close(intake, by=cast.east_host)
    assert [line.doubts for line in await seen(intake)] == [(), ()]
