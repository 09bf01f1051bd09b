from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from piccolo.columns import Column

from events.catalog.tables import Event, Session
from events.checkin import presence, tickets
from events.checkin.tables import Passage, Scan, Ticket
from events.signup import placing, registrations
from events.signup.tables import Attendee, Consent, Registration
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
    return len(await Passage.select(Passage.id).where(Passage.undone_at.is_null()))


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
    assert await Passage.count() == 2


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
    assert await Passage.count() == 0


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
    assert (await standing(), await Passage.count()) == (0, 2)


async def test_the_door_of_another_store_is_not_there(cast: Cast, ticket: Ticket, foreign_client: Browser, host_client: Browser) -> None:
    people = [person.id for person in await registrations.people_of(cast.chens_registration.id)]
    page = f"/desk/tickets/{ticket.id}"
    assert (await host_client.get(page)).status_code == 200
    assert (await foreign_client.get(page)).status_code == 404
    assert (await foreign_client.post(f"{page}/arrival", data={"people": people, "nonce": make.key()})).status_code == 404
    assert (await foreign_client.post(f"{page}/arrival/removal")).status_code == 404
    assert await Passage.count() == 0


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
    assert "照样进" not in (await host_client.get(path)).text
    form = {"people": [child.id], "nonce": make.key()}
    refused = await host_client.post(f"{path}/arrival", data=form)
    assert (refused.status_code, "还差 1 个大人" in refused.text, "照样进" in refused.text) == (422, True, True)
    assert (await host_client.post(f"{path}/arrival", data={**form, "overrule": "1"})).status_code == 303
    assert [row.attendee for row in await Passage.objects()] == [child.id]


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


# Out for a while, back, undone


async def people_of(cast: Cast) -> list[int]:
    return [person.id for person in await registrations.people_of(cast.chens_registration.id)]


async def inside(cast: Cast) -> list[int]:
    there = await presence.of_session(cast.session.id)
    return sorted(id for id, each in there.items() if each.is_inside)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch, ticket: Ticket) -> None:
    """A minute passes each time the clock is read."""
    moment, asked = make.at(0, "12:00"), count()
    monkeypatch.setattr("events.clock.now", lambda: moment + timedelta(milliseconds=next(asked)))


async def test_leave_takes_one_out_for_a_while_and_the_next_tap_brings_them_back(
    cast: Cast, ticket: Ticket, later: None, host_client: Browser
) -> None:
    adult, child = await people_of(cast)
    page = f"/desk/tickets/{ticket.id}"
    assert "出去一下" not in (await host_client.get(page)).text
    await tap(host_client, ticket)
    shown = (await host_client.get(page)).text
    assert f'name="leaving" value="{adult}"' in shown
    left = await host_client.post(f"{page}/departure", data={"leaving": [adult], "tap": "N1N1N1N1"})
    assert left.status_code == 303
    assert await inside(cast) == [child]
    shown = (await host_client.follow(left)).text
    assert "出去过，可以再进" in shown
    assert "12:00 出去的" in shown
    assert re.findall(r'name="people" value="(\d+)" checked', shown) == [str(adult)]
    await tap(host_client, ticket)
    assert await inside(cast) == [adult, child]
    await host_client.post(f"{page}/departure", data={"leaving": [adult], "tap": "N1N1N1N1"})  # an old copy of the tap
    assert await inside(cast) == [adult, child]


