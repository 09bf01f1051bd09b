from __future__ import annotations

import pytest
from litestar import Litestar

from events.signup.tables import Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def pending(cast: Cast) -> Registration:
    """Of an event where the store has the last word."""
    event = await make.event(cast.east, host=cast.east_host, needs_approval=True)
    return await make.registration(await make.session(event))


async def state(registration: Registration) -> tuple[str, str]:
    row = await Registration.objects().get(Registration.id == registration.id)
    assert row is not None
    return row.state, row.ending


async def test_create_lets_them_come(pending: Registration, host_client: Browser) -> None:
    path = f"/desk/registrations/{pending.id}"
    assert "让他们来吗" in (await host_client.get(path)).text
    done = await host_client.post(f"{path}/approval")
    assert "名额给他们了" in (await host_client.follow(done)).text
    assert await state(pending) == (State.PLACED, "")


async def test_destroy_needs_a_reason_the_family_may_read(pending: Registration, host_client: Browser) -> None:
    path = f"/desk/registrations/{pending.id}"
    empty = await host_client.post(f"{path}/approval/refusal", data={"refusal": " "})
    assert (empty.status_code, await state(pending)) == (422, (State.PENDING, ""))
    done = await host_client.post(f"{path}/approval/refusal", data={"refusal": "这场给大孩子"})
    assert "因为：这场给大孩子" in (await host_client.follow(done)).text
    assert await state(pending) == (State.CANCELLED, "rejected")


async def test_another_host_of_the_store_reads_but_does_not_decide(cast: Cast, pending: Registration, app: Litestar) -> None:
    async with await browser.of_staff(app, await make.staff(store=cast.east)) as peer:
        page = (await peer.get(f"/desk/registrations/{pending.id}")).text
        assert ("可以来</button>" in page, "要带这个活动的小盒或大盒点头" in page) == (False, True)
        assert (await peer.post(f"/desk/registrations/{pending.id}/approval")).status_code == 422
