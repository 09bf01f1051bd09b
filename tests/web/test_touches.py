"""First touch: the group by whose link a browser first came to an event is the one that brought the family, and only there."""

from __future__ import annotations

from datetime import timedelta
from http.cookies import SimpleCookie

import httpx
import pytest

from events import clock
from events.announce import links
from events.announce.links import Came
from events.announce.tables import Group
from events.catalog.tables import Event, EventState, FirstGroup, Session, SessionState
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.my.test_registrations import ONE, address, registration_at, sign_up
from web import touches


@pytest.fixture
async def session(cast: Cast) -> Session:
    """Of the east's event, where none of the cast is yet."""
    return await make.session(cast.event, starts_at=make.at(9))


@pytest.fixture
async def two(cast: Cast) -> tuple[Group, Group]:
    return await make.group(cast.east), await make.group(cast.east)


async def visit(browser: Browser, group: Group, event: Event) -> httpx.Response:
    """A tap on the group's link, and the page it leads to."""
    leads = await browser.get(links.path(group, event.id))
    assert (await browser.follow(leads)).status_code == 200
    return leads


def kept(browser: Browser, event: Event) -> str | None:
    return browser.cookies.get(touches.cookie(event.id))


async def test_a_link_notes_its_group_for_this_event_in_a_cookie_scripts_cannot_read(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session
) -> None:
    answer = await anyone.get(links.path(two[0], cast.event.id))
    (cookie,) = SimpleCookie(answer.headers["set-cookie"]).values()
    told = {name: cookie[name] for name in ("httponly", "samesite", "path", "domain")}
    assert (cookie.key, cookie.value) == (f"linju_via_{cast.event.id}", two[0].code)
    assert told == {"httponly": True, "samesite": "lax", "path": "/", "domain": ""}
    until_a_day_after = (session.ends_at + timedelta(days=1) - clock.now()).total_seconds()
    assert 0 <= until_a_day_after - int(cookie["max-age"]) < 60


async def test_a_cookie_lasts_thirty_days_at_most(cast: Cast, anyone: Browser, two: tuple[Group, Group]) -> None:
    await make.session(cast.event, starts_at=make.at(90))
    answer = await anyone.get(links.path(two[0], cast.event.id))
    assert "max-age=2592000" in answer.headers["set-cookie"].lower()


async def test_the_first_group_stays_whatever_link_comes_later(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session
) -> None:
    first, second = two
    await visit(anyone, first, cast.event)
    again = await visit(anyone, second, cast.event)
    assert "set-cookie" not in again.headers
    form = (await anyone.get(f"{address(session)}?via={second.code}")).text
    assert f'name="via" value="{second.code}"' in form
    row = await registration_at(await anyone.post(address(session), data={**ONE, "via": second.code, "key": make.key(), "act": "register"}))
    assert row.via == first.code
    came = (await links.ways(cast.event.id)).by_group
    assert came == {first.code: Came(1, 1, 1, 0)}


async def test_the_first_group_stays_when_the_family_comes_back_by_no_link(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session
) -> None:
    await visit(anyone, two[0], cast.event)
    assert (await sign_up(anyone, session, **ONE)).via == two[0].code


async def test_after_the_sign_up_the_cookie_is_dropped(cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session) -> None:
    await visit(anyone, two[0], cast.event)
    assert kept(anyone, cast.event) == two[0].code
    await sign_up(anyone, session, **ONE)
    assert kept(anyone, cast.event) is None


async def test_a_second_event_is_a_matter_of_its_own(cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session) -> None:
    first, second = two
    other = await make.event(cast.east, host=cast.east_host)
    there = await make.session(other)
    await visit(anyone, first, cast.event)
    await visit(anyone, second, other)
    assert (kept(anyone, cast.event), kept(anyone, other)) == (first.code, second.code)
    assert (await sign_up(anyone, there, **ONE)).via == second.code
    assert (kept(anyone, cast.event), kept(anyone, other)) == (first.code, None)
    assert (await sign_up(anyone, session, **ONE)).via == first.code
    third = await make.session(await make.event(cast.east, host=cast.east_host))
    assert (await sign_up(anyone, third, **ONE)).via == ""


async def test_with_cookies_off_the_address_tells_the_group(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session
) -> None:
    leads = await anyone.get(links.path(two[0], cast.event.id))
    anyone.cookies.delete(touches.cookie(cast.event.id))
    page = (await anyone.follow(leads)).text
    assert f'name="via" value="{two[0].code}"' in page
    on = await anyone.get(f"/my/registration?session={session.id}&via={two[0].code}")
    form = (await anyone.follow(on)).text
    assert f'name="via" value="{two[0].code}"' in form
    assert (await sign_up(anyone, session, **ONE, via=two[0].code)).via == two[0].code


