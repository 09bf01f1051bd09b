from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import pytest

from events import clock, db
from events.catalog.tables import Event, Session, Store
from events.checkin import arrivals, tickets
from events.checkin.tables import Passage
from events.db.engine import PooledEngine
from events.errors import NotThere, Refused
from events.people import sign_ins
from events.people.tables import Audit, Household, Member, Merge, Role, SignIn, Staff
from events.signup import approvals, capacity, changes, log, merging, moved, payments, registrations, resizing
from events.signup.tables import HOLDING, Act, Answer, Attendee, Ending, Payment, Registration, State
from tests import make

STATES = (State.PENDING, State.WAITING, State.OFFERED, State.PLACED)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Scene:
    """Two households at a store, and who works there."""

    store: Store
    event: Event
    session: Session
    host: Staff
    chens: Household
    twice: Household  # the same family on another phone

    async def merge(self, *, kept: Household | None = None) -> Merge:
        into = kept or self.chens
        other = self.twice if into is self.chens else self.chens
        return await merging.merge(into.id, other.id, by=self.host, store=self.store.id)


@pytest.fixture
async def scene(engine: PooledEngine) -> Scene:
    store = await make.store()
    host = await make.staff(store=store)
    event = await make.event(store, host=host)
    session = await make.session(event, places=40)
    return Scene(store, event, session, host, await make.household("陈妈妈", "13800138000"), await make.household("陈爸爸", "13800138000"))


async def stands(scene: Scene, household: Household, state: State, *, adults: int = 1, children: int = 0) -> Registration:
    """A registration of a household in a state, whatever brought it there."""
    await Session.update({Session.places: 0}).where(Session.id == scene.session.id)  # nobody moves up meanwhile
    who = (*(make.adult() for _ in range(adults)), *(make.child(f"{household.name}{n}") for n in range(children)))
    party = make.party(people=who, name=household.name, phone=household.phone)
    row = await make.registration(scene.session, party=party, household=household)
    moment = clock.now()
    await row.update_self({"state": state, "placed_at": moment if state == State.PLACED else None})
    if state == State.OFFERED:
        await row.update_self({"offered_at": moment, "offer_ends_at": moment + timedelta(hours=5)})
    await Session.update({Session.places: 40}).where(Session.id == scene.session.id)
    return row


async def full(session: Session) -> int:
    """As many places as are taken now; nobody waiting moves up by accident. How many."""
    taken = (await capacity.count(session.id)).taken
    await Session.update({Session.places: taken}).where(Session.id == session.id)
    return taken


async def now(row: Registration) -> Registration:
    found = await Registration.objects().get(Registration.id == row.id)
    assert found is not None
    return found


async def people(row: Registration) -> set[int]:
    return {person.id for person in await registrations.people_of(row.id)}


async def acts(row: Registration) -> list[str]:
    return [entry.act for entry in await log.of_registration(row.id)]


# Every pair of states, whichever household is kept


@pytest.mark.parametrize(("mine", "theirs", "keeps_mine"), [*product(STATES, STATES, [True, False])])
async def test_merge_makes_one_registration_of_two_and_holds_no_more_places(
    scene: Scene, mine: State, theirs: State, keeps_mine: bool
) -> None:
    one = await stands(scene, scene.chens, mine, adults=2, children=1)
    other = await stands(scene, scene.twice, theirs, adults=1, children=1)
    taken, everybody, oldest = await full(scene.session), await people(one) | await people(other), one.queued_at
    kept = scene.chens if keeps_mine else scene.twice
    await scene.merge(kept=kept)

    found = [row for row in await Registration.objects().order_by(Registration.id) if row.state != State.CANCELLED]
    better = max((one, other), key=lambda row: (STATES.index(State(row.state)), row.household == kept.id))
    main = await now(better)
    rest = [row for row in found if row.id != main.id]
    assert {row.household for row in found} == {kept.id}
    assert {main.state: main.rest_of} == {better.state: None}
    assert [(row.state, row.rest_of, row.queued_at) for row in rest] == (
        [] if mine == theirs else [(min(mine, theirs, key=STATES.index), main.id, oldest)]
    )
    assert {person for row in found for person in await people(row)} == everybody  # nobody lost
    assert (await capacity.count(scene.session.id)).taken == taken
    assert [row.id for row in rest or [one, other] if Act.MERGED not in await acts(row)] == []


