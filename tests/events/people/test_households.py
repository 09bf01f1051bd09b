from events import clock
from events.db.engine import PooledEngine
from events.people import households, members, sign_ins
from events.people.tables import Household
from events.signup.tables import Registration
from tests import make


async def test_found_never_finds_one_by_phone(engine: PooledEngine) -> None:
    first = await households.found("林女士", "13800138000")
    second = await households.found("林女士", "13800138000")
    assert first.id != second.id


async def test_of_is_the_family_of_a_device(engine: PooledEngine) -> None:
    household = await households.found("林女士", "13800138000")
    token = await sign_ins.start_for_household(household)
    mine = await households.of(await sign_ins.household_of(token))
    assert mine is not None
    assert (mine.id, mine.phone) == (household.id, "13800138000")
    assert await households.of(None) is None


async def test_change_is_what_the_next_form_is_filled_with(engine: PooledEngine) -> None:
    household = await households.found("林女士", "13800138000")
    await households.change(household, name="林小姐", phone="13900139000")
    mine = await households.of(household.id)
    assert mine is not None
    assert (mine.name, mine.phone) == ("林小姐", "13900139000")


async def test_change_of_the_phone_ends_its_proof(engine: PooledEngine) -> None:
    household = await households.found("林女士", "13800138000")
    await Household.update({Household.phone_proven_at: clock.now()}).where(Household.id == household.id)
    for phone, is_proven in (("13800138000", True), ("13900139000", False)):
        mine = await households.of(household.id)
        assert mine is not None
        await households.change(mine, name="林女士", phone=phone)
        after = await households.of(household.id)
        assert after is not None
        assert (after.phone_proven_at is not None) == is_proven


async def test_forget_erases_the_people_at_once_and_leaves_the_registration(engine: PooledEngine) -> None:
    family = await make.household()
    registration = await make.registration(household=family)
    await members.remember(family.id, [members.Known(is_child=True, name="小满")], 3)
    token = await sign_ins.start_for_household(family)
    await households.forget(family.id)
    mine = await households.of(family.id)
    assert mine is not None
    assert (mine.name, mine.phone, mine.email) == ("", "", "")
    assert (mine.remembered_at is None, mine.remember_text is None) == (True, True)
    assert await members.of(family.id) == []
    assert await sign_ins.household_of(token) == family.id
    kept = await Registration.objects().get(Registration.id == registration.id)
    assert kept is not None
    assert kept.phone != ""


async def test_forget_reaches_what_was_merged_into_the_family(engine: PooledEngine) -> None:
    kept, gone = await make.household("林女士"), await make.household("林爸爸")
    await gone.update_self({"merged_into": kept.id})
    await households.forget(kept.id)
    assert [(row.name, row.phone) for row in await Household.objects()] == [("", ""), ("", "")]
