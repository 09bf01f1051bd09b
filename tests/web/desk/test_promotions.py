from __future__ import annotations

import pytest

from events.catalog.tables import Session
from events.signup.tables import Registration, State
from tests import make
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def waiting(cast: Cast) -> Registration:
    """A family of two behind a family of one."""
    session = await make.session(cast.event, places=1)
    await make.registration(session)
    return await make.registration(session, adults=2)


async def test_create_needs_places_and_says_where_to_raise_them(waiting: Registration, host_client: Browser) -> None:
    path = f"/desk/registrations/{waiting.id}"
    refused = await host_client.post(f"{path}/promotion", data={"reason": "老邻居"})
    assert (refused.status_code, "先把名额加上去" in refused.text) == (422, True)
    assert (f"/desk/sessions/{waiting.session}/edit" in refused.text, 'value="老邻居"' in refused.text) == (True, True)


async def test_create_places_them_with_the_reason_in_the_log(waiting: Registration, host_client: Browser) -> None:
    await Session.update({Session.places: 3}).where(Session.id == waiting.session)
    path = f"/desk/registrations/{waiting.id}"
    assert (await host_client.post(f"{path}/promotion", data={"reason": ""})).status_code == 422
    done = await host_client.post(f"{path}/promotion", data={"reason": "打过电话"})
    page = (await host_client.follow(done)).text
    assert ("提前排上了，2 个名额" in page, "因为：打过电话" in page) == (True, True)
    row = await Registration.objects().get(Registration.id == waiting.id)
    assert row is not None
    assert row.state == State.PLACED