@pytest.mark.parametrize("state", STATES)
async def test_merge_ends_the_other_row_and_keeps_the_older_position(scene: Scene, state: State) -> None:
    older = await stands(scene, scene.twice, state)
    newer = await stands(scene, scene.chens, state)
    await full(scene.session)
    await scene.merge()
    ended, main = await now(older), await now(newer)
    assert (ended.state, ended.ending, ended.merged_into, ended.cancelled_at is not None) == ("cancelled", Ending.MERGED, newer.id, True)
    assert (main.state, main.queued_at) == (state, older.queued_at)


@pytest.mark.parametrize(("mine", "theirs"), [*product(STATES, STATES)])
async def test_undo_gives_each_family_what_it_had(scene: Scene, mine: State, theirs: State) -> None:
    one = await stands(scene, scene.chens, mine, adults=2)
    other = await stands(scene, scene.twice, theirs, adults=1, children=1)
    taken, before = (
        await full(scene.session),
        {row.id: (row.state, row.household, row.queued_at, await people(row)) for row in (one, other)},
    )
    merged = await scene.merge()
    await merging.undo(merged, scene.host)
    after = [await now(row) for row in (one, other)]
    assert {row.id: (row.state, row.household, row.queued_at, await people(row)) for row in after} == before
    assert [row.rest_of for row in after] == [None, None]
    assert (await capacity.count(scene.session.id)).taken == taken
    assert [(await acts(row))[-1] for row in after] == [Act.UNMERGED] * 2


# The same person


async def with_child(scene: Scene, household: Household, name: str = "小满", *, born: int = 2020, adults: int = 0) -> Registration:
    who = (*(make.adult() for _ in range(adults)), make.child(name, date(born, 5, 1)))
    return await make.registration(scene.session, party=make.party(people=who), household=household)


async def test_merge_counts_a_child_once_and_gives_its_second_place_to_who_waits(scene: Scene) -> None:
    one, other = await with_child(scene, scene.chens), await with_child(scene, scene.twice, adults=1)
    assert await full(scene.session) == 3
    waiting = await make.registration(scene.session)
    await scene.merge()
    assert [(each.kind, each.name) for each in await registrations.people_of(one.id)] == [("adult", ""), ("child", "小满")]
    assert ((await now(other)).state, (await now(waiting)).state) == (State.CANCELLED, State.PLACED)
    assert (await capacity.count(scene.session.id)).taken == 3


async def test_merge_takes_nobody_without_a_name_and_no_other_birth_month_for_the_same(scene: Scene) -> None:
    one = await with_child(scene, scene.chens, "小满", adults=1)
    await with_child(scene, scene.twice, "小满", born=2021, adults=1)
    await scene.merge()
    assert len(await people(one)) == 4
    refused = await make.household()
    await with_child(scene, refused, "")
    await merging.merge(scene.chens.id, refused.id, by=None, store=None)
    assert len(await people(one)) == 5


async def test_undo_brings_the_child_back_when_its_place_is_still_free(scene: Scene) -> None:
    one, other = await with_child(scene, scene.chens), await with_child(scene, scene.twice)
    merged = await scene.merge()
    assert (await capacity.count(scene.session.id)).taken == 1
    await merging.undo(merged, scene.host)
    assert [len(await people(row)) for row in (one, other)] == [1, 1]
    assert [(await now(row)).state for row in (one, other)] == ["placed", "placed"]


async def test_undo_lets_a_family_wait_whose_child_had_given_way_when_the_place_is_taken(scene: Scene) -> None:
    one, other = await with_child(scene, scene.chens), await with_child(scene, scene.twice)
    await full(scene.session)
    waiting = await make.registration(scene.session)
    merged = await scene.merge()
    await merging.undo(merged, scene.host)
    back = await now(other)
    assert [(await now(row)).state for row in (one, waiting)] == ["placed", "placed"]
    assert (back.state, back.household, back.queued_at) == (State.WAITING, scene.twice.id, other.queued_at)
    assert (await capacity.count(scene.session.id)).taken == 2


async def test_undo_keeps_the_places_of_the_others_when_only_the_child_must_wait(scene: Scene) -> None:
    await with_child(scene, scene.chens)
    other = await with_child(scene, scene.twice, adults=1)
    await full(scene.session)
    await make.registration(scene.session)
    merged = await scene.merge()
    await merging.undo(merged, scene.host)
    rest = await Registration.objects().get((Registration.rest_of == other.id) & (Registration.state == State.WAITING))
    assert rest is not None
    assert [each.kind for each in await registrations.people_of(other.id)] == ["adult"]
    assert [each.name for each in await registrations.people_of(rest.id)] == ["小满"]
    assert ((await now(other)).state, rest.household) == (State.PLACED, scene.twice.id)


