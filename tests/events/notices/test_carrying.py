"""Two households that become one while a change waits for their answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine

from events import sealing
from events.catalog.tables import Session
from events.db.engine import PooledEngine
from events.notices import calls, carrying, replies
from events.notices.tables import Called, Notice, NoticeKind, NoticeState, Reply
from events.people.tables import Household, Merge
from events.signup import merging, placing
from events.signup.tables import Registration, State
from tests import make
from tests.events.notices import stage as company
from tests.events.notices.outbox import Outbox
from tests.events.notices.stage import DAY, NIGHT, STARTS, Stage, notices, put

HOUR = timedelta(hours=1)


@dataclass
class Family:
    """One family on two phones; the first is merged into the second."""

    stage: Stage
    old: Household
    kept: Household

    async def merge(self) -> Merge:
        return await merging.merge(self.kept.id, self.old.id, by=None, store=None)

    async def part(self, merge: Merge) -> None:
        await merging.undo(merge, self.stage.host)

    async def signed_up(self, household: Household) -> Registration:
        return await make.registration(self.stage.session, household=household)


@pytest.fixture
async def family(engine: PooledEngine) -> Family:
    sealing.use(["a key for tests that is long enough"])
    with time_machine.travel(DAY - timedelta(days=1), tick=False):
        return Family(await company.build(), await make.household("陈妈妈"), await make.household("陈爸爸"))


async def now(row: Registration) -> Registration:
    return await placing.current(row.id)


async def told(row: Registration) -> list[tuple[str, str, str]]:
    return [(each.state, each.reason, each.reply) for each in await notices(row)]


async def test_a_merge_carries_the_question_to_who_signed_up_after_the_change(family: Family) -> None:
    with time_machine.travel(DAY, tick=False):
        old = await family.signed_up(family.old)
        change = await family.stage.moved(4)
    with time_machine.travel(DAY + HOUR, tick=False):
        new = await family.signed_up(family.kept)
        await family.merge()
        about = await replies.asked(await now(new))
        assert about is not None
        assert (about.change.id, about.was.was_starts_at, about.answer) == (change.id, STARTS, Reply.NONE)
        assert await told(old) == [("dropped", carrying.CARRIED, "")]
        assert (await replies.tally([change])).families == 1
        await replies.keep(await now(new), change.id)
        assert await told(new) == [("dropped", replies.ANSWERED, "keep")]


async def test_a_merge_carries_what_was_answered_and_a_call(family: Family) -> None:
    with time_machine.travel(DAY, tick=False):
        old, new = await family.signed_up(family.old), await family.signed_up(family.kept)
        change = await family.stage.moved(4)
    with time_machine.travel(DAY + HOUR, tick=False):
        await replies.keep(old, change.id, by=family.stage.host)
        await family.merge()
        (notice,) = await notices(new)
        assert (notice.reply, notice.replied_at, notice.called, notice.state) == (Reply.KEEP, DAY + HOUR, Called.REACHED, "dropped")


async def test_what_one_was_told_the_other_need_not_be_called_for(family: Family) -> None:
    with time_machine.travel(DAY, tick=False):
        old, new = await family.signed_up(family.old), await family.signed_up(family.kept)
        await family.stage.moved(4)
        await put((await notices(old))[0], NoticeState.SENT, way="sms", finished_at=DAY)
        await put((await notices(new))[0], NoticeState.UNREACHED)
        assert [call.registration.id for call in await calls.sheet(family.stage.session)] == [new.id]
        await family.merge()
        assert await calls.sheet(family.stage.session) == []
        assert await told(new) == [("sent", "", "")]


@pytest.mark.parametrize("lost", [NoticeState.UNREACHED, NoticeState.FAILED, NoticeState.UNKNOWN])
async def test_what_still_waits_leaves_in_place_of_what_was_lost_unless_that_may_have_arrived(family: Family, lost: NoticeState) -> None:
    with time_machine.travel(NIGHT, tick=False):
        old, new = await family.signed_up(family.old), await family.signed_up(family.kept)
        await family.stage.moved(4)
        await put((await notices(new))[0], lost)
        await family.merge()
    (notice,) = await notices(new)
    assert notice.state == (NoticeState.UNKNOWN if lost == NoticeState.UNKNOWN else NoticeState.DUE)
    assert await told(old) == [("dropped", carrying.CARRIED, "")]


async def test_a_family_with_a_rest_is_asked_and_counted_once(family: Family) -> None:
    with time_machine.travel(DAY, tick=False):
        old = await family.signed_up(family.old)
        change = await family.stage.moved(4)
        await old.update_self({"state": State.WAITING, "placed_at": None})
        await Session.update({Session.places: 0}).where(Session.id == family.stage.session.id)
    with time_machine.travel(DAY + HOUR, tick=False):
        new = await family.signed_up(family.kept)
        await new.update_self({"state": State.PLACED, "placed_at": DAY + HOUR})
        await Session.update({Session.places: 1}).where(Session.id == family.stage.session.id)
        await family.merge()
        assert ((await now(old)).rest_of, (await now(new)).state) == (new.id, State.PLACED)
        assert (await replies.asked(await now(new))) is not None
        assert (await replies.tally([change])).families == 1
        await Notice.update({Notice.state: NoticeState.UNREACHED}).where(Notice.change == change.id)
        assert [call.registration.id for call in await calls.sheet(family.stage.session)] == [new.id]


async def test_one_message_leaves_after_a_merge(family: Family) -> None:
    with time_machine.travel(NIGHT, tick=False):
        await family.signed_up(family.old)
        await family.stage.moved(4)
    with time_machine.travel(NIGHT + HOUR, tick=False):
        await family.signed_up(family.kept)
        await family.merge()
    outbox = Outbox()
    with time_machine.travel(NIGHT + timedelta(hours=12), tick=False):
        await outbox.run()
    assert [said for _to, said in outbox.said if said.startswith("changed")] == ["changed placed"]


async def test_parted_again_each_has_what_it_had(family: Family) -> None:
    with time_machine.travel(NIGHT, tick=False):
        old = await family.signed_up(family.old)
        await family.stage.moved(4)
    with time_machine.travel(NIGHT + HOUR, tick=False):
        new = await family.signed_up(family.kept)
        merge = await family.merge()
        assert await told(new) == [("due", "", "")]
        await family.part(merge)
    assert await told(old) == [("due", "", "")]
    assert await told(new) == []


async def test_parted_again_what_the_family_said_meanwhile_stays(family: Family) -> None:
    with time_machine.travel(NIGHT, tick=False):
        old, new = await family.signed_up(family.old), await family.signed_up(family.kept)
        change = await family.stage.moved(4)
    with time_machine.travel(NIGHT + HOUR, tick=False):
        merge = await family.merge()
        await replies.keep(await now(new), change.id)
        await family.part(merge)
    for row in (old, new):
        assert await told(row) == [("dropped", replies.ANSWERED, "keep")]


async def test_parted_again_nobody_hears_twice_what_left_meanwhile(family: Family) -> None:
    with time_machine.travel(NIGHT, tick=False):
        old, new = await family.signed_up(family.old), await family.signed_up(family.kept)
        await family.stage.moved(4)
        merge = await family.merge()
    with time_machine.travel(NIGHT + 2 * HOUR, tick=False):
        await put((await notices(new))[0], NoticeState.SENT, way="sms", finished_at=NIGHT + 2 * HOUR)
        await family.part(merge)
    assert await told(old) == [("sent", "", "")]


async def test_an_offer_that_nobody_was_told_of_is_told_to_the_family_that_is_left(family: Family) -> None:
    with time_machine.travel(NIGHT, tick=False):
        old, new = await family.signed_up(family.old), await family.signed_up(family.kept)
        for row, hours in ((old, 14), (new, 12)):
            await row.update_self({"state": State.OFFERED, "offered_at": NIGHT, "offer_ends_at": NIGHT + hours * HOUR})
            await _offer(row)
        await family.merge()
    kept = await now(new)
    offers = await Notice.objects().where((Notice.registration == new.id) & (Notice.kind == NoticeKind.OFFER)).order_by(Notice.id)
    assert kept.offer_ends_at == NIGHT + 14 * HOUR
    assert {each.about for each in offers} == {(NIGHT + hours * HOUR).isoformat() for hours in (12, 14)}


async def _offer(row: Registration) -> None:
    about = row.offer_ends_at.isoformat()
    await Notice(
        registration=row.id, session=row.session, kind=NoticeKind.OFFER, about=about, due_at=NIGHT, expires_at=row.offer_ends_at
    ).save()
