from __future__ import annotations

import re
from datetime import date, timedelta

import httpx
import pytest
from litestar import Litestar

from events import clock
from events.catalog.tables import FirstGroup, Kind, Once, Per, QuestionKind, Session, Venue
from events.people import ages, members
from events.people.tables import Household, Role, Staff
from events.signup import answers, approvals, capacity, payments, registrations, resizing
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
    return await registration_at(done)


async def registration_at(done: httpx.Response) -> Registration:
    """The newest one, to which a form that was taken leads."""
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


async def test_questions_are_answered_in_the_form_and_read_back_in_the_recap(anyone: Browser, app: Litestar) -> None:
    event = await make.event(kind=Kind.FAMILY)
    taste = await make.question(event.id, QuestionKind.CHOICE, label="什么味", per=Per.CHILD, is_required=True)
    plain = await make.option(taste, "原味")
    why = await make.question(event.id, label="从哪儿知道的")
    session = await make.session(event)
    form = (await anyone.get(address(session))).text
    assert (f'name="child-0-q-{taste.id}"' in form, f'name="q-{why.id}"' in form, f'name="adult-0-q-{taste.id}"' in form) == (
        True,
        True,
        False,
    )
    seen = {"shown": f"child-0-q-{taste.id}"}
    recap = await anyone.post(address(session), data={**FAMILY, **seen, "key": make.key(), "act": "recap"})
    assert recap.status_code == 422
    assert f'id="e-child-0-q-{taste.id}"' in recap.text
    told = {f"child-0-q-{taste.id}": str(plain.id), f"q-{why.id}": "邻居说的"}
    recap = await anyone.post(address(session), data={**FAMILY, **told, "key": make.key(), "act": "recap"})
    assert "什么味：原味" in recap.text
    assert "邻居说的" in recap.text
    row = await sign_up(anyone, session, **FAMILY, **told)
    found = [(each.question, each.option, each.text) for each in (await answers.of([row.id]))[row.id]]
    assert sorted(found) == [(taste.id, plain.id, ""), (why.id, None, "邻居说的")]


async def test_grown_ups_are_counted_until_there_is_something_to_ask_them(anyone: Browser, app: Litestar) -> None:
    event = await make.event()
    session = await make.session(event)
    assert 'name="adult-0-name"' not in (await anyone.get(address(session))).text
    ask = await make.question(event.id, label="想学什么", per=Per.ADULT)
    page = await anyone.post(address(session), data={**ONE, "act": "add_adult"})
    assert f'name="adult-1-q-{ask.id}"' in page.text
    told = {f"adult-0-q-{ask.id}": "汤底", f"adult-1-q-{ask.id}": "刀工"}
    row = await sign_up(anyone, session, **{**ONE, "adults": "2"}, **told)
    assert [each.text for each in (await answers.of([row.id]))[row.id]] == ["汤底", "刀工"]


async def test_without_script_a_question_that_becomes_due_is_asked_in_the_next_round(anyone: Browser, app: Litestar) -> None:
    event = await make.event()
    car = await make.question(event.id, QuestionKind.YES_NO, label="要停车位吗")
    plate = await make.question(event.id, label="车牌号", after=car.id, after_value="yes")
    session = await make.session(event)
    page = (await anyone.get(address(session))).text
    assert re.search(rf'id="f-q-{plate.id}" data-after="q-{car.id}" data-after-value="yes" hidden>', page)
    form = {**ONE, "key": make.key(), f"q-{car.id}": "yes", "act": "recap"}
    more = await anyone.post(address(session), data=form)
    assert (more.status_code, "还要问 1 句" in more.text) == (200, True)
    assert not re.search(rf'id="f-q-{plate.id}"[^>]* hidden>', more.text)
    recap = await anyone.post(address(session), data={**form, "shown": [f"q-{car.id}", f"q-{plate.id}"]})
    assert "看一眼对不对" in recap.text  # it need not be answered


async def test_an_option_that_is_full_may_be_waited_for(anyone: Browser, app: Litestar) -> None:
    event = await make.event()
    taste = await make.question(event.id, QuestionKind.CHOICE, label="什么味")
    cocoa = await make.option(taste, "巧克力", places=1)
    session = await make.session(event)
    assert "还有 1 份" in (await anyone.get(address(session))).text
    told = {f"q-{taste.id}": str(cocoa.id)}
    await make.registration(session, party=make.party(answers={taste.id: (str(cocoa.id),)}))
    assert "满了，选它要排队" in (await anyone.get(address(session))).text
    recap = await anyone.post(address(session), data={**ONE, **told, "key": make.key(), "act": "recap"})
    assert "“巧克力”满了，先排上队" in recap.text
    row = await sign_up(anyone, session, **ONE, **told)
    assert row.state == State.WAITING
    assert "“巧克力”现在不够" in (await anyone.get(f"/my/registrations/{row.id}")).text