async def test_merge_keeps_the_one_who_has_come_in(scene: Scene) -> None:
    one, other = await with_child(scene, scene.chens), await with_child(scene, scene.twice)
    (came,) = await people(other)
    await Session.update({Session.starts_at: clock.now(), Session.ends_at: clock.now() + DAY}).where(Session.id == scene.session.id)
    await arrivals.admit(await make.ticket_of(other), [came], nonce=make.key(), by=scene.host)
    merged = await scene.merge()
    assert await people(one) == {came}
    assert await Passage.count().where((Passage.attendee == came) & Passage.undone_at.is_null()) == 1
    await merging.undo(merged, scene.host)
    assert [len(await people(row)) for row in (one, other)] == [1, 1]
    assert await people(other) == {came}


# Rests


async def split(scene: Scene, household: Household, first: State, rest: State) -> tuple[Registration, Registration]:
    one = await stands(scene, household, first)
    apart = await stands(scene, await make.household(household.name), rest, adults=2)
    await apart.update_self({"household": household.id, "rest_of": one.id})
    return one, apart


@pytest.mark.parametrize("theirs", STATES)
async def test_merge_never_makes_a_second_rest(scene: Scene, theirs: State) -> None:
    first, rest = await split(scene, scene.chens, State.PLACED, State.WAITING)
    other = await stands(scene, scene.twice, theirs, adults=3)
    taken = await full(scene.session)
    await scene.merge()
    rows = await Registration.objects().where(Registration.state != State.CANCELLED)
    assert [row.rest_of for row in rows if row.id != first.id] == [first.id]
    assert sum([len(await people(row)) for row in rows]) == 6
    assert (await capacity.count(scene.session.id)).taken <= taken
    assert {row.id for row in rows} <= {first.id, rest.id, other.id}


async def test_merge_of_two_families_each_split_leaves_one_family_split(scene: Scene) -> None:
    (mine, _mine), (theirs, _theirs) = [await split(scene, each, State.PLACED, State.WAITING) for each in (scene.chens, scene.twice)]
    await full(scene.session)
    merged = await scene.merge()
    rows = await Registration.objects().where(Registration.state != State.CANCELLED)
    assert {row.state: (row.rest_of, len(await people(row))) for row in rows} == {"placed": (None, 2), "waiting": (mine.id, 4)}
    await merging.undo(merged, scene.host)
    rows = await Registration.objects().where(Registration.state != State.CANCELLED).order_by(Registration.id)
    assert [(row.household, row.state, row.rest_of, len(await people(row))) for row in rows] == [
        (scene.chens.id, "placed", None, 1),
        (scene.chens.id, "waiting", mine.id, 2),
        (scene.twice.id, "placed", None, 1),
        (scene.twice.id, "waiting", theirs.id, 2),
    ]


async def test_a_rest_that_is_approved_while_the_others_wait_joins_them(scene: Scene) -> None:
    waiting = await stands(scene, scene.chens, State.WAITING)
    pending = await stands(scene, scene.twice, State.PENDING, adults=2)
    await Session.update({Session.places: 0}).where(Session.id == scene.session.id)
    await scene.merge()
    await approvals.approve(pending, by=scene.host)
    assert [(await now(row)).state for row in (waiting, pending)] == ["waiting", "cancelled"]
    assert len(await people(waiting)) == 3


async def test_a_family_comes_in_two_parts_at_most(scene: Scene) -> None:
    """Neither the rest is split again, nor the first part beside it."""
    await stands(scene, scene.chens, State.PLACED)
    rest = await stands(scene, scene.twice, State.WAITING, adults=3)
    await rest.update_self({"can_split": True})
    await full(scene.session)
    await scene.merge()
    await resizing.set_places(scene.session, 2, by=scene.host)
    assert ((await now(rest)).state, len(await people(rest))) == (State.WAITING, 3)


