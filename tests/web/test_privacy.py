"""What a family told reaches its own devices and its store's desk, and nobody else: no page, no header, no line of the log."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
import structlog
from litestar import Litestar

from events.people import households
from events.people.tables import Household
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web import world
from tests.web.world import World
from web import errors, logs

STRANGERS = ("nobody", "lins", "w_host", "w_lead")


def private(cast: Cast) -> list[str]:
    """What only the Chens and the east's desk may read; the make-believe families at the door have the same name."""
    phone = cast.chens.phone
    return [cast.chens.name, phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"{phone[:3]}****{phone[-4:]}", "孩子1"]


def shown(answer: httpx.Response, secrets: list[str]) -> list[str]:
    told = answer.text + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    return [secret for secret in secrets if secret in told]


async def test_what_a_family_told_could_be_shown(cast: Cast, family_client: Browser, host_client: Browser) -> None:
    name, phone, spaced, _masked, child = private(cast)
    ticket = await make.ticket_of(cast.chens_registration)
    pages = [
        await family_client.get(f"/my/registrations/{cast.chens_registration.id}"),
        await host_client.get(f"/desk/sessions/{cast.session.id}/registrations"),
        await host_client.get(f"/desk/registrations/{cast.chens_registration.id}"),
        await host_client.get(f"/desk/tickets/{ticket.id}"),
    ]
    found = {secret for page in pages for secret in shown(page, private(cast))}
    assert found >= {name, child}
    assert found & {phone, spaced}


async def test_no_stranger_reads_what_a_family_told(app: Litestar, everything: World) -> None:
    """Every page there is; the family's private link alone shows it to whoever holds it."""
    secrets = private(everything.cast)
    async with world.browsers(app, everything, STRANGERS) as browsers:
        pages = {
            (name, role): shown(await browser.get(everything.address(name, path)), secrets)
            for method, name, path in world.routes(app)
            if method == "GET" and not name.startswith("site.links.")
            for role, browser in browsers.items()
        }
    assert {where: what for where, what in pages.items() if what} == {}
    assert len(pages) > 200


async def test_a_known_phone_is_answered_like_an_unknown_one(app: Litestar, cast: Cast) -> None:
    """Whoever types the Chens' phone learns nothing, joins nothing, and cannot tell whether it is known."""
    session = await make.session(cast.event)
    answers = []
    for phone in (cast.chens.phone, make.phone()):
        typed = {"key": make.key(), "adults": "1", "children": "0", "name": "王先生", "phone": phone}
        async with Browser(app) as one:
            recap = await one.post(f"/my/sessions/{session.id}/registration", data={**typed, "act": "recap"})
            done = await one.post(f"/my/sessions/{session.id}/registration", data={**typed, "act": "register"})
            page = await one.follow(done)
            mine = await one.get("/my")
        answers.append([without_what_differs(each, phone) for each in (recap, done, page, mine)])
        row = await Registration.objects().get(Registration.key == typed["key"])
        assert row is not None
        assert row.household not in {cast.chens.id, cast.lins.id}
    assert answers[0] == answers[1]


def without_what_differs(answer: httpx.Response, phone: str) -> tuple[int, str]:
    """A page as it reads to somebody who does not know the phone: ids, secrets and the phone itself blotted out."""
    text = answer.text.replace(phone, "phone").replace(f"{phone[:3]} {phone[3:7]} {phone[7:]}", "phone")
    return answer.status_code, re.sub(r"[0-9A-Fa-f]{32,}|[0-9A-Z]{26}|registrations/\d+|<b>\d{3}</b>|\"\d{6}\"", "-", text)


# The log


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[str], Callable[[], str]]]:
    """Starts the log in a style as a server does, and gives what it has written since."""
    handlers = logging.getLogger().handlers[:]

    def start(style: str) -> Callable[[], str]:
        logs.set_up(style)
        for module in (logs, errors):
            monkeypatch.setattr(module, "log", structlog.get_logger("linju"))  # a logger keeps how it was set up first
        return lambda: capsys.readouterr().err

    yield start
    structlog.reset_defaults()
    logging.getLogger().handlers[:] = handlers


async def test_secrets_in_addresses_are_not_logged(
    everything: World, anyone: Browser, host_client: Browser, log: Callable[[str], Callable[[], str]]
) -> None:
    secrets = [everything.ticket.secret, everything.cast.chens_registration.secret, everything.pairing, everything.reset]
    ticket, private_link, pairing, reset = secrets
    await anyone.token()
    written = log("json")
    for address in (
        f"/T/{ticket}",
        f"/t/{ticket.lower()}",
        f"/M/{private_link}",
        f"/M/{private_link}/ticket.png",
        f"/P/{pairing}",
        f"/R/{reset}",
    ):
        for one in (anyone, host_client):
            assert (await one.get(address)).status_code in {200, 303}
    for address in (f"/M/{private_link}/cancellation", f"/P/{pairing}", f"/R/{reset}"):
        await anyone.post(address, headers={"x-csrftoken": "forged"})
        await anyone.post(address)
    for address in (f"/T/{ticket}/more", f"/X/{ticket}", f"/M/{private_link}?phone=13800138000", f"//M/{private_link}"):
        await anyone.get(address)
    lines = [json.loads(line) for line in written().splitlines()]
    assert {"/T/{secret}", "/t/{secret}", "/M/{secret}", "/P/{secret}", "/R/{secret}"} <= {line["route"] for line in lines}
    assert {200, 303, 403, 404, 422} <= {line["status"] for line in lines}
    told = json.dumps(lines).upper()
    assert [secret for secret in (*secrets, "13800138000") if secret in told] == []


