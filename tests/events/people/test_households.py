from events.db.engine import PooledEngine
from events.people import households, sign_ins


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