async def test_merge_takes_back_an_offer_to_a_part_of_the_rest(scene: Scene) -> None:
    """The rest is asked together: its places are free until it fits."""
    await split(scene, scene.chens, State.PLACED, State.OFFERED)
    await stands(scene, scene.twice, State.WAITING, adults=1)
    taken = await full(scene.session)
    await scene.merge()
    states = {row.state for row in await Registration.objects().where(Registration.state != State.CANCELLED)}
    assert states == {State.PLACED, State.WAITING}
    assert (await capacity.count(scene.session.id)).taken == taken - 2


# Devices, people, what is known of a household


async def test_merge_gives_all_devices_people_and_registrations_to_the_one_that_is_kept(scene: Scene) -> None:
    token = await sign_ins.start_for_household(scene.twice)
    await Member(household=scene.twice.id, is_child=True, name="小满").save()
    elsewhere = await make.registration(await make.session(scene.event), household=scene.twice)
    await make.registration(scene.session, household=scene.chens)
    merged = await scene.merge()
    assert await sign_ins.household_of(token) == scene.chens.id
    assert [row.household for row in await Member.objects()] == [scene.chens.id]
    assert ((await now(elsewhere)).household, (await now(elsewhere)).state) == (scene.chens.id, State.PLACED)
    gone = await Household.objects().get(Household.id == scene.twice.id)
    assert gone is not None
    assert gone.merged_into == scene.chens.id
    await merging.undo(merged, scene.host)
    assert await sign_ins.household_of(token) == scene.twice.id
    assert [row.household for row in await Member.objects()] == [scene.twice.id]
    assert (await now(elsewhere)).household == scene.twice.id


async def test_merge_offers_nobody_twice(scene: Scene) -> None:
    for household in (scene.chens, scene.twice):
        await Member(household=household.id, is_child=True, name="小满", birth_month=date(2020, 5, 1)).save()
        await make.registration(await make.session(scene.event), household=household)
    await scene.merge()
    assert await Member.count().where(Member.household == scene.chens.id) == 1


async def test_merge_fills_only_what_the_kept_one_had_not_told(scene: Scene) -> None:
    await scene.chens.update_self({"phone": ""})
    await scene.twice.update_self({"phone_proven_at": clock.now()})
    for household in (scene.chens, scene.twice):
        await make.registration(scene.session, household=household)
    merged = await scene.merge()
    row = await Household.objects().get(Household.id == scene.chens.id)
    assert row is not None
    assert (row.name, row.phone, row.phone_proven_at is not None) == ("陈妈妈", "13800138000", True)
    await merging.undo(merged, scene.host)
    row = await Household.objects().get(Household.id == scene.chens.id)
    assert row is not None
    assert (row.name, row.phone) == ("陈妈妈", "")
    assert row.phone_proven_at is None


# Answers, money, old places


async def test_merge_takes_answers_with_their_people_and_the_familys_where_there_is_none(scene: Scene) -> None:
    known, unknown = await make.question(scene.event.id), await make.question(scene.event.id)
    one, other = await stands(scene, scene.chens, State.PLACED), await stands(scene, scene.twice, State.PLACED)
    (person,) = await people(other)
    told = [(one, known, None, "一"), (other, known, None, "二"), (other, unknown, None, "三"), (other, known, person, "四")]
    for row, question, who, text in told:
        await Answer(registration=row.id, question=question.id, attendee=who, text=text).save()
    merged = await scene.merge()
    assert {row.text for row in await Answer.objects().where(Answer.registration == one.id)} == {"一", "三", "四"}
    await merging.undo(merged, scene.host)
    assert {row.text for row in await Answer.objects().where(Answer.registration == other.id)} >= {"二", "四"}


async def test_merge_keeps_what_was_paid(scene: Scene) -> None:
    await Event.update({Event.fee: 1000}).where(Event.id == scene.event.id)
    one, other = await stands(scene, scene.chens, State.PLACED), await stands(scene, scene.twice, State.PLACED)
    await Payment(registration=other.id, amount=1000).save()
    merged = await scene.merge()
    assert set(await payments.of([one.id, other.id])) == {one.id}
    await merging.undo(merged, scene.host)
    assert set(await payments.of([one.id, other.id])) == {other.id}


async def test_merge_gives_up_an_old_place_only_if_everybody_there_moves(scene: Scene) -> None:
    """The one waits elsewhere with the old place kept; the other one's people stay where they are."""
    await stands(scene, scene.chens, State.PLACED)
    old = await stands(scene, scene.twice, State.PLACED)
    there = await make.session(scene.event)
    new = await make.registration(there, household=scene.twice)
    await new.update_self({"state": State.WAITING, "replaces": old.id})
    merged = await scene.merge()
    assert (await now(new)).replaces is None
    await merging.undo(merged, scene.host)
    assert (await now(new)).replaces == old.id


