from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from piccolo.columns import Column

from events import clock, db
from events.catalog.tables import Event, QuestionKind, Session
from events.signup import answers, capacity, changes, payments, registrations
from events.signup.tables import Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


def rows(page: str) -> list[str]:
    """The families a roster shows, in order."""
    return re.findall(r'class="row-go"[^>]*>([^<]+)</a>', page)


def roster(session: Session) -> str:
    return f"/desk/sessions/{session.id}/registrations"


async def named(name: str, session: Session, **of: Any) -> Registration:
    return await make.registration(session, party=make.party(name=name, **of))


# The roster


async def test_index_is_the_roster_of_the_session(cast: Cast, host_client: Browser) -> None:
    elsewhere = await make.registration(await make.session(cast.event))
    page = (await host_client.get(f"/desk/sessions/{cast.session.id}/registrations")).text
    assert cast.chens.name in page
    assert cast.lins.name in page
    assert f"/desk/registrations/{elsewhere.id}" not in page
    for paper in ("board", "paper/roster", "paper/badges", "paper/kitchen"):
        assert f'href="/door/{cast.session.id}/{paper}"' in page
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


async def test_index_says_where_each_stands_and_why(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=3)
    await named("赵女士", session)
    await named("钱女士", session, adults=3)
    await named("孙女士", session, adults=4)
    page = (await host_client.get(roster(session))).text
    assert rows(page) == ["赵女士", "钱女士", "孙女士"]
    assert re.findall("排第 [0-9]", page) == ["排第 1", "排第 2"]
    assert re.findall("空 2 个，要 [0-9] 个", page) == ["空 2 个，要 3 个", "空 2 个，要 4 个"]


