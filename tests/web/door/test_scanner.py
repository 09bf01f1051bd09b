from __future__ import annotations

import html
import json
import re
from typing import Any

from piccolo.columns import Column

from events import clock
from events.catalog.tables import Session
from events.checkin import arrivals
from events.signup import registrations
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web import policy
from web.door import doors


def given(page: str) -> dict[str, Any]:
    """What the page hands its script."""
    found = re.search(r"data-door='([^']+)'", page)
    assert found
    said: dict[str, Any] = json.loads(html.unescape(found[1]))
    return said


async def test_show_is_the_sessions_scanner(cast: Cast, host_client: Browser) -> None:
    page = await host_client.get(f"/door/{cast.session.id}")
    assert page.status_code == 200
    said = given(page.text)
    assert (said["session"], said["me"], said["name"]) == (cast.session.id, cast.east_host.id, cast.east_host.name)
    assert said["token"] == host_client.cookies["linju_csrf"]


async def test_show_counts_people_inside(cast: Cast, host_client: Browser) -> None:
    people = [person.id for person in await registrations.people_of(cast.chens_registration.id)]
    today: dict[Column | str, Any] = {Session.starts_at: clock.now(), Session.ends_at: clock.now() + make.MINUTE * 90}
    await Session.update(today).where(Session.id == cast.session.id)
    ticket = await make.ticket_of(cast.chens_registration)
    expected = len(people) + len(await registrations.people_of(cast.lins_registration.id))
    await arrivals.admit(ticket, people[:2], nonce=make.key(), by=cast.east_host)
    assert f"到了 2 / {expected}" in (await host_client.get(f"/door/{cast.session.id}")).text
    await arrivals.let_out(ticket, people[:1], nonce=make.key(), by=cast.east_host)
    assert f"到了 1 / {expected}" in (await host_client.get(f"/door/{cast.session.id}")).text


async def test_show_names_no_family(cast: Cast, host_client: Browser) -> None:
    """A device keeps this page to open without a connection; names come with the roster, and go with it."""
    page = (await host_client.get(f"/door/{cast.session.id}")).text
    assert cast.chens_registration.name in (await host_client.get(f"/desk/sessions/{cast.session.id}/registrations")).text
    assert cast.chens_registration.name not in page
    assert cast.chens_registration.phone not in page


async def test_show_may_compile_what_reads_codes_and_no_other_page_may(cast: Cast, host_client: Browser) -> None:
    scanner, home = await host_client.get(f"/door/{cast.session.id}"), await host_client.get("/door")
    assert "'wasm-unsafe-eval'" in scanner.headers[policy.HEADER]
    assert home.headers[policy.HEADER] == policy.PAGE
    assert "unsafe" not in policy.PAGE
    assert scanner.headers[policy.HEADER].count("unsafe") == 1


async def test_show_remembers_the_door_for_codes_that_wechat_opens(cast: Cast, host_client: Browser) -> None:
    await host_client.get(f"/door/{cast.session.id}")
    assert host_client.cookies[doors.COOKIE] == str(cast.session.id)


async def test_show_has_forms_that_work_without_script(cast: Cast, host_client: Browser) -> None:
    page = (await host_client.get(f"/door/{cast.session.id}")).text
    for action in ("search", "photo"):
        assert f'action="/door/{cast.session.id}/{action}"' in page
    assert f'href="/door/{cast.session.id}/walk-ins"' in page


async def test_a_page_without_a_sign_in_leads_there_and_back(cast: Cast, anyone: Browser) -> None:
    answer = await anyone.get(f"/door/{cast.session.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/sign-in?next=/door/{cast.session.id}")


async def test_a_script_without_a_sign_in_is_told_so(cast: Cast, anyone: Browser) -> None:
    """A redirection would lead it to a page it takes for an answer."""
    for address, headers in ((f"/door/{cast.session.id}/roster.json", {}), (f"/door/{cast.session.id}", {"accept": "application/json"})):
        answer = await anyone.get(address, headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"error": "sign in"})
