from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import clock
from events.signup.tables import Registration
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