async def test_index_shows_what_a_filter_names(cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every filter shows its families and no other; one that is none shows all."""
    await Event.update({Event.fee: 1800}).where(Event.id == cast.event.id)
    session = await make.session(cast.event, places=6)
    states: dict[str, dict[Column | str, Any]] = {
        "等点头": {Registration.state: State.PENDING},
        "等回话": {Registration.state: State.OFFERED},
        "要电话": {Registration.state: State.WAITING, Registration.to_call_at: clock.now()},
    }
    paid, owing = await named("交了钱", session), await named("没交钱", session, people=(make.adult(allergies="花生"),))
    await payments.take(paid, by=cast.east_host)
    await registrations.cancel(await named("退了的", session), by=cast.east_host)
    for name, values in states.items():
        row = await named(name, session)
        await Registration.update(values).where(Registration.id == row.id)
    shown = {
        name: rows((await host_client.get(f"{roster(session)}?show={name}")).text)
        for name in ("pending", "offered", "call", "waiting", "placed", "unpaid", "allergies", "absent", "cancelled", "nonsense")
    }
    assert shown == {
        "pending": ["等点头"],
        "offered": ["等回话"],
        "call": ["要电话"],
        "waiting": ["要电话"],
        "placed": ["交了钱", "没交钱"],
        "unpaid": ["没交钱"],
        "allergies": ["没交钱"],
        "absent": [],
        "cancelled": ["退了的"],
        "nonsense": ["等点头", "等回话", "交了钱", "没交钱", "要电话", "退了的"],
    }
    monkeypatch.setattr(clock, "now", lambda: session.starts_at)
    assert rows((await host_client.get(f"{roster(session)}?show=absent")).text) == ["交了钱", "没交钱"]
    assert owing.state == State.PLACED


async def test_index_has_the_call_list_on_top(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    waiting = await named("许女士", session)
    page = (await host_client.get(roster(session))).text
    assert f"tel:{waiting.phone}" not in page
    called: dict[Column | str, Any] = {Registration.state: State.WAITING, Registration.to_call_at: clock.now()}
    await Registration.update(called).where(Registration.id == waiting.id)
    page = (await host_client.get(roster(session))).text
    assert ("要打电话的 1 家" in page, f"tel:{waiting.phone}" in page) == (True, True)


async def test_index_leads_from_the_same_phone_to_the_merge(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    one, two = [await named(name, session, phone="13800138000") for name in ("林女士", "外婆")]
    page = (await host_client.get(roster(session))).text
    assert re.findall(r"/desk/registrations/(\d+)/merge", page) == [str(one.id), str(two.id)]


SEARCHES = {
    "小满": ["林女士"],  # a child's name
    "林": ["林女士", "林爸爸"],
    "13800138001": ["林女士"],
    "8002": ["林爸爸"],
    "138 0013 8002": ["林爸爸"],
}


async def test_search_finds_by_name_and_phone_and_puts_neither_into_an_address(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    await named("林女士", session, phone="13800138001", people=(make.adult(), make.child("小满")))
    await named("林爸爸", session, phone="13800138002")
    await named("陈先生", session, phone="13800138003")
    for typed, expected in SEARCHES.items():
        answer = await host_client.post(f"/desk/sessions/{session.id}/search", data={"find": typed})
        assert (answer.status_code, rows(answer.text)) == (200, expected), typed
    page = (await host_client.get(roster(session))).text
    assert 'method="post" action="/desk/sessions/' in page


async def test_search_for_nobody_says_so_and_keeps_what_was_typed(cast: Cast, host_client: Browser) -> None:
    answer = await host_client.post(f"/desk/sessions/{cast.session.id}/search", data={"find": "没这个人"})
    assert (answer.status_code, "这一场没找到" in answer.text, 'value="没这个人"' in answer.text) == (422, True, True)
    assert cast.chens.name in rows(answer.text)


# One family


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


async def test_show_says_what_was_answered(cast: Cast, host_client: Browser) -> None:
    size = await make.question(cast.event.id, QuestionKind.CHOICE, label="围裙", per="child")
    small = await make.option(size, "儿童号")
    session = await make.session(cast.event)
    people = (make.adult(), make.child("小满", answers={size.id: (str(small.id),)}, diet="吃素"))
    row = await named("林女士", session, people=people)
    page = (await host_client.get(f"/desk/registrations/{row.id}")).text
    assert ("围裙：儿童号" in page, "忌口：吃素" in page) == (True, True)


async def test_show_tells_what_happened_in_words(cast: Cast, host_client: Browser) -> None:
    page = (await host_client.get(f"/desk/registrations/{cast.chens_registration.id}")).text
    assert "报上了，2 个名额" in page


async def test_cancel_says_that_somebody_is_inside(cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = cast.session.starts_at
    monkeypatch.setattr(clock, "now", lambda: moment)
    ticket = await make.ticket_of(cast.lins_registration)
    (person,) = await registrations.people_of(cast.lins_registration.id)
    await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": [person.id], "nonce": make.key()})
    answer = await host_client.post(f"/desk/registrations/{cast.lins_registration.id}/cancellation")
    assert (answer.status_code, "已经签到进场的人退不了" in answer.text) == (422, True)


# One more, and other people


FAMILY = {"act": "save", "adults": "1", "children": "1", "child-0-name": "乐乐", "child-0-age": "6", "consent": "given", "name": "赵奶奶"}


async def test_create_signs_up_a_family_without_a_phone(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    page = await host_client.get(f"{roster(session)}/new")
    (key,) = re.findall(r'name="key" value="([^"]+)"', page.text)
    for _ in range(2):  # a second tap is the same sign-up
        done = await host_client.post(roster(session), data={**FAMILY, "phone": "", "key": key})
        assert done.status_code == 303
    (row,) = await Registration.objects().where(Registration.session == session.id)
    assert (row.name, row.phone, row.state, row.made_by) == ("赵奶奶", "", State.PLACED, cast.east_host.id)
    assert "赵奶奶" in (await host_client.follow(done)).text
    assert "linju_family" not in host_client.cookies


async def test_create_knows_no_closing_time(cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await make.session(cast.event)
    monkeypatch.setattr(clock, "now", lambda: session.starts_at + timedelta(minutes=5))
    assert (await host_client.post(roster(session), data={**FAMILY, "key": make.key()})).status_code == 303
    monkeypatch.setattr(clock, "now", lambda: session.ends_at)
    late = await host_client.post(roster(session), data={**FAMILY, "key": make.key()})
    assert (late.status_code, "已经结束了" in late.text) == (422, True)


async def test_create_holds_the_rules_and_keeps_what_was_typed(cast: Cast, host_client: Browser) -> None:
    await Event.update({Event.age_from: 8}).where(Event.id == cast.event.id)
    session = await make.session(cast.event)
    answer = await host_client.post(roster(session), data={**FAMILY, "key": make.key()})
    assert (answer.status_code, "8 岁起" in answer.text, 'value="乐乐"' in answer.text) == (422, True, True)
    assert await Registration.count().where(Registration.session == session.id) == 0


async def test_create_draws_another_child_without_script(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    answer = await host_client.post(roster(session), data={**FAMILY, "act": "add_child", "key": make.key()})
    assert (answer.status_code, "child-1-name" in answer.text, 'value="乐乐"' in answer.text) == (200, True, True)


async def test_create_forgets_the_family_on_this_browser(cast: Cast, host_client: Browser) -> None:
    """The next family at the counter does not see the last one's name."""
    page = (await host_client.get(f"{roster(cast.session)}/new")).text
    assert ('autocomplete="name"' in page, 'autocomplete="tel"' in page) == (False, False)


async def test_update_changes_people_and_answers(cast: Cast, host_client: Browser) -> None:
    likes = await make.question(cast.event.id, label="喜欢什么")
    path = f"/desk/registrations/{cast.chens_registration.id}"
    page = (await host_client.get(f"{path}/edit")).text
    fields: dict[str, Any] = dict(re.findall(r'<input[^>]* name="((?:adult|child)-[^"]+|name|phone)"[^>]* value="([^"]*)"', page))
    changed = {
        **fields,
        "act": "save",
        "adults": "2",
        "children": "0",
        "name": "陈爸爸",
        "phone": cast.chens.phone,
        f"q-{likes.id}": "面团",
    }
    done = await host_client.post(path, data=changed)
    assert done.status_code == 303
    row = await Registration.objects().get(Registration.id == cast.chens_registration.id)
    assert row is not None
    kinds = [person.kind for person in await registrations.people_of(row.id)]
    said = [answer.text for answer in (await answers.of([row.id]))[row.id]]
    assert (row.name, kinds, said) == ("陈爸爸", ["adult", "adult"], ["面团"])


async def test_update_of_a_family_that_changed_meanwhile_says_so(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    path = f"/desk/registrations/{cast.lins_registration.id}"
    await registrations.cancel(cast.lins_registration, by=cast.east_host)
    answer = await host_client.post(path, data={"act": "save", "adults": "2", "children": "0", "name": "林爸爸", "phone": cast.lins.phone})
    assert (answer.status_code, "已经退了" in answer.text) == (422, True)
    assert (await foreign_client.get(f"{path}/edit")).status_code == 404


async def test_show_after_a_change_of_people_says_the_difference(cast: Cast, host_client: Browser) -> None:
    await Event.update({Event.fee: 1800}).where(Event.id == cast.event.id)
    await payments.take(cast.chens_registration, by=cast.east_host)
    path = f"/desk/registrations/{cast.chens_registration.id}"
    assert "收了 36 元" in (await host_client.get(path)).text
    child = (await registrations.people_of(cast.chens_registration.id))[1]
    await changes.give_back(cast.chens_registration, [child.id], by=cast.east_host)
    page = (await host_client.get(path)).text
    assert "应付 18 元，多收了 18 元" in page
