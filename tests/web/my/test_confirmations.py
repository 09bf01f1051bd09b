from __future__ import annotations

from datetime import timedelta

from events import clock
from events.signup import placing
from events.signup.tables import Registration
from tests import make
from tests.web.my.conftest import Reach


async def asked(*, asks: bool = True) -> Registration:
    """A family placed days ago whose session is tomorrow at noon."""
    session = await make.session(await make.event(asks_day_before=asks), starts_at=clock.now() + timedelta(hours=9))
    row = await make.registration(session, adults=2)
    await Registration.update({Registration.placed_at: clock.now() - timedelta(days=3)}).where(Registration.id == row.id)
    return await placing.current(row.id)


async def test_one_tap_says_we_are_coming(reach: Reach) -> None:
    row = await asked()
    visit = await reach(row)
    assert "还来吗" in await visit.page()
    for _tap in range(2):
        page = await visit.does("/confirmation")
        assert "还来吗" not in page
        assert "报上了" in page
    assert (await placing.current(row.id)).confirmed_at is not None


async def test_not_coming_leads_to_giving_back(reach: Reach) -> None:
    visit = await reach(await asked())
    assert f'href="{visit.start}/give-back"' in await visit.page()
    assert "谁不来了" in await visit.page("/give-back")


async def test_nobody_is_asked_where_the_event_does_not_ask(reach: Reach) -> None:
    assert "还来吗" not in await (await reach(await asked(asks=False))).page()


async def test_confirm_after_the_places_are_gone_says_so(reach: Reach) -> None:
    visit = await reach(await asked())
    await visit.send("/cancellation")
    page = await visit.refused("/confirmation")
    assert "名额已经不在了" in page
    assert "名额退了" in page
