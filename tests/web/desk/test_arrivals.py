from __future__ import annotations

import re
from typing import Any

import pytest
from piccolo.columns import Column

from events.catalog.tables import Event, Session
from events.checkin import tickets
from events.checkin.tables import Arrival, Ticket
from events.signup import registrations
from events.signup.tables import Consent, Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def ticket(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Ticket:
    """The Chens', on the day: noon, so that no test runs across midnight."""
    noon = make.at(0, "12:00")
    today: dict[Column | str, Any] = {Session.starts_at: make.at(0, "11:50"), Session.ends_at: make.at(0, "13:00")}
    await Session.update(today).where(Session.id == cast.session.id)
    monkeypatch.setattr("events.clock.now", lambda: noon)
    found = await tickets.of(cast.chens_registration.id)
    assert found is not None
    return found


async def standing() -> int:
    return len(await Arrival.select(Arrival.id).where(Arrival.undone_at.is_null()))


async def tap(client: Browser, ticket: Ticket) -> str:
    """What the page's one button does, and where it leads."""
    page = (await client.get(f"/desk/tickets/{ticket.id}")).text
    ticked = re.findall(r'name="people" value="(\d+)" checked', page)
    (nonce,) = re.findall(r'name="nonce" value="([^"]+)"', page)
    done = await client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": ticked, "nonce": nonce})
    return (await client.follow(done)).text


async def test_create_lets_the_family_in_with_one_tap(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    page = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    assert f"{cast.chens.name}，可以进" in page
    assert "请进" in await tap(host_client, ticket)
    assert await standing() == 2


async def test_show_a_second_time_says_who_let_them_in_when(cast: Cast, ticket: Ticket, host_client: Browser, lead_client: Browser) -> None:
    await tap(host_client, ticket)
    page = (await lead_client.get(f"/T/{ticket.secret}", follow_redirects=True)).text
    assert "进过了" in page
    assert "12:00" in page
    assert cast.east_host.name in page


async def test_create_sent_twice_is_one_arrival(ticket: Ticket, host_client: Browser) -> None:
    """Bad wifi: the phone sends the same tap again."""
    page = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    form = {"people": re.findall(r'name="people" value="(\d+)"', page), "nonce": re.findall(r'name="nonce" value="([^"]+)"', page)}
    for _ in range(3):
        assert (await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data=form)).status_code == 303
    assert await Arrival.count() == 2


async def test_create_for_one_of_two_leaves_the_other_outside(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    first, second = await registrations.people_of(cast.chens_registration.id)
    await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": [first.id], "nonce": make.key()})
    page = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    assert re.findall(r'name="people" value="(\d+)" checked', page) == [str(second.id)]
    assert "可以进" in page


async def test_create_for_nobody_is_asked_again(ticket: Ticket, host_client: Browser) -> None:
    answer = await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"nonce": make.key()})
    assert answer.status_code == 422
    assert "先勾上谁进来" in answer.text
    assert await Arrival.count() == 0


async def test_create_refuses_what_was_given_back(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    people = [person.id for person in await registrations.people_of(cast.chens_registration.id)]
    await registrations.cancel(cast.chens_registration, by=cast.east_host)
    answer = await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": people, "nonce": make.key()})
    assert answer.status_code == 422
    assert "名额已经退了" in answer.text
    assert "签到</button>" not in (await host_client.get(f"/desk/tickets/{ticket.id}")).text


async def test_destroy_takes_it_back(ticket: Ticket, host_client: Browser) -> None:
    await tap(host_client, ticket)
    done = await browser.post(host_client, f"/desk/tickets/{ticket.id}/arrival/removal", page=f"/desk/tickets/{ticket.id}")
    assert "可以进" in (await host_client.follow(done)).text
    assert (await standing(), await Arrival.count()) == (0, 2)


async def test_the_door_of_another_store_is_not_there(cast: Cast, ticket: Ticket, foreign_client: Browser, host_client: Browser) -> None:
    people = [person.id for person in await registrations.people_of(cast.chens_registration.id)]
    page = f"/desk/tickets/{ticket.id}"
    assert (await host_client.get(page)).status_code == 200
    assert (await foreign_client.get(page)).status_code == 404
    assert (await foreign_client.post(f"{page}/arrival", data={"people": people, "nonce": make.key()})).status_code == 404
    assert (await foreign_client.post(f"{page}/arrival/removal")).status_code == 404
    assert await Arrival.count() == 0


async def test_find_leads_from_six_digits_to_the_family(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    path = f"/desk/sessions/{cast.session.id}/search"
    for typed in (ticket.number, f" {ticket.number[:3]} {ticket.number[3:]} "):
        answer = await host_client.post(path, data={"find": typed})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/tickets/{ticket.id}")
    wrong = await host_client.post(path, data={"find": "000000"})
    assert wrong.status_code == 422
    assert "这一场没找到" in wrong.text
    assert 'value="000000"' in wrong.text


async def test_create_holds_the_events_rule_and_lets_the_host_overrule_it(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    await Event.update({Event.children_per_adult: 1}).where(Event.id == cast.event.id)
    _adult, child = await registrations.people_of(cast.chens_registration.id)
    path = f"/desk/tickets/{ticket.id}"
    assert "还是让进" not in (await host_client.get(path)).text
    form = {"people": [child.id], "nonce": make.key()}
    refused = await host_client.post(f"{path}/arrival", data=form)
    assert (refused.status_code, "还差 1 个大人" in refused.text, "还是让进" in refused.text) == (422, True, True)
    assert (await host_client.post(f"{path}/arrival", data={**form, "overrule": "1"})).status_code == 303
    assert [row.attendee for row in await Arrival.objects()] == [child.id]


async def test_show_takes_the_money_and_comes_back(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    await Event.update({Event.fee: 1800}).where(Event.id == cast.event.id)
    path, pay = f"/desk/tickets/{ticket.id}", f"/desk/registrations/{cast.chens_registration.id}/payment"
    page = (await host_client.get(path)).text
    assert "应付 36 元" in page
    done = await host_client.post(pay, data={"amount": re.findall(r'name="amount" value="(\d+)"', page), "ticket": ticket.id})
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert "收了 36 元" in (await host_client.follow(done)).text
    undone = await host_client.post(f"{pay}/removal", data={"ticket": ticket.id})
    assert "应付 36 元" in (await host_client.follow(undone)).text


async def test_show_of_a_family_without_a_phone_offers_no_call(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    path = f"/desk/tickets/{ticket.id}"
    assert "tel:" in (await host_client.get(path)).text
    await Registration.update({Registration.phone: ""}).where(Registration.id == ticket.registration)
    assert "tel:" not in (await host_client.get(path)).text


async def test_show_warns_of_allergies_and_of_what_was_not_told(cast: Cast, host_client: Browser) -> None:
    told = await make.registration(cast.session, party=make.party(people=(make.adult(), make.child("小满", allergies="花生"))))
    refused = await make.registration(cast.session, party=make.party(1, 1, consent=Consent.REFUSED))
    pages = []
    for row in (told, refused):
        ticket = await tickets.of(row.id)
        assert ticket is not None
        pages.append((await host_client.get(f"/desk/tickets/{ticket.id}")).text)
    assert "花生" in pages[0]
    assert "过敏当面问" not in pages[0]
    assert "过敏当面问" in pages[1]
