from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from events.checkin import arrivals, checks
from events.checkin.helping import helper_acts, helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import Act, Flag, Passage, Scan, Ticket
from events.people.tables import Audit
from events.signup import registrations
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web.help.pins import PLACE


async def people_of(cast: Cast) -> list[int]:
    return [each.id for each in await registrations.people_of(cast.chens_registration.id)]


def batch(at: datetime, *scans: dict[str, Any], sent: datetime | None = None) -> dict[str, Any]:
    moment = int(at.timestamp() * 1000)
    blank = {"at": moment, "how": "camera", "shown": "welcome"}
    return {"device": "borrowed", "sent_at": int((sent or at).timestamp() * 1000), "scans": [{**blank, **scan} for scan in scans]}


async def tell(helper: Browser, cast: Cast, sent: dict[str, Any]) -> dict[str, Any]:
    answer = await helper.post(f"{PLACE}/{cast.session.id}/scans.json", json=sent)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def test_create_keeps_what_was_done_in_the_helpers_name(
    cast: Cast, chens: Ticket, made: Made, helper: Browser, noon: datetime
) -> None:
    people = await people_of(cast)
    enter = {"nonce": "nonce-0001", "act": "enter", "ticket": chens.id, "people": people}
    said = await tell(helper, cast, batch(noon, enter))
    assert said["results"]["nonce-0001"] == {"verdict": "welcome", "flag": "", "say": ""}
    assert {by for _where, _at, by in said["inside"].values()} == {""}
    assert {row.made_by for row in await Passage.objects()} == {made.link.staff}
    assert await Audit.count().where((Audit.act == "arrival.made") & (Audit.staff == made.link.staff)) == 1
    assert await tell(helper, cast, batch(noon, enter)) | {"at": 0} == said | {"at": 0}


async def test_a_look_is_on_record_once(cast: Cast, chens: Ticket, made: Made, helper: Browser, noon: datetime) -> None:
    look = {"nonce": "nonce-0002", "act": "look", "ticket": chens.id, "how": "search"}
    for _twice in range(2):
        await tell(helper, cast, batch(noon, look))
    (scan,) = await Scan.objects()
    assert (scan.act, scan.ticket, scan.made_by, scan.flag, scan.device_at) == (Act.LOOK, chens.id, made.link.staff, "", noon)
    (row,) = await Audit.objects().where(Audit.act == "helper.looked")
    assert (row.staff, row.subject, row.subject_id) == (made.link.staff, "registration", cast.chens_registration.id)
    assert not await Passage.exists()
    assert await checks.count(cast.session.id) == 0


@pytest.mark.parametrize(
    ("done", "flag"),
    [("10:44", "check"), ("10:46", ""), ("12:00", ""), ("13:34", ""), ("13:36", "check")],
    ids=["early", "nearly early", "within", "nearly late", "late"],
)
async def test_create_flags_what_was_done_out_of_hours(
    cast: Cast, chens: Ticket, helper: Browser, monkeypatch: pytest.MonkeyPatch, done: str, flag: str
) -> None:
    """The link is good from 10:50 to 13:30."""
    at, now = make.at(0, done), make.at(0, "13:50")
    monkeypatch.setattr("events.clock.now", lambda: now)
    enter = {"nonce": "nonce-0003", "act": "enter", "ticket": chens.id, "people": await people_of(cast)}
    await tell(helper, cast, batch(at, enter, sent=now))
    (scan,) = await Scan.objects()
    assert (scan.at, scan.flag) == (at, flag)
    assert await Passage.count() == 2


