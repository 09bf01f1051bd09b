"""The quick way in answers what the long way answers, and keeps its hands off everything else."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from litestar import Litestar

from events.catalog.tables import Session
from events.checkin import uploads
from events.checkin.tables import Act, Passage, Scan
from events.db import Busy
from events.people import sign_ins, staff
from events.people.tables import Role, Staff
from events.signup import registrations
from tests import browser, make
from tests.browser import ADDRESS, TOKEN, Browser
from tests.cast import Cast
from web.door import turnstile
from web.viewer import STAFF_COOKIE


@pytest.fixture
def came(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who came to the handler behind it."""
    found: list[str] = []
    take = uploads.take

    async def noted(*args: Any, **kwargs: Any) -> Any:
        found.append("long")
        return await take(*args, **kwargs)

    monkeypatch.setattr(uploads, "take", noted)
    return found


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Any:
    """As if there were no quick way."""

    def close() -> None:
        monkeypatch.setattr(turnstile.Turnstile, "_caller", lambda *_args: None)

    return close


async def scan(cast: Cast, at: Any, **of: Any) -> dict[str, Any]:
    """The Lins come in."""
    ticket = await make.ticket_of(cast.lins_registration)
    people = [each.id for each in await registrations.people_of(cast.lins_registration.id)]
    moment = int(at.timestamp() * 1000)
    told = {"nonce": "nonce-0001", "act": "enter", "ticket": ticket.id, "people": people, "at": moment, "shown": "welcome", "how": "camera"}
    return {"device": "counter", "sent_at": moment, "scans": [told | of]}


@pytest.fixture
async def door(cast: Cast, noon: Any) -> Session:
    await Session.update({Session.starts_at: make.at(0, "12:10"), Session.ends_at: make.at(0, "13:40")}).where(
        Session.id == cast.session.id
    )
    return cast.session


def without_moments(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "at": 0, "inside": {id: [where, by] for id, (where, _at, by) in said["inside"].items()}}


async def test_it_answers_as_the_long_way_does(
    cast: Cast, door: Session, noon: Any, host_client: Browser, came: list[str], slow: Any
) -> None:
    """The same batch once by each: the same words, and headers that differ in nothing but their order."""
    await registrations.cancel(cast.lins_registration, by=cast.east_host)
    sent, address = await scan(cast, noon), f"/door/{door.id}/scans.json"
    quick = await host_client.post(address, json=sent)
    assert (quick.status_code, came) == (200, [])
    slow()
    long = await host_client.post(address, json=sent)
    assert (long.status_code, came) == (200, ["long"])
    assert without_moments(quick.json()) == without_moments(long.json())
    assert quick.json()["results"]["nonce-0001"]["say"] == "名额已经退了"
    beside = {"x-request-id", "content-length"}
    assert {name: value for name, value in quick.headers.items() if name not in beside} == {
        name: value for name, value in long.headers.items() if name not in beside
    }


async def test_it_speaks_the_readers_language(cast: Cast, door: Session, noon: Any, host_client: Browser, came: list[str]) -> None:
    await registrations.cancel(cast.lins_registration, by=cast.east_host)
    answer = await host_client.post(f"/door/{door.id}/scans.json", json=await scan(cast, noon), headers={"accept-language": "en"})
    assert answer.json()["results"]["nonce-0001"]["say"] == "The places were given back"
    assert came == []


async def test_it_leaves_to_the_long_way_what_is_not_in_order(
    cast: Cast, door: Session, noon: Any, app: Litestar, host_client: Browser, foreign_client: Browser, anyone: Browser, came: list[str]
) -> None:
    sent, address = await scan(cast, noon), f"/door/{door.id}/scans.json"
    assert (await anyone.post(address, json=sent)).status_code == 401
    assert (await foreign_client.post(address, json=sent)).status_code == 404
    assert (await host_client.post(address, json=sent, headers={TOKEN: "forged"})).status_code == 403
    assert (await host_client.post(address, json=sent, headers={TOKEN: ""})).status_code == 403
    assert (await host_client.post(address, json=sent, headers={"host": "elsewhere.example"})).status_code == 400
    assert (await host_client.post(address, content=b"{", headers={"accept": "application/json"})).status_code == 422
    assert (await host_client.post("/door/999999/scans.json", json=sent)).status_code == 404
    assert (await host_client.get(address)).status_code == 405
    other = Browser(app)
    other.cookies.set("linju_csrf", "a" * 128, domain="127.0.0.1")
    other.cookies.set(STAFF_COOKIE, host_client.cookies[STAFF_COOKIE], domain="127.0.0.1")
    assert (await other.post(address, json=sent, headers={TOKEN: "a" * 128})).status_code == 403  # of one accord, but not ours
    assert (await Scan.count(), came) == (0, [])


async def test_it_lets_nobody_in_whose_sign_in_just_ended(cast: Cast, door: Session, noon: Any, app: Litestar, came: list[str]) -> None:
    sent, address = await scan(cast, noon), f"/door/{door.id}/scans.json"
    host, lead = await browser.of_staff(app, cast.east_host), await browser.of_staff(app, cast.east_lead)
    assert [(await each.post(address, json=sent)).status_code for each in (host, lead)] == [200, 200]
    await staff.disable(cast.east_host, by=cast.owner)
    await sign_ins.end_everywhere(cast.east_lead)
    again = await scan(cast, noon, nonce="nonce-0002", act="leave")
    assert [(await each.post(address, json=again)).status_code for each in (host, lead)] == [401, 401]
    assert (await Scan.count(), came) == (1, [])