async def test_a_refusal_stands_beside_the_person_it_is_about(anyone: Browser, app: Litestar) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY, age_from=4, age_to=8))
    second = {"children": "2", "child-1-age": "12"}
    page = await anyone.post(address(session), data={**FAMILY, **second, "key": make.key(), "act": "recap"})
    assert page.status_code == 422
    assert ('id="e-child-0"' in page.text, 'id="e-child-1"' in page.text) == (False, True)
    assert "12 岁大了一点" in page.text


async def test_who_waits_says_whether_to_be_asked_and_whether_a_part_may_come(anyone: Browser, app: Litestar) -> None:
    session = await make.session(places=1)
    form = {**ONE, "key": make.key(), "act": "recap"}
    assert "先问问我们" not in (await anyone.post(address(session), data=form)).text  # there is room
    await make.registration(session)
    alone = (await anyone.post(address(session), data=form)).text
    assert re.search(r'name="at_once" value="yes" checked', alone)
    assert 'name="split"' not in alone
    assert 'name="split"' in (await anyone.post(address(session), data={**form, "adults": "2"})).text
    wish = {"adults": "2", "at_once": "no", "split": "1", "act": "register"}
    done = await anyone.post(address(session), data={**form, **wish})
    row = await registration_at(done)
    assert (row.state, row.is_at_once, row.can_split) == (State.WAITING, False, True)


async def test_remembered_people_come_if_ticked(app: Litestar) -> None:
    household = await make.household("林女士")
    people = (make.adult(), make.child("小满", allergies="花生"), make.child("小雨"), make.child("大宝", date(make.at(0).year - 15, 1, 1)))
    await make.remembered(household, make.party(people=people))
    session = await make.session(await make.event(kind=Kind.FAMILY, age_to=8))
    async with await browser.of_family(app, household) as phone:
        page = (await phone.get(address(session))).text
        ticked = dict(re.findall(r'name="(child-\d-comes)" value="1"( checked)?', page))
        assert ticked == {"child-0-comes": " checked", "child-1-comes": " checked", "child-2-comes": ""}  # too old on the day
        assert "记住我们" not in page
        known = await members.of(household.id)
        told = {f"child-{n}-member": str(each.id) for n, each in enumerate(each for each in known if each.is_child)}
        ages = {f"child-{n}-age": "6" for n in range(3)}
        names = {"child-0-name": "小满", "child-1-name": "小雨", "child-2-name": "大宝"}
        form = {**ONE, "children": "3", **told, **ages, **names, "child-1-comes": "1", "consent": "given"}
        row = await sign_up(phone, session, **form)
    children = [each for each in await registrations.people_of(row.id) if each.kind == "child"]
    assert [(each.name, each.member) for each in children] == [("小雨", int(told["child-1-member"]))]


async def test_a_member_of_another_family_is_not_believed(anyone: Browser, app: Litestar) -> None:
    household = await make.household()
    await make.remembered(household, make.party(people=(make.adult(), make.child("小满"))))
    (theirs,) = await members.of(household.id)
    session = await make.session(await make.event(kind=Kind.FAMILY))
    row = await sign_up(anyone, session, **FAMILY, **{"child-0-member": str(theirs.id)})
    assert {each.member for each in await registrations.people_of(row.id)} == {None}


@pytest.mark.parametrize("wants", [True, False])
async def test_a_family_is_remembered_only_if_it_ticked(anyone: Browser, app: Litestar, wants: bool) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY))
    assert re.search(r'name="remember" id="f-remember" value="1">', (await anyone.get(address(session))).text)  # never ticked beforehand
    row = await sign_up(anyone, session, **FAMILY, **({"remember": "1"} if wants else {}))
    assert [each.name for each in await members.of(row.household)] == (["小满"] if wants else [])


async def test_members_of_chosen_groups_sign_up_first(anyone: Browser, app: Litestar) -> None:
    event = await make.event(members_hours=48, opens_at=clock.now() - timedelta(hours=1))
    await FirstGroup(event=event.id, code="ABC123").save()
    session = await make.session(event)
    page = (await anyone.get(address(session))).text
    assert "先给几个群的邻居报" in page
    assert 'value="recap"' not in page
    assert "先给几个群" in (await anyone.post(address(session), data={**ONE, "key": make.key(), "act": "register"})).text
    page = (await anyone.get(f"{address(session)}?via=ABC123")).text
    assert 'value="recap"' in page
    done = await anyone.post(address(session), data={**ONE, "key": make.key(), "via": "ABC123", "act": "register"})
    assert (await registration_at(done)).state == State.PLACED


async def test_once_per_event_leads_to_the_registration_there_is(anyone: Browser, app: Litestar) -> None:
    event = await make.event(once_per=Once.EVENT)
    row = await sign_up(anyone, await make.session(event), **ONE)
    other = await make.session(event, starts_at=make.at(8))
    assert f'href="/my/registrations/{row.id}"' in (await anyone.get(address(other))).text
    again = await anyone.post(address(other), data={**ONE, "key": make.key(), "act": "register"})
    assert again.status_code == 422
    assert f'href="/my/registrations/{row.id}"' in again.text


