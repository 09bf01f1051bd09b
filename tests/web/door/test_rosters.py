from __future__ import annotations

from typing import Any

import pytest

from events import clock
from events.catalog.tables import Event, QuestionKind, Session
from events.checkin import arrivals
from events.checkin.care import pickups
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.signup import notes, registrations
from events.signup.tables import Answer, Attendee, Consent, Registration
from tests import browser, door_cases, make
from tests.browser import Browser
from tests.cast import Cast
from tests.door_cases import Case


def answered(roster: dict[str, Any], case: Case) -> str:
    """What the page at the door makes of the table."""
    family = roster["families"].get(case.digest)
    if family is None:
        return str(roster["unknown"])

    def where(person: int) -> int:
        return int(roster["inside"].get(str(person), [0])[0])

    order, says, people = roster["order"], family["says"], family["people"]
    coming = [place for place, person in enumerate(people) if person["id"] in case.coming]
    said = [says[place if len(says) > 1 else 0][where(people[place]["id"])] for place in coming] or [says[0][0]]
    first = order[min(said)]
    there = [person for place, person in enumerate(people) if place in coming or where(person["id"]) == 1]
    adults = sum(person["kind"] == "adult" for person in there)
    if first in roster["open"] and len(there) - adults > roster["company"][adults]:
        return "guardian"
    return str(first)


async def test_show_answers_every_case_as_the_server_does(cast: Cast, host_client: Browser) -> None:
    doors = await door_cases.build(cast.east, cast.east_host)
    roster = (await host_client.get(f"/door/{doors.session.id}/roster.json")).json()
    assert {case.name: answered(roster, case) for case in doors.cases} == {case.name: case.verdict.value for case in doors.cases}
    assert roster["families"][doors["other session"].digest]["other"].endswith(doors.event.title)
    same = {name: roster["families"][doors[name].digest]["same"] for name in ("other session", "other event", "other day")}
    assert same == {"other session": True, "other event": False, "other day": True}
    assert roster["families"][doors["other day"].digest]["people"] == []
    assert roster["families"][doors["other day"].digest]["heads"] == 2


@pytest.fixture
async def session(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The cast's, about to begin."""
    noon = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: noon)
    await Session.update({Session.starts_at: make.at(0, "12:10"), Session.ends_at: make.at(0, "13:40")}).where(
        Session.id == cast.session.id
    )
    return cast.session


async def test_show_tells_what_a_host_needs_of_a_family(cast: Cast, session: Session, lead_client: Browser) -> None:
    chens = cast.chens_registration
    event = Event.id == session.event
    await Event.update({Event.fee: 1800, Event.children_per_adult: 2}).where(event)
    question = await make.question(session.event, QuestionKind.YES_NO, label="要不要带回家")
    await Answer(registration=chens.id, question=question.id, text="yes").save()
    await Registration.update({Registration.note: "晚到十分钟"}).where(Registration.id == chens.id)
    await Attendee.update({Attendee.allergies: "花生"}).where((Attendee.registration == chens.id) & (Attendee.kind == "child"))
    await notes.write(chens, "奶奶来接", by=cast.east_host, store=cast.east.id)
    ticket = await make.ticket_of(chens)
    answer = await lead_client.get(f"/door/{session.id}/roster.json")
    assert answer.headers["cache-control"] == "private, no-store"
    roster = answer.json()
    people = await registrations.people_of(chens.id)
    assert roster["families"][ticket.digest] == {
        "t": ticket.id,
        "n": ticket.number,
        "name": chens.name,
        "party": "1 大 1 小",
        "find": f"{chens.name} 孩子1 cmm hz1 {chens.phone[-4:]}",
        "people": [
            {"id": people[0].id, "name": "大人", "kind": "adult", "age": "", "allergies": "", "diet": ""},
            {"id": people[1].id, "name": "孩子1", "kind": "child", "age": "6 岁", "allergies": "花生", "diet": ""},
        ],
        "says": [[roster["order"].index(verdict) for verdict in ("welcome", "inside", "back")]],
        "notes": ["晚到十分钟", "奶奶来接", "要不要带回家：是", "没交 36 元"],
        "other": None,
        "same": False,
        "heads": 0,
    }
    assert roster["session"] | {"where": ""} == {
        "id": session.id,
        "title": "亲子做月饼",
        "when": f"{roster['session']['when']}",
        "where": "",
        "kind": "店内工坊",
        "starts": int(make.at(0, "12:10").timestamp() * 1000),
        "ends": int(make.at(0, "13:40").timestamp() * 1000),
        "places": 20,
    }
    assert (roster["me"], roster["leads"], roster["expected"], roster["company"][:3]) == ("大盒东", True, 3, [0, 2, 4])
    assert roster["heads"] == {"inside": 0, "expected": 3, "check": 0}
    assert roster["words"]["welcome"] == {"word": "请进", "tone": "in", "why": "可以进"}
    assert roster["wipe_at"] - roster["session"]["ends"] == 12 * 3600 * 1000
    assert roster["from"] == int(make.at(0, "00:00").timestamp() * 1000)
    assert "13800" not in answer.text  # of a phone its end is enough
    assert chens.secret not in answer.text
    assert ticket.secret not in answer.text