async def test_late_the_answer_says_that_it_is_kept_and_no_more(
    cast: Cast, chens: Ticket, made: Made, helper: Browser, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = made.link.closes_at + timedelta(hours=2)
    monkeypatch.setattr("events.clock.now", lambda: then)
    sent = batch(noon, {"nonce": "nonce-0004", "act": "enter", "ticket": chens.id, "people": await people_of(cast)}, sent=then)
    said = await tell(helper, cast, sent)
    assert said["results"] == {"nonce-0004": {"verdict": "", "flag": "", "say": ""}}
    assert (said["inside"], said["heads"]) == ({}, {"inside": 0, "expected": 0, "check": 0})
    assert (await Scan.objects().get(Scan.nonce == "nonce-0004")) is not None
    assert (await helper.get(f"{PLACE}/{cast.session.id}/roster.json")).status_code == 401
    monkeypatch.setattr("events.clock.now", lambda: made.link.closes_at + helpers.LATE)
    assert (await helper.post(f"{PLACE}/{cast.session.id}/scans.json", json=sent)).status_code == 401


async def test_revoked_keeps_nothing_any_more_and_another_link_does(
    cast: Cast, chens: Ticket, made: Made, helper: Browser, noon: datetime
) -> None:
    sent = batch(noon, {"nonce": "nonce-0005", "act": "enter", "ticket": chens.id, "people": await people_of(cast)})
    await helpers.revoke(made.link, cast.east_host)
    assert (await helper.post(f"{PLACE}/{cast.session.id}/scans.json", json=sent)).status_code == 401
    assert not await Scan.exists()
    again = await helpers.make(cast.session, name="小王", opens_at=made.link.opens_at, closes_at=made.link.closes_at, by=cast.east_host)
    helper.cookies.set("linju_helper", await helpers.open_(again.secret, again.pin, network="192.0.2.7"), domain="127.0.0.1", path=PLACE)
    await tell(helper, cast, sent)
    (scan,) = await Scan.objects()
    assert (scan.made_by, scan.flag) == (again.link.staff, "")


async def test_a_helper_signs_nobody_up_and_writes_no_names(cast: Cast, helper: Browser, noon: datetime) -> None:
    before = await Registration.count()
    walk_in = {"name": "林女士", "phone": "13800001111", "adults": 1, "children": 2}
    await tell(helper, cast, batch(noon, {"nonce": "nonce-0006", "act": "miss", "told": "林女士", "walk_in": walk_in}))
    (scan,) = await Scan.objects()
    assert (scan.act, scan.heads, scan.told, scan.flag) == (Act.MISS, 3, "", Flag.CHECK)
    assert await Registration.count() == before


async def test_a_helper_takes_back_its_own_acts_alone(cast: Cast, chens: Ticket, helper: Browser, noon: datetime) -> None:
    people = await people_of(cast)
    await arrivals.admit(chens, people[:1], nonce="nonce-of-the-host", by=cast.east_host)
    enter = {"nonce": "nonce-0007", "act": "enter", "ticket": chens.id, "people": people[1:]}
    undo = {"act": "undo", "ticket": chens.id, "why": "点错了"}
    await tell(helper, cast, batch(noon, enter, {**undo, "nonce": "nonce-0008", "undoes": "nonce-of-the-host"}))
    assert await Passage.count().where(Passage.undone_at.is_null()) == 2
    await tell(helper, cast, batch(noon, {**undo, "nonce": "nonce-0009", "undoes": "nonce-0007"}))
    (standing,) = await Passage.objects().where(Passage.undone_at.is_null())
    assert standing.nonce == "nonce-of-the-host"


async def test_a_helper_hands_no_child_over(cast: Cast, chens: Ticket, helper: Browser, noon: datetime) -> None:
    await cast.event.update_self({"is_drop_off": True})
    people = await people_of(cast)
    enter = {"nonce": "nonce-0010", "act": "enter", "ticket": chens.id, "people": people}
    leave = {"nonce": "nonce-0011", "act": "leave", "ticket": chens.id, "people": people, "collector": "林**", "checked": "known"}
    await tell(helper, cast, batch(noon, enter, leave))
    gone = await Passage.objects().where((Passage.way == "out") & Passage.undone_at.is_null())
    assert [row.attendee for row in gone] == people[:1]  # the adult
    scan = await Scan.objects().get(Scan.nonce == "nonce-0011")
    assert scan is not None
    assert scan.flag == Flag.UNPROVEN


async def test_another_door_is_not_there_and_nothing_is_kept(cast: Cast, chens: Ticket, helper: Browser, noon: datetime) -> None:
    other = await make.session(cast.event, starts_at=make.at(0, "15:00"))
    sent = batch(noon, {"nonce": "nonce-0012", "act": "enter", "ticket": chens.id, "people": await people_of(cast)})
    assert (await helper.post(f"{PLACE}/{other.id}/scans.json", json=sent)).status_code == 404
    assert (await helper.post(f"/door/{cast.session.id}/scans.json", json=sent)).status_code == 401
    assert not await Scan.exists()


def test_slack_is_small() -> None:
    assert timedelta() < helper_acts.SLACK <= timedelta(minutes=5)


async def test_what_was_done_out_of_hours_is_shown_to_the_host_and_settled(
    cast: Cast, chens: Ticket, made: Made, helper: Browser, host_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, now = made.link.closes_at + timedelta(minutes=20), made.link.closes_at + timedelta(minutes=30)
    monkeypatch.setattr("events.clock.now", lambda: now)
    enter = {"nonce": "nonce-0013", "act": "enter", "ticket": chens.id, "people": await people_of(cast)}
    undo = {"nonce": "nonce-0014", "act": "undo", "ticket": chens.id, "undoes": "nonce-0013", "why": "点错了"}
    await tell(helper, cast, batch(late, enter, sent=now))
    page = await host_client.get(f"/door/{cast.session.id}/checks")
    assert "帮手做的，那时候他的链接没开着" in page.text
    assert "小王" in page.text
    await tell(helper, cast, batch(late, undo, sent=now))
    assert {scan.nonce: scan.flag for scan in await Scan.objects()} == {"nonce-0013": "", "nonce-0014": "check"}
    (scan,) = await Scan.objects().where(Scan.nonce == "nonce-0014")
    assert "撤销了一次" in (await host_client.get(f"/door/{cast.session.id}/checks")).text
    await host_client.post(f"/door/{cast.session.id}/checks/{scan.id}/settlement")
    assert await checks.count(cast.session.id) == 0
