from __future__ import annotations

from typing import Any

import pytest

from events import clock
from events.catalog.tables import Session
from events.checkin.tables import Passage, Scan
from events.signup import registrations
from tests import make
from tests.browser import TOKEN, Browser
from tests.cast import Cast


@pytest.fixture
async def session(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Session:
    noon = make.at(0, "12:00")
    monkeypatch.setattr(clock, "now", lambda: noon)
    await Session.update({Session.starts_at: make.at(0, "12:10"), Session.ends_at: make.at(0, "13:40")}).where(
        Session.id == cast.session.id
    )
    return cast.session


async def batch(cast: Cast, **of: Any) -> dict[str, Any]:
    """The Lins come in, by a phone whose clock is right."""
    now = int(clock.now().timestamp() * 1000)
    ticket = await make.ticket_of(cast.lins_registration)
    people = [each.id for each in await registrations.people_of(cast.lins_registration.id)]
    scan = {"nonce": "nonce-0001", "act": "enter", "ticket": ticket.id, "people": people, "at": now, "shown": "welcome", "how": "camera"}
    return {"device": "counter", "sent_at": now, "scans": [{**scan, **of}]}


async def test_create_keeps_a_batch_and_tells_where_everybody_is(cast: Cast, session: Session, host_client: Browser) -> None:
    sent = await batch(cast)
    answer = await host_client.post(f"/door/{session.id}/scans.json", json=sent)
    (person,) = sent["scans"][0]["people"]
    assert answer.headers["cache-control"] == "private, no-store"
    said = answer.json()
    assert said["results"] == {"nonce-0001": {"verdict": "welcome", "flag": "", "say": ""}}
    assert said["inside"] == {str(person): [1, sent["sent_at"], cast.east_host.name]}
    assert said["heads"] == {"inside": 1, "expected": 3, "check": 0}
    assert said["rev"] == (await host_client.get(f"/door/{session.id}/roster.json")).json()["rev"]


async def test_create_sent_again_says_the_same_and_changes_nothing(cast: Cast, session: Session, host_client: Browser) -> None:
    sent = await batch(cast)
    first, second = [(await host_client.post(f"/door/{session.id}/scans.json", json=sent)).json() for _twice in range(2)]
    assert first == second
    assert (await Scan.count(), await Passage.count()) == (1, 1)


async def test_create_says_why_somebody_should_look(cast: Cast, session: Session, host_client: Browser) -> None:
    await registrations.cancel(cast.lins_registration, by=cast.east_host)
    said = (await host_client.post(f"/door/{session.id}/scans.json", json=await batch(cast))).json()
    assert said["results"] == {"nonce-0001": {"verdict": "given_back", "flag": "against", "say": "名额已经退了"}}
    assert said["heads"]["check"] == 1


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[]", b'{"sent_at": 1}', b"null"])
async def test_create_refuses_what_is_no_batch_with_a_sentence(session: Session, host_client: Browser, body: bytes) -> None:
    answer = await host_client.post(f"/door/{session.id}/scans.json", content=body, headers={"accept": "application/json"})
    assert (answer.status_code, answer.text) == (422, "这台手机传来的记录读不懂，刷新页面再传")


async def test_create_is_for_those_who_may_and_with_the_pages_token(
    cast: Cast, session: Session, anyone: Browser, foreign_client: Browser, host_client: Browser
) -> None:
    sent, address = await batch(cast), f"/door/{session.id}/scans.json"
    assert (await anyone.post(address, json=sent)).status_code == 401
    assert (await foreign_client.post(address, json=sent)).status_code == 404
    assert (await host_client.post(address, json=sent, headers={TOKEN: "forged"})).status_code == 403
    assert await Scan.count() == 0


async def test_create_at_another_stores_door_touches_nothing_here(cast: Cast, session: Session, foreign_client: Browser) -> None:
    """A host of the west forges an upload about a family of the east, at a door of its own."""
    own = await make.session(await make.event(cast.west, host=cast.west_host), starts_at=make.at(0, "12:10"))
    answer = await foreign_client.post(f"/door/{own.id}/scans.json", json=await batch(cast))
    assert answer.json()["results"]["nonce-0001"] == {"verdict": "unknown", "flag": "check", "say": ""}
    assert answer.json()["inside"] == {}
    assert await Passage.count() == 0


async def test_create_keeps_what_was_sent_before_it_answers(
    cast: Cast, session: Session, host_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is lost: the device sends it all again, and it is there once."""

    async def lost(session: Session) -> Any:
        raise OSError("the connection is gone")

    sent = await batch(cast)
    with monkeypatch.context() as patch:
        patch.setattr("web.door.lately.of", lost)
        assert (await host_client.post(f"/door/{session.id}/scans.json", json=sent)).status_code == 500
    assert (await Scan.count(), await Passage.count()) == (1, 1)
    again = await host_client.post(f"/door/{session.id}/scans.json", json=sent)
    assert again.json()["results"] == {"nonce-0001": {"verdict": "welcome", "flag": "", "say": ""}}
    assert (await Scan.count(), await Passage.count()) == (1, 1)
