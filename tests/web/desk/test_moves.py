from __future__ import annotations

import re

from events.signup.tables import Registration, State
from tests import make
from tests.browser import Browser
from tests.cast import Cast


async def test_create_moves_a_family_and_both_pages_lead_to_each_other(cast: Cast, host_client: Browser) -> None:
    there = await make.session(cast.event, starts_at=make.at(8))
    path = f"/desk/registrations/{cast.chens_registration.id}"
    assert re.findall(r'name="session" value="(\d+)"', (await host_client.get(path)).text) == [str(there.id)]
    done = await host_client.post(f"{path}/move", data={"session": there.id})
    new = await Registration.objects().get(Registration.session == there.id)
    assert new is not None
    assert (new.state, done.headers["location"]) == (State.PLACED, f"/desk/registrations/{new.id}")
    assert f"/desk/registrations/{new.id}" in (await host_client.get(path)).text


async def test_create_into_a_full_session_waits_there_and_keeps_the_place_here(cast: Cast, host_client: Browser) -> None:
    there = await make.session(cast.event, starts_at=make.at(8), places=1)
    await make.registration(there)
    path = f"/desk/registrations/{cast.chens_registration.id}"
    full = await host_client.post(f"{path}/move", data={"session": there.id})
    assert (full.status_code, "位子不够" in full.text) == (422, True)
    done = await host_client.post(f"{path}/move", data={"session": there.id, "waits": "1"})
    page = (await host_client.follow(done)).text
    assert ("在排队" in page, "原来那一场的名额还留着" in page) == (True, True)


async def test_create_into_nothing_or_another_store_is_not_there(cast: Cast, host_client: Browser) -> None:
    elsewhere = await make.session(await make.event(cast.west, host=cast.west_host))
    path = f"/desk/registrations/{cast.chens_registration.id}/move"
    assert (await host_client.post(path, data={"session": ""})).status_code == 422
    assert (await host_client.post(path, data={"session": elsewhere.id})).status_code == 404