async def test_leave_of_nobody_is_asked_again(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    await tap(host_client, ticket)
    answer = await host_client.post(f"/desk/tickets/{ticket.id}/departure")
    assert (answer.status_code, "先勾上谁出去" in answer.text) == (422, True)


async def test_show_says_of_each_who_let_them_in_and_when(cast: Cast, ticket: Ticket, host_client: Browser, lead_client: Browser) -> None:
    adult, child = await people_of(cast)
    await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": [adult], "nonce": make.key()})
    await lead_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": [child], "nonce": make.key()})
    assert "请进" in (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    page = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    for who in (cast.east_host, cast.east_lead):
        assert f"12:00 到的 · {who.name}" in page


async def test_destroy_takes_one_back_with_a_reason(cast: Cast, ticket: Ticket, later: None, host_client: Browser) -> None:
    adult, child = await people_of(cast)
    await tap(host_client, ticket)
    path = f"/desk/tickets/{ticket.id}/arrival/removal"
    assert (await host_client.post(path, data={"wrong": [adult], "reason": "others"})).status_code == 303
    assert await inside(cast) == [child]
    assert (await host_client.post(path, data={"reason": "slip", "why": "孩子还在车上"})).status_code == 303
    assert await inside(cast) == []
    undone = await Scan.objects().where(Scan.act == "undo").order_by(Scan.id)
    assert [(row.why, row.made_by) for row in undone] == [("是另一家", cast.east_host.id), ("孩子还在车上", cast.east_host.id)]


# At another session's door


@pytest.fixture
async def other(cast: Cast, ticket: Ticket) -> Session:
    """The event's afternoon session, where the host stands."""
    return await make.session(cast.event, starts_at=make.at(0, "15:00"), places=2)


def at(ticket: Ticket, door: Session, what: str = "") -> str:
    return f"/desk/tickets/{ticket.id}{what}?session={door.id}"


async def test_show_at_another_door_says_when_the_ticket_is_good(cast: Cast, ticket: Ticket, other: Session, host_client: Browser) -> None:
    page = (await host_client.get(at(ticket, other))).text
    for said in ("不是这场", "票是 上午11:50", "照样进", "换到这一场", "at-door-wrong", f'href="/door/{other.id}"'):
        assert said in page
    assert "签到</button>" not in page


async def test_create_at_another_door_is_the_hosts_explicit_yes(cast: Cast, ticket: Ticket, other: Session, host_client: Browser) -> None:
    form = {"people": await people_of(cast), "nonce": make.key()}
    refused = await host_client.post(at(ticket, other, "/arrival"), data=form)
    assert (refused.status_code, "是今天另一场的票" in refused.text, await standing()) == (422, True, 0)
    done = await host_client.post(at(ticket, other, "/arrival"), data={**form, "overrule": "1", "how": "wechat"})
    assert done.headers["location"] == at(ticket, other)
    assert "请进" in (await host_client.follow(done)).text
    (scan,) = await Scan.objects()
    assert (scan.session, scan.how, scan.ruled) == (other.id, "wechat", "other_session")


async def test_move_brings_the_family_to_this_door(cast: Cast, ticket: Ticket, other: Session, host_client: Browser) -> None:
    done = await host_client.post(at(ticket, other, "/move"))
    new = await make.ticket_of(await placing.current((await placing.current(cast.chens_registration.id)).moved_to or 0))
    assert (new.session, done.headers["location"]) == (other.id, f"/desk/tickets/{new.id}")
    page = (await host_client.follow(done)).text
    assert "可以进" in page
    old = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    assert "换场了" in old
    assert f'href="/desk/tickets/{new.id}?session=' in old


async def test_move_where_there_is_no_room_is_a_sentence(cast: Cast, ticket: Ticket, other: Session, host_client: Browser) -> None:
    await make.registration(other)
    answer = await host_client.post(at(ticket, other, "/move"))
    assert (answer.status_code, "这一场满了，换不过来" in answer.text) == (422, True)
    assert (await placing.current(cast.chens_registration.id)).state == "placed"


async def test_move_goes_nowhere_but_to_a_session_of_the_event(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    elsewhere = await make.session(await make.event(cast.east), starts_at=make.at(0, "15:00"))
    assert (await host_client.post(at(ticket, elsewhere, "/move"))).status_code == 404
    assert (await host_client.post(f"/desk/tickets/{ticket.id}/move")).status_code == 404
    page = (await host_client.get(at(ticket, elsewhere))).text
    assert ("不是这场" in page, "换到这一场" in page) == (True, False)


@pytest.mark.parametrize("what", ["", "/arrival", "/departure", "/arrival/removal", "/move"])
async def test_a_foreign_door_is_not_there(cast: Cast, ticket: Ticket, host_client: Browser, owner_client: Browser, what: str) -> None:
    """Not even for the owner of both stores: the ticket is no other store's."""
    foreign = await make.session(await make.event(cast.west), starts_at=make.at(0, "12:00"))
    for client in (host_client, owner_client):
        for door in (foreign.id, 999_999, "x", "-1", "9" * 30):
            path = f"/desk/tickets/{ticket.id}{what}?session={door}"
            assert (await (client.post(path) if what else client.get(path))).status_code == 404


async def test_a_ticket_scanned_by_wechat_opens_at_the_door_where_the_phone_stands(
    cast: Cast, ticket: Ticket, other: Session, host_client: Browser
) -> None:
    assert (await host_client.get(f"/T/{ticket.secret}")).headers["location"] == f"/desk/tickets/{ticket.id}?how=wechat"
    await host_client.get(f"/door/{other.id}")
    answer = await host_client.get(f"/T/{ticket.secret}")
    assert answer.headers["location"] == f"/desk/tickets/{ticket.id}?how=wechat&session={other.id}"
    assert "不是这场" in (await host_client.follow(answer)).text


@pytest.mark.parametrize("kept", ["", "x", "0", "999999", "9" * 20, "-1", "foreign", "tomorrow"])
async def test_a_door_that_is_none_is_forgotten(cast: Cast, ticket: Ticket, host_client: Browser, kept: str) -> None:
    if kept in {"foreign", "tomorrow"}:
        event = await make.event(cast.west if kept == "foreign" else cast.east)
        kept = str((await make.session(event, starts_at=make.at(int(event.store == cast.east.id), "12:00"))).id)
    host_client.cookies.set("linju_door", kept, domain="127.0.0.1")
    assert (await host_client.get(f"/T/{ticket.secret}")).headers["location"] == f"/desk/tickets/{ticket.id}?how=wechat"


# Whoever may say "all the same"


async def test_create_against_a_wrong_day_is_the_leads_to_say(cast: Cast, host_client: Browser, lead_client: Browser) -> None:
    ticket = await make.ticket_of(cast.chens_registration)
    path, form = f"/desk/tickets/{ticket.id}", {"people": await people_of(cast), "nonce": make.key(), "overrule": "1"}
    page = (await host_client.get(path)).text
    assert ("不是今天" in page, "照样进" in page, "得大盒点头：大盒东" in page) == (True, False, True)
    assert (await host_client.post(f"{path}/arrival", data=form)).status_code == 422
    page = (await lead_client.get(path)).text
    assert ("照样进" in page, "得大盒点头" in page) == (True, False)
    assert (await lead_client.post(f"{path}/arrival", data=form)).status_code == 303
    assert "不合规矩，照样让进了" in (await lead_client.get("/desk/audit")).text


async def test_show_ticks_only_those_of_the_events_age(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    adult, child = await people_of(cast)
    await Event.update({Event.age_from: 8}).where(Event.id == cast.event.id)
    page = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
    assert "年龄不合" in page
    assert re.findall(r'name="people" value="(\d+)" checked', page) == [str(adult)]
    assert re.findall(r'name="people" value="(\d+)">', page) == [str(child)]
    form = {"people": [adult], "nonce": make.key()}
    assert (await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data=form)).status_code == 303
    assert await inside(cast) == [adult]


async def test_show_draws_names_and_notes_as_text(cast: Cast, ticket: Ticket, host_client: Browser) -> None:
    hostile = "<script>alert(1)</script>\"'>"
    texts: dict[Column | str, Any] = {Registration.name: hostile, Registration.note: hostile, Registration.host_note: hostile}
    await Registration.update(texts).where(Registration.id == cast.chens_registration.id)
    for columns in ({Attendee.name: hostile}, {Attendee.allergies: hostile}):
        await Attendee.update(columns).where(Attendee.registration == cast.chens_registration.id)  # type: ignore[arg-type]  # -- columns are keys
    for _ in range(2):
        page = (await host_client.get(f"/desk/tickets/{ticket.id}")).text
        assert "<script>alert" not in page
        assert page.count("&lt;script&gt;alert(1)") >= 5
        await host_client.post(f"/desk/tickets/{ticket.id}/arrival", data={"people": await people_of(cast), "nonce": make.key()})
    answer = await host_client.post(f"/desk/tickets/{ticket.id}/arrival/removal", data={"why": hostile * 9})
    assert (answer.status_code, "<script>alert" in answer.text) == (422, False)
