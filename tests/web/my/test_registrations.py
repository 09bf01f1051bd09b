from __future__ import annotations

import re

import pytest
from litestar import Litestar

from events.catalog.tables import Kind, Session, Venue
from events.people import ages
from events.people.tables import Household
from events.signup import capacity, registrations
from events.signup.tables import Attendee, Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from web.viewer import FAMILY_COOKIE

FAMILY = {
    "adults": "1",
    "children": "1",
    "child-0-name": "小满",
    "child-0-year": "2020",
    "child-0-month": "5",
    "child-0-allergies": "花生",
    "name": "陈妈妈",
    "phone": "138 0013 8000",
    "note": "会晚到十分钟",
    "consent": "given",
}
ONE = {"adults": "1", "children": "0", "name": "林爸爸", "phone": "13900139000"}


def address(session: Session) -> str:
    return f"/my/sessions/{session.id}/registration"


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return dict(re.findall(r'<input type="hidden" name="([^"_][^"]*)" value="([^"]*)"', page))


async def sign_up(client: Browser, session: Session, **typed: str) -> Registration:
    """All three steps, as a phone without script takes them."""
    form = fields((await client.get(address(session))).text)
    recap = await client.post(address(session), data={**form, **typed, "act": "recap"})
    assert recap.status_code == 200, recap.text
    done = await client.post(address(session), data={**fields(recap.text), "act": "register"})
    assert done.status_code == 303, done.text
    row = await Registration.objects().order_by(Registration.id, ascending=False).first()
    assert row is not None
    assert done.headers["location"] == f"/my/registrations/{row.id}"
    return row


async def test_a_family_signs_up_in_three_steps_without_script(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY), places=9)
    row = await sign_up(anyone, session, **FAMILY)
    people = [(each.kind, each.name, str(each.birth_month), each.allergies) for each in await registrations.people_of(row.id)]
    assert (row.state, row.name, row.phone, row.note) == (State.PLACED, "陈妈妈", "13800138000", "会晚到十分钟")
    assert people == [("adult", "", "None", ""), ("child", "小满", "2020-05-01", "花生")]
    page = (await anyone.get(f"/my/registrations/{row.id}")).text
    assert "报上了" in page
    assert f'src="/my/registrations/{row.id}/ticket.png"' in page


async def test_the_device_that_signed_up_is_the_familys_from_then_on(anyone: Browser, app: Litestar) -> None:
    session = await make.session()
    row = await sign_up(anyone, session, **ONE)
    cookie = anyone.cookies[FAMILY_COOKIE]
    other = await sign_up(anyone, await make.session(), **ONE)
    assert (row.household, anyone.cookies[FAMILY_COOKIE]) == (other.household, cookie)
    assert (await anyone.get(address(session))).headers["location"] == f"/my/registrations/{row.id}"


async def test_the_same_phone_on_another_device_is_another_family(anyone: Browser, app: Litestar) -> None:
    session = await make.session()
    first = await sign_up(anyone, session, **ONE)
    async with Browser(app) as stranger:
        second = await sign_up(stranger, session, **ONE)
        assert (await stranger.get(f"/my/registrations/{first.id}")).status_code == 404
    assert first.household != second.household


async def test_a_retry_whose_answer_was_lost_gets_its_family_back(anyone: Browser, app: Litestar) -> None:
    """The phone never saw the answer, nor the cookie in it; it sends the same form once more."""
    session = await make.session()
    form = {**ONE, "key": make.key(), "act": "register"}
    first = await anyone.post(address(session), data=form)
    async with Browser(app) as again:
        second = await again.post(address(session), data=form)
        assert second.headers["location"] == first.headers["location"]
        assert (await again.follow(second)).status_code == 200
    assert (await Registration.count(), await Household.count()) == (1, 1)


async def test_a_recap_writes_nothing(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY))
    recap = await anyone.post(address(session), data={**FAMILY, "key": make.key(), "act": "recap"})
    for told in ("陈妈妈", "小满", "花生", "会晚到十分钟"):
        assert told in recap.text
    assert (await Registration.count(), await Household.count()) == (0, 0)


async def test_a_recap_shows_what_will_be_kept_of_a_child_refused(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY))
    refused = {**FAMILY, "consent": "refused", "key": make.key()}
    recap = await anyone.post(address(session), data={**refused, "act": "recap"})
    shown = re.sub(r"<input[^>]+>", "", recap.text)
    assert "不记，只占名额和年龄" in shown
    assert "小满" not in shown
    assert "花生" not in shown
    row = await sign_up(anyone, session, **refused)
    (child,) = [each for each in await registrations.people_of(row.id) if each.kind == "child"]
    assert (child.name, child.allergies, child.is_birth_month_approximate) == ("", "", True)


async def test_an_age_instead_of_a_birth_month_is_kept_as_a_guess(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY))
    await sign_up(anyone, session, **{**FAMILY, "child-0-year": "", "child-0-month": "", "child-0-age": "６"})
    child = await Attendee.objects().where(Attendee.kind == "child").first()
    assert child is not None
    assert child.birth_month is not None
    assert (child.is_birth_month_approximate, ages.age_on(child.birth_month, session.starts_at.date())) == (True, 6)