async def test_no_phone_and_no_code_gets_into_an_address_or_the_log(
    everything: World, anyone: Browser, family_client: Browser, log: Callable[[str], Callable[[], str]]
) -> None:
    """Of a family's own proof, and of a device that joins, rightly and wrongly."""
    phone, mine, theirs = everything.cast.chens.phone, everything.code_to_prove, everything.code_to_join
    for one in (anyone, family_client):
        await one.token()
    written = log("json")
    answers = [
        await family_client.post("/my/family/contact", data={"contact": phone}),
        await family_client.post("/my/family/contact/proof", data={"contact": phone, "code": "12345"}),
        await family_client.post("/my/family/contact/proof", data={"contact": phone, "code": mine}),
        await anyone.post("/my/family/device", data={"contact": f"+86 {phone}"}),
        await anyone.post("/my/family/device/code", data={"contact": phone, "code": theirs}),
    ]
    assert [each.status_code for each in answers] == [200, 422, 303, 422, 303]  # asked three times is as often as it may be
    told = written() + "".join(f"{name}: {value}" for each in answers for name, value in each.headers.items())
    assert "/my/family/device/code" in told
    assert [secret for secret in (phone, mine, theirs, "12345") if secret in told] == []


@pytest.mark.parametrize("style", ["json", "text"])
async def test_a_sign_up_that_breaks_logs_its_place_and_no_value(
    cast: Cast, anyone: Browser, monkeypatch: pytest.MonkeyPatch, log: Callable[[str], Callable[[], str]], style: str
) -> None:
    """Not from the exception's text, not from the variables of the functions it passed, not from what came before it."""

    async def breaks(name: str, phone: str) -> Household:
        try:
            raise ValueError(f"{name} {phone}")
        except ValueError as first:
            raise KeyError(f"could not store {name} {phone}") from first

    monkeypatch.setattr(households, "found", breaks)
    session = await make.session(cast.event)
    child = {"child-0-name": "小满满", "child-0-age": "6", "child-0-allergies": "花生米", "consent": "given"}
    typed = {"key": make.key(), "adults": "1", "children": "1", "name": "郑女士", "phone": "13912345678", "act": "register", **child}
    await anyone.token()
    written = log(style)
    answer = await anyone.post(f"/my/sessions/{session.id}/registration", data=typed)
    told = written()
    assert answer.status_code == 500
    assert ("unforeseen" in told, "KeyError" in told, answer.headers["x-request-id"] in told, "registrations" in told) == (True,) * 4
    secrets = ["郑女士", "13912345678", "小满满", "花生米", typed["key"]]
    assert [secret for secret in secrets if secret in answer.text] == []
    assert [secret for secret in (*secrets, *anyone.cookies.values()) if secret in told or json.dumps(secret)[1:-1] in told] == []


@pytest.mark.parametrize("style", ["json", "text"])
async def test_a_relay_that_is_reviewed_and_breaks_logs_nothing_of_it(
    cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch, log: Callable[[str], Callable[[], str]], style: str
) -> None:
    """Pasted, looked at, mended, refused, signed up, and broken on the way: routes and no word of what families wrote."""

    async def breaks(name: str, phone: str) -> Household:
        raise ValueError(f"{name} {phone}")

    written = log(style)
    text = "#接龙\n1. 郑女士 1大1小 13912345678\n2. 钱女士 1大"
    pasted = await host_client.post(f"/desk/sessions/{cast.session.id}/intakes", data={"act": "text", "text": text})
    review = pasted.headers["location"]
    line = re.search(r"/desk/intake-lines/\d+", (await host_client.get(review)).text)
    assert line is not None
    mended = {"act": "save", "name": "郑女士", "phone": "13912345678", "adults": "1", "children": "0", "note": "花生米"}
    await host_client.post(line[0], data=mended)
    ticks = re.findall(r'name="chosen" value="(\d+)"', (await host_client.get(review)).text)
    monkeypatch.setattr(households, "found", breaks)
    broken = await host_client.post(f"{review}/registrations", data={"shown": ticks, "chosen": ticks})
    told = written()
    assert (broken.status_code, "ValueError" in told, "/desk/intakes/{id}/registrations" in told) == (500, True, True)
    secrets = ["郑女士", "钱女士", "13912345678", "12345678", "花生米"]
    assert [secret for secret in secrets if secret in told or json.dumps(secret)[1:-1] in told] == []
    assert [secret for secret in secrets if secret in broken.text or secret in review] == []
