from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import clock
from events.people.tables import Role
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast


async def test_index_counts_what_waits_for_the_host_and_leads_there(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    assert "家长的事" not in (await host_client.get("/desk")).text
    called: dict[Column | str, Any] = {Registration.state: "waiting", Registration.to_call_at: clock.now()}
    await Registration.update(called).where(Registration.id == cast.lins_registration.id)
    await Registration.update({Registration.state: "pending"}).where(Registration.id == cast.chens_registration.id)
    page = (await host_client.get("/desk")).text
    path = f"/desk/sessions/{cast.session.id}/registrations"
    assert ("1 家等点头" in page, "1 家要打电话" in page) == (True, True)
    assert (f"{path}?show=pending" in page, f"{path}?show=call" in page) == (True, True)
    assert "家长的事" not in (await foreign_client.get("/desk")).text


async def test_index_shows_the_clashes_of_two_weeks_to_whom_they_concern(
    cast: Cast, host_client: Browser, lead_client: Browser, owner_client: Browser, foreign_client: Browser
) -> None:
    assert "撞了的场次" not in (await host_client.get("/desk")).text
    colleague = await make.staff(Role.HOST, cast.east, name="小盒阿平")
    await make.session(await make.event(cast.east, host=cast.east_host, title="包粽子"), starts_at=make.at(7, "10:30"))
    for day in (8, 15):
        for title in ("做年糕", "蒸鱼"):
            await make.session(await make.event(cast.east, host=colleague, title=title), starts_at=make.at(day))
    mine, ours = (await host_client.get("/desk")).text, (await lead_client.get("/desk")).text
    assert [page.count("clash-line") for page in (mine, ours)] == [1, 2]
    assert "和「包粽子」撞了：小盒 小盒阿宁，上午10:30–中午12:00" in mine
    assert (await owner_client.get("/desk")).text.count("clash-line") == 2
    assert "撞了的场次" not in (await foreign_client.get("/desk")).text