async def test_a_child_more_and_a_child_less_keep_what_was_typed(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY))
    more = await anyone.post(address(session), data={**FAMILY, "act": "add_child"})
    assert more.status_code == 200
    assert 'name="child-1-name"' in more.text
    assert 'value="小满"' in more.text
    less = await anyone.post(address(session), data={**FAMILY, "children": "2", "child-1-name": "小雨", "act": "drop_child:0"})
    assert 'value="小雨"' in less.text
    assert "小满" not in less.text
    assert 'name="child-1-name"' not in less.text


async def test_back_from_the_recap_keeps_what_was_typed(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY))
    recap = await anyone.post(address(session), data={**FAMILY, "key": make.key(), "act": "recap"})
    back = await anyone.post(address(session), data={**fields(recap.text), "act": "change"})
    for told in ("陈妈妈", "138 0013 8000", "小满", "花生", "会晚到十分钟"):
        assert f'value="{told}"' in back.text
    assert '<option value="2020" selected>' in back.text


async def test_a_family_that_does_not_fit_is_told_its_place_in_the_queue(anyone: Browser, app: Litestar) -> None:
    session = await make.session(places=2)
    await make.registration(session, adults=2)
    await make.registration(session, adults=2)
    recap = await anyone.post(address(session), data={**ONE, "key": make.key(), "act": "recap"})
    assert "先排上队" in recap.text
    row = await sign_up(anyone, session, **ONE)
    page = (await anyone.get(f"/my/registrations/{row.id}")).text
    assert row.state == State.WAITING
    assert "前面 1 家" in page
    assert "ticket.png" not in page


async def test_other_content_under_the_same_key_leads_to_what_is_there(anyone: Browser, app: Litestar) -> None:
    session = await make.session()
    form = {**ONE, "key": make.key(), "act": "register"}
    await anyone.post(address(session), data=form)
    again = await anyone.post(address(session), data={**form, "adults": "3", "note": "多来两位"})
    row = await Registration.objects().first()
    assert row is not None
    assert again.status_code == 422
    assert "已经报过了" in again.text
    assert f'href="/my/registrations/{row.id}"' in again.text
    assert 'value="多来两位"' in again.text
    assert (await capacity.count(session.id)).taken == 1


async def test_a_family_gives_its_places_back(cast: Cast, family_client: Browser) -> None:
    await Session.update({Session.places: 3}).where(Session.id == cast.session.id)
    waiting = await make.registration(cast.session)
    page = f"/my/registrations/{cast.chens_registration.id}"
    done = await browser.post(family_client, f"{page}/cancellation", page=page)
    assert "名额退了" in (await family_client.follow(done)).text
    row = await Registration.objects().get(Registration.id == waiting.id)
    assert row is not None
    assert row.state == State.PLACED


async def test_another_family_sees_and_changes_nothing(cast: Cast, family_client: Browser, other_family_client: Browser) -> None:
    page = f"/my/registrations/{cast.chens_registration.id}"
    paths = (page, f"{page}/ticket.png", f"{page}/calendar.ics")
    assert [(await family_client.get(path)).status_code for path in paths] == [200] * 3
    assert [(await other_family_client.get(path)).status_code for path in paths] == [404] * 3
    assert (await other_family_client.post(f"{page}/cancellation")).status_code == 404
    assert (await capacity.count(cast.session.id)).taken == 3


@pytest.mark.parametrize("is_placed", [True, False])
async def test_the_way_in_a_compound_is_for_confirmed_families(app: Litestar, is_placed: bool) -> None:
    store = await make.store()
    venue: Venue = await make.venue(compound=await make.compound(store, name="梧桐苑", address="梧桐路 100 弄"), address="12 号楼 101")
    session = await make.session(await make.event(store), venue=venue, places=1)
    if not is_placed:
        await make.registration(session)
    household = await make.household()
    row = await make.registration(session, household=household)
    async with await browser.of_family(app, household) as phone:
        page = (await phone.get(f"/my/registrations/{row.id}")).text
        calendar = (await phone.get(f"/my/registrations/{row.id}/calendar.ics")).text.replace("\r\n ", "")
    for text in (page, calendar):
        assert "梧桐苑" in text
        assert ("12 号楼 101" in text) is is_placed
        assert ("100 弄" in text) is is_placed


async def test_the_form_of_a_closed_session_offers_nothing_to_send(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(opens_at=make.at(3)))
    page = await anyone.get(address(session))
    assert "还没开始报名" in page.text
    assert 'value="register"' not in page.text
    assert 'value="recap"' not in page.text


async def test_chosen_leads_from_the_events_page_to_the_form(anyone: Browser, app: Litestar) -> None:
    session = await make.session()
    answer = await anyone.get(f"/my/registration?session={session.id}")
    assert answer.headers["location"] == address(session)
    assert (await anyone.get("/my/registration")).status_code == 404