@pytest.mark.parametrize("garbage", ["ZZZZZ", "a" * 300, "'; DROP", "%00", "1"])
async def test_a_cookie_that_names_no_group_is_as_none(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session, garbage: str
) -> None:
    headers = {"cookie": f"{touches.cookie(cast.event.id)}={garbage}"}
    answer = await anyone.get(links.path(two[1], cast.event.id), headers=headers)
    assert f"{touches.cookie(cast.event.id)}={two[1].code}" in answer.headers["set-cookie"]
    anyone.cookies.set(touches.cookie(cast.event.id), garbage, domain="127.0.0.1")
    assert (await sign_up(anyone, session, **ONE, via=two[0].code)).via == two[0].code


async def test_no_page_sets_a_cookie_and_kept_pages_stay_kept(cast: Cast, anyone: Browser, two: tuple[Group, Group]) -> None:
    plain = await anyone.get(f"/events/{cast.event.id}")
    await visit(anyone, two[0], cast.event)
    again = await anyone.get(f"/events/{cast.event.id}")
    for page in (plain, again, await anyone.get(f"/events/{cast.event.id}?via={two[0].code}")):
        assert "set-cookie" not in page.headers
    assert (plain.headers["etag"], plain.text) == (again.headers["etag"], again.text)


async def test_an_event_with_nothing_to_sign_up_for_leaves_no_cookie(cast: Cast, anyone: Browser, two: tuple[Group, Group]) -> None:
    draft, off, past = (
        await make.event(cast.east, state=EventState.DRAFT),
        await make.event(cast.east, state=EventState.CANCELLED),
        await make.event(cast.east),
    )
    await make.session(draft)
    await make.session(off)
    await make.session(past, starts_at=make.at(-3))
    await make.session(past, state=SessionState.CANCELLED)
    for event in (draft.id, off.id, past.id, 10**9, 10**30):
        answer = await anyone.get(f"/G/{two[0].code}/{event}")
        assert (answer.status_code, "set-cookie" in answer.headers) == (303, False)


async def test_the_stores_own_browsers_are_brought_by_no_group(
    cast: Cast, host_client: Browser, two: tuple[Group, Group], session: Session
) -> None:
    """The host tries every link, and then signs up whoever stands at the counter."""
    assert "set-cookie" not in (await visit(host_client, two[0], cast.event)).headers
    host_client.cookies.set(touches.cookie(cast.event.id), two[0].code, domain="127.0.0.1")
    await host_client.post(address(session), data={**ONE, "key": make.key(), "act": "register"})
    row = await Registration.objects().order_by(Registration.id, ascending=False).first()
    assert row is not None
    assert (row.session, row.via) == (session.id, "")


@pytest.mark.parametrize("chosen", [0, 1])
async def test_either_group_opens_the_first_hours_and_the_first_touch_is_kept(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], chosen: int
) -> None:
    """Whoever first came by another group's link may still sign up by that of a first group."""
    event = await make.event(cast.east, members_hours=48, opens_at=clock.now() - timedelta(hours=1))
    there = await make.session(event)
    await FirstGroup(event=event.id, code=two[chosen].code).save()
    await visit(anyone, two[0], event)
    if chosen == 1:
        refused = await anyone.post(address(there), data={**ONE, "key": make.key(), "act": "register"})
        assert (refused.status_code, "先给几个群" in refused.text) == (422, True)
    await visit(anyone, two[1], event)
    page = (await anyone.get(f"{address(there)}?via={two[1].code}")).text
    assert 'value="recap"' in page
    done = await anyone.post(address(there), data={**ONE, "via": two[1].code, "key": make.key(), "act": "register"})
    assert (await registration_at(done)).via == two[0].code


async def test_a_form_sent_again_after_its_cookie_went_is_the_same_sign_up(
    cast: Cast, anyone: Browser, two: tuple[Group, Group], session: Session
) -> None:
    """The family goes back and presses once more: the cookie is gone, and it has only the address to go by."""
    await visit(anyone, two[0], cast.event)
    form = {**ONE, "via": two[1].code, "key": make.key(), "act": "register"}
    first, second = [await anyone.post(address(session), data=form) for _ in range(2)]
    assert (first.status_code, second.headers["location"]) == (303, first.headers["location"])
    assert (await registration_at(second)).via == two[0].code
