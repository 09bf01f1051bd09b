"""The family's own calendar: an address it makes, passes on to its phone, and can let die."""

from __future__ import annotations

import re

import vobject

from events.people import households
from events.signup import registrations
from tests.browser import Browser
from tests.cast import Cast

ADDRESS = re.compile(r"http://[^\"]+/C/([0-9A-Z]{26})/linju\.ics")


async def secret_on(page: Browser, path: str = "/my/calendar") -> str | None:
    found = ADDRESS.search((await page.get(path)).text)
    return found[1] if found else None


async def made(page: Browser, path: str = "/my/calendar") -> str:
    await page.follow(await page.post(path))
    secret = await secret_on(page, path)
    assert secret is not None
    return secret


async def test_no_address_until_the_family_asks_for_one(family_client: Browser) -> None:
    assert await secret_on(family_client) is None
    assert await secret_on(family_client) is None  # looking makes none
    assert await made(family_client)


async def test_the_address_holds_the_family_s_sessions_for_whoever_has_it(cast: Cast, family_client: Browser, anyone: Browser) -> None:
    path = f"/C/{await made(family_client)}/linju.ics"
    answer = await anyone.get(path)
    event = vobject.readOne(answer.text).vevent
    assert (event.uid.value, event.status.value) == (str(cast.session.uid), "CONFIRMED")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["last-modified"].endswith("GMT")
    again = await anyone.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")


async def test_what_the_family_gives_back_is_taken_off_by_the_same_uid(cast: Cast, family_client: Browser, anyone: Browser) -> None:
    path = f"/C/{await made(family_client)}/linju.ics"
    before = vobject.readOne((await anyone.get(path)).text).vevent
    await registrations.cancel(cast.chens_registration)
    after = vobject.readOne((await anyone.get(path)).text).vevent
    assert (after.uid.value, after.status.value) == (before.uid.value, "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)


async def test_a_renewed_address_and_a_forgotten_family_s_are_not_there(cast: Cast, family_client: Browser, anyone: Browser) -> None:
    first = await made(family_client)
    second = await made(family_client)
    assert [(await anyone.get(f"/C/{secret}/linju.ics")).status_code for secret in (first, second)] == [404, 200]
    await households.forget(cast.chens.id)
    assert (await anyone.get(f"/C/{second}/linju.ics")).status_code == 404


async def test_no_calendar_any_more(family_client: Browser, anyone: Browser) -> None:
    secret = await made(family_client)
    await family_client.follow(await family_client.post("/my/calendar/end"))
    assert (await anyone.get(f"/C/{secret}/linju.ics")).status_code == 404
    assert await secret_on(family_client) is None


async def test_the_page_leads_to_phones_google_and_outlook(family_client: Browser) -> None:
    secret = await made(family_client)
    page = (await family_client.get("/my/calendar")).text
    assert re.search(rf'href="webcal://[^"/]+/C/{secret}/linju\.ics"', page)
    assert 'href="https://calendar.google.com/' in page
    assert 'href="https://outlook.live.com/' in page


async def test_a_ticket_s_page_gives_google_no_more_than_anybody_may_know(cast: Cast, family_client: Browser) -> None:
    page = (await family_client.get(f"/my/registrations/{cast.chens_registration.id}")).text
    links = re.findall(r'href="(https://(?:calendar\.google|outlook\.live)[^"]+)"', page)
    assert len(links) == 2
    for private in (cast.chens_registration.secret, cast.chens.name, cast.chens.phone):
        assert not [link for link in links if private in link]


async def test_a_member_of_staff_has_their_shifts(cast: Cast, host_client: Browser, anyone: Browser) -> None:
    secret = await made(host_client, "/desk/calendar")
    read = vobject.readOne((await anyone.get(f"/C/{secret}/linju.ics")).text)
    assert str(cast.session.uid) in {event.uid.value for event in read.vevent_list}
    assert cast.chens.name not in (await anyone.get(f"/C/{secret}/linju.ics")).text