async def test_undo_gives_no_old_place_up_for_one_that_has_its_own_by_now(scene: Scene) -> None:
    """Not everybody there came along."""
    await stands(scene, scene.chens, State.PLACED)
    old = await stands(scene, scene.twice, State.PLACED)
    new = await make.registration(await make.session(scene.event), household=scene.twice)
    await new.update_self({"state": State.WAITING, "replaces": old.id})
    merged = await scene.merge()
    await new.update_self({"state": State.PLACED})
    await merging.undo(merged, scene.host)
    assert (await now(new)).replaces is None


async def test_merge_lets_a_whole_family_move_on(scene: Scene) -> None:
    there = await make.session(scene.event, places=0)
    new = []
    for household in (scene.chens, scene.twice):
        old = await stands(scene, household, State.PLACED)
        row = await make.registration(there, household=household)
        await row.update_self({"replaces": old.id})
        new.append(row)
    await scene.merge()
    first = await registrations.of_household_in(scene.chens.id, scene.session.id)
    assert first is not None
    assert (await now(new[0])).replaces == first.id


# Undone, later


async def test_undo_leaves_cancelled_what_was_cancelled_since(scene: Scene) -> None:
    one, other = await stands(scene, scene.chens, State.PLACED), await stands(scene, scene.twice, State.PLACED)
    merged = await scene.merge()
    await registrations.cancel(one, by=scene.host)
    await merging.undo(merged, scene.host)
    assert [(await now(row)).state for row in (one, other)] == ["cancelled", "cancelled"]
    assert (await now(other)).household == scene.twice.id


async def test_undo_follows_people_who_were_placed_since(scene: Scene) -> None:
    """Both waited, one place came free for all: apart again, both have theirs."""
    one, other = await stands(scene, scene.chens, State.WAITING), await stands(scene, scene.twice, State.WAITING)
    await Session.update({Session.places: 1}).where(Session.id == scene.session.id)
    merged = await scene.merge()
    await resizing.set_places(scene.session, 2, by=scene.host)
    assert (await now(one)).state == State.PLACED
    await merging.undo(merged, scene.host)
    assert [(await now(row)).state for row in (one, other)] == ["placed", "placed"]
    assert await tickets.of(other.id) is not None
    assert (await capacity.count(scene.session.id)).taken == 2


async def test_undo_is_for_a_day_and_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for household in (scene.chens, scene.twice):
        await make.registration(scene.session, household=household)
    merged = await scene.merge()
    found = await merging.latest_of(scene.chens.id)
    assert found is not None
    assert (found.id, merging.can_undo(merged, clock.now())) == (merged.id, True)
    later = merged.created_at + DAY
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert (await merging.latest_of(scene.chens.id), merging.can_undo(merged, later)) == (None, False)
        with pytest.raises(Refused, match="一天"):
            await merging.undo(merged, scene.host)
    await merging.undo(merged, scene.host)
    assert await merging.latest_of(scene.chens.id) is None
    with pytest.raises(Refused, match="分开了"):
        await merging.undo(merged, scene.host)


async def test_undo_waits_for_a_later_merge_into_the_same_family(scene: Scene) -> None:
    third = await make.household()
    for household in (scene.chens, third):
        await make.registration(scene.session, household=household)
    await make.registration(await make.session(scene.event), household=scene.twice)
    first = await scene.merge()
    second = await merging.merge(scene.chens.id, third.id, by=scene.host, store=scene.store.id)
    with pytest.raises(Refused, match="后来"):
        await merging.undo(first, scene.host)
    await merging.undo(second, scene.host)
    await merging.undo(first, scene.host)


async def test_undo_takes_along_what_became_of_a_registration(scene: Scene) -> None:
    """Moved to another session since, or split: it is theirs all the same."""
    await make.registration(scene.session, household=scene.chens)
    mine = await make.registration(await make.session(scene.event), household=scene.twice)
    there = await make.session(scene.event)
    merged = await scene.merge()
    new = await changes.move(mine, there)
    await merging.undo(merged, scene.host)
    assert (await now(new)).household == scene.twice.id