async def test_a_registration_that_needs_approval_waits_for_the_hosts_word(anyone: Browser, app: Litestar) -> None:
    event = await make.event(needs_approval=True)
    session = await make.session(event)
    recap = await anyone.post(address(session), data={**ONE, "key": make.key(), "act": "recap"})
    assert "小盒先看一眼" in recap.text
    row = await sign_up(anyone, session, **ONE)
    assert "等小盒点头" in (await anyone.get(f"/my/registrations/{row.id}")).text
    host = await Staff.objects().get(Staff.id == event.host)
    assert host is not None
    await approvals.reject(row, "这场只给住在小区里的邻居", by=host)
    assert "这场只给住在小区里的邻居" in (await anyone.get(f"/my/registrations/{row.id}")).text


async def test_a_fee_is_on_the_ticket_until_it_is_paid(anyone: Browser, app: Litestar) -> None:
    event = await make.event(fee=1850)
    row = await sign_up(anyone, await make.session(event), **{**ONE, "adults": "2"})
    assert "到店付 37 元" in (await anyone.get(f"/my/registrations/{row.id}")).text
    await payments.take(row, by=await make.staff())
    assert "付过了，37 元" in (await anyone.get(f"/my/registrations/{row.id}")).text


async def test_a_waiting_family_reads_where_it_stands_and_why(anyone: Browser, app: Litestar) -> None:
    session = await make.session(places=3)
    first = await make.registration(session, adults=2)
    await make.registration(session)
    row = await sign_up(anyone, session, **{**ONE, "adults": "3"})
    await make.registration(session, adults=2)
    await registrations.cancel(first)  # two free: too few for three, and the next family passes
    page = (await anyone.get(f"/my/registrations/{row.id}")).text
    for told in ("你们排在第一个", "先给了后面合适的一家", "空出 2 个名额"):
        assert told in page
    await resizing.set_places(session, 4, by=await make.staff(Role.OWNER))
    assert "现在空 1 个，你们要 3 个" in (await anyone.get(f"/my/registrations/{row.id}")).text


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
    session = await make.session(await make.event(closes_minutes=30 * 24 * 60), starts_at=make.at(3))
    page = await anyone.get(address(session))
    assert "报名截止了" in page.text
    assert 'value="register"' not in page.text
    assert 'value="recap"' not in page.text


async def test_the_form_may_be_filled_in_before_the_opening_and_sent_after_it(anyone: Browser, app: Litestar) -> None:
    """The page of the last step stands ready; pressed too early it is there again, with everything in it."""
    event = await make.event(opens_at=clock.now() + timedelta(minutes=5))
    session = await make.session(event)
    form = fields((await anyone.get(address(session))).text)
    recap = (await anyone.post(address(session), data={**form, **FAMILY, "act": "recap"})).text
    assert "data-locked" in recap
    assert f'data-opens="{int(event.opens_at.timestamp() * 1000)}"' in recap
    early = await anyone.post(address(session), data={**fields(recap), "act": "register"})
    assert early.status_code == 422
    assert "还没开始报名" in early.text
    assert 'value="register"' in early.text
    await event.update_self({"opens_at": clock.now()})
    row = await registration_at(await anyone.post(address(session), data={**fields(early.text), "act": "register"}))
    assert row.state == State.PLACED
    assert [person.name for person in await registrations.people_of(row.id)] == ["", "小满"]


async def test_the_events_page_counts_down_and_lets_one_fill_in(anyone: Browser, app: Litestar) -> None:
    event = await make.event(opens_at=clock.now() + timedelta(minutes=5))
    session = await make.session(event)
    page = (await anyone.get(f"/events/{event.id}")).text
    assert 'data-clock="/clock"' in page
    assert "先填好" in page
    assert f'name="session" value="{session.id}" checked' in page
    assert "到点一按就报上" in page


async def test_the_events_page_says_whose_groups_are_first(anyone: Browser, app: Litestar) -> None:
    """Nobody else is told that one tap at the opening is enough."""
    event = await make.event(members_hours=24, opens_at=clock.now() + timedelta(minutes=5))
    await make.session(event)
    page = (await anyone.get(f"/events/{event.id}")).text
    assert ("先给几个群的邻居报" in page, "到点一按就报上" in page) == (True, False)


async def test_a_device_signs_up_so_often_an_hour(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrations, "OFTEN", 2)
    household = await make.household()
    for _ in range(2):
        await make.registration(household=household)
    async with await browser.of_family(app, household) as phone:
        session = await make.session()
        key = fields((await phone.get(address(session))).text)["key"]
        answer = await phone.post(address(session), data={**ONE, "key": key, "act": "register"})
        assert answer.status_code == 422
        assert "一个小时里报得太多了" in answer.text
    async with Browser(app) as other:  # another phone on the same wifi
        await sign_up(other, session, **ONE)


async def test_chosen_leads_from_the_events_page_to_the_form(anyone: Browser, app: Litestar) -> None:
    session = await make.session()
    answer = await anyone.get(f"/my/registration?session={session.id}")
    assert answer.headers["location"] == address(session)
    assert (await anyone.get("/my/registration")).status_code == 404