async def test_it_signs_nobody_up(cast: Cast, door: Session, noon: Any, host_client: Browser, came: list[str]) -> None:
    walk_in = {"name": "方爸爸", "phone": "13800138555", "adults": 1, "children": 0}
    sent = await scan(cast, noon, ticket=None, people=[], act="miss", heads=1, walk_in=walk_in)
    assert (await host_client.post(f"/door/{door.id}/scans.json", json=sent)).status_code == 200
    assert came == ["long"]


async def test_it_reads_a_body_that_comes_in_pieces(cast: Cast, door: Session, noon: Any, host_client: Browser, came: list[str]) -> None:
    whole = json.dumps(await scan(cast, noon)).encode()

    async def pieces() -> Any:
        for start in range(0, len(whole), 7):
            yield whole[start : start + 7]

    answer = await host_client.post(f"/door/{door.id}/scans.json", content=pieces())
    assert (answer.json()["results"]["nonce-0001"]["verdict"], came) == ("welcome", [])


async def test_it_hands_on_what_is_too_long_for_it(
    cast: Cast, door: Session, noon: Any, host_client: Browser, came: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turnstile, "LONGEST", 20)
    whole = json.dumps(await scan(cast, noon)).encode()

    async def pieces() -> Any:
        for start in range(0, len(whole), 7):
            yield whole[start : start + 7]

    answer = await host_client.post(f"/door/{door.id}/scans.json", content=pieces())
    assert (answer.json()["results"]["nonce-0001"]["verdict"], came) == ("welcome", ["long"])


async def test_a_body_in_one_piece_is_no_shorter(
    cast: Cast, door: Session, noon: Any, app: Litestar, host_client: Browser, came: list[str]
) -> None:
    """As a server may hand it over: the limit holds for the whole of it."""

    async def in_one_piece(scope: Any, receive: Any, send: Any) -> None:
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        whole = {"type": "http.request", "body": b"".join(each["body"] for each in messages), "more_body": False}

        async def receive_whole() -> Any:
            return whole

        await app(scope, receive_whole, send)

    sent, client = json.dumps(await scan(cast, noon)).encode(), Browser(in_one_piece)  # type: ignore[arg-type]  # -- an app as any other
    client.cookies.set(STAFF_COOKIE, host_client.cookies[STAFF_COOKIE], domain="127.0.0.1")
    for length, status, by in ((0, 200, []), (turnstile.LONGEST, 200, ["long"]), (2**20, 413, ["long"])):
        answer = await client.post(f"/door/{door.id}/scans.json", content=sent + b" " * length)
        assert (answer.status_code, came) == (status, by)


async def test_it_lets_nobody_in_who_works_elsewhere_by_now(cast: Cast, door: Session, noon: Any, app: Litestar, came: list[str]) -> None:
    """Another store, or a helper: both from the next upload on."""
    sent, address = await scan(cast, noon), f"/door/{door.id}/scans.json"
    host, lead = await browser.of_staff(app, cast.east_host), await browser.of_staff(app, cast.east_lead)
    assert [(await each.post(address, json=sent)).status_code for each in (host, lead)] == [200, 200]
    await Staff.update({Staff.store: cast.west.id}).where(Staff.id == cast.east_host.id)
    await Staff.update({Staff.role: Role.HELPER}).where(Staff.id == cast.east_lead.id)
    again = await scan(cast, noon, nonce="nonce-0002", act="leave")
    assert [(await each.post(address, json=again)).status_code for each in (host, lead)] == [404, 401]
    assert (await Scan.count(), came) == (1, [])


async def test_it_gives_a_busy_database_a_second_try_and_no_more(
    cast: Cast, door: Session, noon: Any, host_client: Browser, came: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_args: object) -> Any:
        raise Busy("waited too long")

    monkeypatch.setattr(uploads, "_keep_once", busy)
    answer = await host_client.post(f"/door/{door.id}/scans.json", json=await scan(cast, noon))
    assert (answer.status_code, answer.headers["retry-after"], came) == (503, "2", ["long"])


async def test_many_phones_at_two_doors_each_hear_of_their_own(
    cast: Cast, door: Session, noon: Any, app: Litestar, came: list[str]
) -> None:
    """All at once, of two members of staff, the foreign one at its own door among them."""
    own = await make.session(await make.event(cast.west, host=cast.west_host), starts_at=make.at(0, "12:10"))
    east, west = await browser.of_staff(app, cast.east_host), await browser.of_staff(app, cast.west_host)
    for each in (east, west):
        await each.token()
    told = [await scan(cast, noon, nonce=f"nonce-{n:04}", act="enter" if n % 2 == 0 else "leave") for n in range(12)]
    answers = await asyncio.gather(
        *(east.post(f"/door/{door.id}/scans.json", json=each) for each in told),
        west.post(f"/door/{own.id}/scans.json", json=await scan(cast, noon, nonce="nonce-west")),
        west.post(f"/door/{door.id}/scans.json", json=await scan(cast, noon, nonce="nonce-over")),
    )
    assert [answer.status_code for answer in answers] == [200] * 13 + [404]
    assert [[*answer.json()["results"]] for answer in answers[:13]] == [*([f"nonce-{n:04}"] for n in range(12)), ["nonce-west"]]
    assert answers[12].json()["results"]["nonce-west"] == {"verdict": "unknown", "flag": "check", "say": ""}
    assert {(row["session"], row["act"]) for row in await Scan.select(Scan.session, Scan.act)} == {
        (door.id, Act.ENTER.value),
        (door.id, Act.LEAVE.value),
        (own.id, Act.MISS.value),
    }
    assert (await Passage.count().where(Passage.session == own.id), came) == (0, [])
    assert ADDRESS.endswith(app.state.settings.host)