async def test_undo_goes_back_one_merge_after_the_other(scene: Scene) -> None:
    third = await make.household()
    for household in (scene.chens, scene.twice, third):
        await make.registration(scene.session, household=household)
    inner = await scene.merge()
    outer = await merging.merge(third.id, scene.chens.id, by=scene.host, store=scene.store.id)
    with pytest.raises(Refused, match="后来"):
        await merging.undo(inner, scene.host)
    await merging.undo(outer, scene.host)
    await merging.undo(inner, scene.host)
    rows = await Registration.objects().order_by(Registration.id)
    assert [(row.household, row.state) for row in rows] == [(each.id, "placed") for each in (scene.chens, scene.twice, third)]


# Who may


async def test_merge_refuses_one_household_and_one_merged_before(scene: Scene) -> None:
    third = await make.household()
    for household in (scene.chens, scene.twice, third):
        await make.registration(scene.session, household=household)
    with pytest.raises(Refused, match="本来就是一家"):
        await merging.merge(third.id, third.id, by=None, store=None)
    await scene.merge()
    for kept, gone in ((third, scene.twice), (scene.twice, third)):
        with pytest.raises(Refused, match="合并过了"):
            await merging.merge(kept.id, gone.id, by=None, store=None)
    with pytest.raises(NotThere):
        await merging.merge(third.id, 99_999, by=None, store=None)


async def test_merge_is_for_staff_who_see_both_families(scene: Scene) -> None:
    stranger = await make.household()
    await make.registration(household=stranger)
    for household in (scene.chens, scene.twice):
        await make.registration(scene.session, household=household)
    with pytest.raises(NotThere):
        await merging.merge(scene.chens.id, stranger.id, by=scene.host, store=scene.store.id)
    with pytest.raises(NotThere):
        await merging.merge(scene.chens.id, scene.twice.id, by=await make.staff(Role.LEAD), store=scene.store.id)
    merged = await scene.merge()
    with pytest.raises(NotThere):
        await merging.undo(merged, await make.staff(Role.LEAD))
    await merging.undo(merged, await make.staff(Role.OWNER))
    trail = await Audit.select(Audit.act, Audit.store).where(Audit.subject == "merge").order_by(Audit.id)
    assert trail == [{"act": act, "store": scene.store.id} for act in ("household.merged", "household.unmerged")]


async def test_a_merge_by_a_code_is_nobodys_and_the_store_can_undo_it(scene: Scene) -> None:
    for household in (scene.chens, scene.twice):
        await make.registration(scene.session, household=household)
    merged = await merging.merge(scene.chens.id, scene.twice.id, by=None, store=None)
    assert merged.made_by is None
    await merging.undo(merged, scene.host)


async def test_candidates_are_other_households_of_the_store_with_the_same_phone(scene: Scene) -> None:
    phone = "13800138000"
    mine = await make.registration(scene.session, party=make.party(phone=phone), household=scene.chens)
    await make.registration(await make.session(scene.event), party=make.party(phone=phone), household=scene.chens)
    await make.registration(scene.session, party=make.party(phone=phone), household=scene.twice)
    latest = await make.registration(await make.session(scene.event), party=make.party(phone=phone), household=scene.twice)
    await make.registration(scene.session)
    await make.registration(party=make.party(phone=phone))  # another store's
    assert [row.id for row in await merging.candidates(mine)] == [latest.id]
    await Registration.update({Registration.phone: ""}).where(Registration.id == mine.id)
    assert await merging.candidates(await now(mine)) == []


async def test_merge_writes_nothing_of_names_or_phones(scene: Scene) -> None:
    one, other = await with_child(scene, scene.chens), await with_child(scene, scene.twice)
    merged = await scene.merge()
    row = await Merge.objects().get(Merge.id == merged.id)
    assert row is not None
    assert not any(word in row.what for word in ("小满", "陈", "1380"))
    assert {entry.act for entry in await log.of_session(scene.session.id)} >= {Act.MERGED}
    assert {one.state, other.state} <= set(HOLDING)
    assert (await SignIn.count(), await Attendee.count()) == (0, 2)


async def test_merge_holds_what_is_over_too(scene: Scene) -> None:
    """It changes hands as well, and a door holds it with what came of it: locked late, the two would wait for each other."""
    over = await stands(scene, scene.twice, State.PLACED)
    await registrations.cancel(over)
    await stands(scene, scene.chens, State.PLACED)
    async with db.writing():
        await moved.hold((scene.chens.id, scene.twice.id))
        await db.lock(Registration, over.id)  # held already, else it came too late