async def test_show_says_to_ask_where_a_family_kept_its_childs_details_to_itself(
    cast: Cast, session: Session, host_client: Browser
) -> None:
    await Registration.update({Registration.consent: Consent.REFUSED}).where(Registration.id == cast.chens_registration.id)
    roster = (await host_client.get(f"/door/{session.id}/roster.json")).json()
    ticket = await make.ticket_of(cast.chens_registration)
    assert roster["families"][ticket.digest]["notes"] == ["没让记孩子的事，过敏当面问"]


async def test_show_speaks_the_readers_language(cast: Cast, session: Session, host_client: Browser) -> None:
    roster = (await host_client.get(f"/door/{session.id}/roster.json", headers={"accept-language": "en"})).json()
    ticket = await make.ticket_of(cast.chens_registration)
    assert roster["words"]["inside"]["word"] != "进过了"
    assert [person["name"] for person in roster["families"][ticket.digest]["people"]] == ["Adult", "孩子1"]


async def test_changes_are_seen_within_a_look(cast: Cast, session: Session, host_client: Browser, lead_client: Browser) -> None:
    roster = (await host_client.get(f"/door/{session.id}/roster.json")).json()
    ticket: Ticket = await make.ticket_of(cast.lins_registration)
    (person,) = [each.id for each in await registrations.people_of(cast.lins_registration.id)]
    await arrivals.admit(ticket, [person], nonce=make.key(), by=cast.east_host)
    address = f"/door/{session.id}/changes.json?since={roster['at']}&rev={roster['rev']}"
    seen = (await lead_client.get(address)).json()
    assert (seen["rev"], seen["heads"]) == (roster["rev"], {"inside": 1, "expected": 3, "check": 0})
    assert seen["inside"] == {str(person): [1, int(clock.now().timestamp() * 1000), cast.east_host.name]}
    await arrivals.undo(ticket, by=cast.east_host)
    seen = (await lead_client.get(address)).json()
    assert (seen["inside"][str(person)][0], seen["heads"]["inside"]) == (0, 0)


async def test_changes_serves_devices_of_one_moment_at_once_and_the_next_anew(
    engine: PooledEngine, cast: Cast, session: Session, host_client: Browser, lead_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket: Ticket = await make.ticket_of(cast.lins_registration)
    (person,) = [each.id for each in await registrations.people_of(cast.lins_registration.id)]
    address = f"/door/{session.id}/changes.json?since={int(clock.now().timestamp() * 1000)}"
    monkeypatch.setattr("web.door.rosters.MOMENT", 3600)
    first = (await host_client.get(address)).json()
    await arrivals.admit(ticket, [person], nonce=make.key(), by=cast.east_host)
    before = engine.query_id
    assert (await lead_client.get(address)).json() == first
    assert engine.query_id - before <= 3  # who asks, and whether the session is theirs
    monkeypatch.setattr("web.door.rosters.MOMENT", 0)
    assert str(person) in (await lead_client.get(address)).json()["inside"]


@pytest.mark.parametrize("since", ["-1", "99999999999999999999999999", "0", "1e9", "x", ""])
async def test_changes_bears_any_moment(session: Session, host_client: Browser, since: str) -> None:
    answer = await host_client.get(f"/door/{session.id}/changes.json?since={since}")
    assert answer.status_code in {200, 400}


@pytest.mark.parametrize("file", ["roster.json", "changes.json"])
async def test_nobody_reads_a_roster_without_right(
    cast: Cast, session: Session, anyone: Browser, foreign_client: Browser, family_client: Browser, file: str
) -> None:
    for client, status in ((anyone, 401), (family_client, 401), (foreign_client, 404)):
        answer = await client.get(f"/door/{session.id}/{file}")
        assert (answer.status_code, cast.chens.name in answer.text) == (status, False)


async def test_show_of_hostile_names_is_json_and_nothing_else(app: Any, cast: Cast, session: Session) -> None:
    bad = "</script><img src=x onerror=alert(1)>"
    await Registration.update({Registration.name: bad}).where(Registration.id == cast.lins_registration.id)
    async with await browser.of_staff(app, cast.east_host) as client:
        answer = await client.get(f"/door/{session.id}/roster.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert bad in {family["name"] for family in answer.json()["families"].values()}


async def test_show_says_who_may_not_collect_the_children_only_where_they_are_handed_back(
    cast: Cast, session: Session, host_client: Browser
) -> None:
    await pickups.bar(cast.chens_registration, ["陈强"])
    for is_drop_off in (False, True):
        await Event.update({Event.is_drop_off: is_drop_off}).where(Event.id == session.event)
        roster = (await host_client.get(f"/door/{session.id}/roster.json")).json()
        told = {family["name"]: family["barred"] for family in roster["families"].values() if "barred" in family}
        assert (roster["drop_off"], told) == (is_drop_off, {"陈妈妈": ["陈强"]} if is_drop_off else {})
