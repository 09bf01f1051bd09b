from __future__ import annotations

import re

from events import db
from events.signup import capacity, registrations
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


async def test_index_is_the_roster_of_the_session(cast: Cast, host_client: Browser) -> None:
    elsewhere = await make.registration(await make.session(cast.event))
    page = (await host_client.get(f"/desk/sessions/{cast.session.id}/registrations")).text
    assert cast.chens.name in page
    assert cast.lins.name in page
    assert f"/desk/registrations/{elsewhere.id}" not in page
    assert [int(count) for count in re.findall(r"<dd>(\d+)</dd>", page)] == [3, 0, 20, 0]


async def test_index_of_nobody_says_so(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    page = await host_client.get(f"/desk/sessions/{session.id}/registrations")
    assert page.status_code == 200
    assert "/desk/registrations/" not in page.text


async def test_index_asks_as_often_for_three_families_as_for_one(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)

    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await host_client.get(f"/desk/sessions/{session.id}/registrations")).status_code == 200
        return db.engine().get_query_id() - before

    await make.registration(session, adults=1, children=1)
    one = await queries()
    for _ in range(2):
        await make.registration(session, adults=2)
    assert await queries() == one


async def test_show_is_one_family_with_what_the_host_needs(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    path = f"/desk/registrations/{cast.chens_registration.id}"
    page = (await host_client.get(path)).text
    for told in (cast.chens.name, "孩子1"):
        assert told in page
    assert cast.chens_registration.secret not in page
    assert (await foreign_client.get(path)).status_code == 404


async def test_cancel_gives_the_places_of_a_family_that_called_to_the_next(cast: Cast, host_client: Browser) -> None:
    page = f"/desk/registrations/{cast.chens_registration.id}"
    done = await browser.post(host_client, f"{page}/cancellation", page=page)
    assert (await host_client.follow(done)).status_code == 200
    assert (await capacity.count(cast.session.id)).taken == 1
    assert await registrations.of_household_in(cast.chens.id, cast.session.id) is None


async def test_cancel_of_another_stores_family_is_not_there(cast: Cast, foreign_client: Browser) -> None:
    assert (await foreign_client.post(f"/desk/registrations/{cast.chens_registration.id}/cancellation")).status_code == 404
    assert (await capacity.count(cast.session.id)).taken == 3
