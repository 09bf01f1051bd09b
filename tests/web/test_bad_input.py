"""What people mistype and what people forge: never an error of ours, nothing half written, what was typed kept, a sentence that helps."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from litestar import Litestar
from piccolo.table import Table

from events import clock
from events.catalog.tables import Event, EventState, Session, SessionState
from events.people import attempts
from events.piccolo_app import APP_CONFIG
from events.signup import openings
from events.signup.tables import Attendee, Registration
from tests import make
from tests.browser import Browser, of_staff
from tests.cast import Cast
from tests.web import filled, world
from tests.web.world import World
from web.door.search import MISSES

ENGLISH = {"accept-language": "en"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CHILD = {"children": "1", "child-0-name": "小满", "child-0-age": "6", "consent": "given"}


def form(**changed: Any) -> dict[str, Any]:
    """One adult's sign-up, about to be sent for good."""
    good = {"key": make.key(), "adults": "1", "children": "0", "name": "林爸爸", "phone": "13800138000", "note": "外婆来接"}
    return {name: value for name, value in {**good, "act": "register", **changed}.items() if value is not None}


def of(session: Session) -> str:
    return f"/my/sessions/{session.id}/registration"


def errors(page: httpx.Response) -> dict[str, str]:
    """The sentence below each field, and the one on top that leads to the first."""
    below = re.findall(r'<p class="error" id="e-([^"]+)">.*?<span>(.*?)</span></p>', page.text, re.DOTALL)
    on_top = re.findall(r'<a href="#f-([^"]+)">(.*?)</a>', page.text)
    return {name: html.unescape(sentence) for name, sentence in on_top + below}


def kept(page: httpx.Response) -> set[str]:
    """What stands in the fields."""
    return {html.unescape(value) for value in re.findall(r'value="([^"]*)"', page.text)}


async def written() -> dict[str, int]:
    """How many rows each table has."""
    tables: list[type[Table]] = list(APP_CONFIG.table_classes)
    return {table._meta.tablename: await table.count() for table in tables}


@pytest.fixture
async def session(cast: Cast) -> Session:
    """Open, and nobody signed up."""
    return await make.session(cast.event, starts_at=make.at(8))


# A sign-up that is wrong

MANY = {"adults": "12", **CHILD, "children": "8", **{f"child-{n}-age": "6" for n in range(8)}}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "phone too short": ({"phone": "1380013800"}, "phone"),
    "phone too long": ({"phone": "138001380000"}, "phone"),
    "phone with a letter": ({"phone": "138 0013 800O"}, "phone"),
    "phone of a house": ({"phone": "021-5555 0100"}, "phone"),
    "phone in Arabic digits": ({"phone": "٢٣٨٠٠١٣٨٠٠٠"}, "phone"),
    "phone of words": ({"phone": "手机号"}, "phone"),
    "phone of 5,000 digits": ({"phone": "1" * 5000}, "phone"),
    "phone that would be script": ({"phone": "<script>alert(1)</script>"}, "phone"),
    "no phone": ({"phone": None}, "phone"),
    "no name": ({"name": None}, "name"),
    "name of blanks": ({"name": " \u3000\t"}, "name"),
    "name of invisible characters": ({"name": "\0\u202e\u2066"}, "name"),
    "name of 300 characters": ({"name": "长" * 300}, "name"),
    "name of 300 emoji": ({"name": "👧" * 300}, "name"),
    "note of 300 characters": ({"note": "长" * 300}, "note"),
    "40 adults": ({"adults": "40"}, "adults"),
    "minus one adult": ({"adults": "-1"}, "adults"),
    "adults beyond counting": ({"adults": str(10**30)}, "adults"),
    "adults in words": ({"adults": "三"}, "adults"),
    "no adults told": ({"adults": None}, "adults"),
    "nobody": ({"adults": "0"}, "people"),
    "a family of 20": (MANY, "people"),
    "a child of 200": ({**CHILD, "child-0-age": "200"}, "child-0-age"),
    "a child of 40": ({**CHILD, "child-0-age": "40"}, "child-0"),
    "a child of no age": ({**CHILD, "child-0-age": ""}, "child-0"),
    "a child not born yet": ({**CHILD, "child-0-year": "2199", "child-0-month": "1"}, "child-0-year"),
    "a month that is none": ({**CHILD, "child-0-year": "2020", "child-0-month": "13"}, "child-0-month"),
    "a child without a word on its details": ({**CHILD, "consent": ""}, "consent"),
    "a consent nobody offered": ({**CHILD, "consent": "not_asked"}, "consent"),
}


async def test_a_wrong_sign_up_is_drawn_again(session: Session, anyone: Browser) -> None:
    """With its error, with everything that was typed, and with nothing written."""
    before = await written()
    for what, (changed, field) in WRONG.items():
        typed = form(**changed, act="recap")
        page = await anyone.post(of(session), data=typed)
        assert (page.status_code, next(iter(errors(page)))) == (422, field), what
        assert all(CHINESE.search(sentence) for sentence in errors(page).values()), what
        shown = {value for name, value in typed.items() if name not in {"act", "consent", "children"} and not name.startswith("child-")}
        assert shown - kept(page) == set(), what
    assert await written() == before


async def test_a_wrong_sign_up_is_told_so_in_english(session: Session, anyone: Browser) -> None:
    before = await written()
    for what, (changed, _field) in WRONG.items():
        page = await anyone.post(of(session), data=form(**changed), headers=ENGLISH)
        assert {bool(CHINESE.search(sentence)) for sentence in errors(page).values()} == {False}, what
    assert (await written(), "linju_family" in anyone.cookies) == (before, False)


@pytest.mark.parametrize(
    ("of_form", "sentence"),
    [
        ({"phone": "12"}, "手机号是 1 开头的 11 位数字，再看一眼"),
        ({"name": "长" * 300}, "最多 40 个字，现在 300 个"),
        ({"adults": "40"}, "要在 0 到 12 之间"),
        (MANY, "一次最多报 12 个人，人多请直接找小盒"),
        ({**CHILD, "child-0-age": "40"}, "满 18 岁了，算大人"),
    ],
)
async def test_a_refusal_says_what_would_do(session: Session, anyone: Browser, of_form: dict[str, Any], sentence: str) -> None:
    assert list(errors(await anyone.post(of(session), data=form(**of_form))).values()) == [sentence]


async def test_everything_wrong_is_said_at_once(session: Session, anyone: Browser) -> None:
    page = await anyone.post(of(session), data=form(name="", phone="12", adults="x", note="长" * 201))
    assert set(errors(page)) == {"name", "phone", "adults", "note"}


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("👩‍👧‍👦 一家🎉", "👩‍👧‍👦 一家🎉"),
        ("长" * 40, "长" * 40),
        ("陈\0妈妈\u202e", "陈妈妈"),
        ("<b>陈</b> & '\"", "<b>陈</b> & '\""),
        ("{{ 7 * 7 }} %(n)s %s", "{{ 7 * 7 }} %(n)s %s"),
        ("'; DROP TABLE registration; --", "'; DROP TABLE registration; --"),
    ],
)
async def test_an_odd_name_is_kept_and_shown_as_typed(session: Session, anyone: Browser, typed: str, stored: str) -> None:
    page = await anyone.follow(await anyone.post(of(session), data=form(name=typed, note=typed)))
    row = await Registration.objects().get(Registration.session == session.id)
    assert row is not None
    assert (row.name, row.note) == (stored, stored)
    assert html.escape(stored) in page.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
    assert "<b>陈" not in page.text


@pytest.mark.parametrize(
    ("changed", "stage"),
    [
        ({"opens_at": make.at(3)}, "early"),
        ({"closes_minutes": 14 * 24 * 60}, "late"),
        ({"state": EventState.CANCELLED}, "cancelled"),
    ],
)
async def test_a_sign_up_that_is_not_open_says_why(
    cast: Cast, session: Session, anyone: Browser, changed: dict[str, Any], stage: str
) -> None:
    await Event.update({getattr(Event, name): value for name, value in changed.items()}).where(Event.id == cast.event.id)
    before = await written()
    page = await anyone.post(of(session), data=form())
    assert (page.status_code, openings.CLOSED[stage] in page.text) == (422, True)
    english = await anyone.post(of(session), data=form(), headers=ENGLISH)
    assert (english.status_code, openings.CLOSED[stage] in english.text) == (422, False)
    assert await written() == before


async def test_a_sign_up_for_what_cannot_be_joined_writes_nothing(cast: Cast, session: Session, anyone: Browser) -> None:
    """Called off, over, never published, never there."""
    gone = await make.session(cast.event, state=SessionState.CANCELLED)
    over = await make.session(cast.event, starts_at=make.at(-1))
    draft = await make.session(await make.event(cast.east, state=EventState.DRAFT))
    before = await written()
    answers = [await anyone.post(of(each), data=form()) for each in (gone, over, draft)]
    answers += [await anyone.post(f"/my/sessions/{id}/registration", data=form()) for id in (999_999, 0, -1, 10**30, "x", "%00")]
    assert [answer.status_code for answer in answers] == [422, 422, *[404] * 7]
    assert await written() == before


# A sign-up that is forged


NO_BUTTON = ("", "sign_up", "REGISTER", "register ", "register\0", "add", "add_child", "change", "change_all", "%00")
NO_CHILD = ("", "-1", "0", "²", "٣", "9999", "9" * 5000, "0 ", "x")


async def test_only_the_last_button_signs_up(session: Session, anyone: Browser) -> None:
    """And no invented one breaks the form."""
    before = await written()
    for act in (*NO_BUTTON, ["register", "recap"], "drop", "drop_child", *(f"drop_child:{n}" for n in NO_CHILD)):
        page = await anyone.post(of(session), data=form(**CHILD, act=act))
        assert (page.status_code, {"13800138000", "林爸爸"} <= kept(page)) == (200, True), act
    assert await written() == before


@pytest.mark.parametrize(("children", "act", "left"), [("2", "drop_child:9999", 2), ("2", "drop_child:1", 1), ("0", "drop_child:0", 0)])
async def test_dropping_a_child_drops_that_one(session: Session, anyone: Browser, children: str, act: str, left: int) -> None:
    page = await anyone.post(of(session), data=form(children=children, act=act))
    assert f'name="children" value="{left}"' in page.text


async def test_no_number_of_children_breaks_the_form(session: Session, anyone: Browser) -> None:
    for children in ("9999", "-1", "²", "٣", "x", "", "9" * 5000, ["1", "9999"], None):
        typed = form(children=children, act="add_child", **{"child-9999-name": "无", "child--1-name": "无", "child-x-age": "无"})
        page = await anyone.post(of(session), data=typed)
        assert (page.status_code, page.text.count('-year" name="child-') <= 8) == (200, True), children


async def test_a_form_without_its_key_signs_nobody_up(session: Session, anyone: Browser) -> None:
    """It is what makes a double tap one sign-up."""
    before = await written()
    for key in (None, "", " ", "\0", "K" * 65):
        assert (await anyone.post(of(session), data=form(key=key))).status_code == 422
    assert await written() == before


async def test_the_same_form_twice_at_once_is_one_sign_up(app: Litestar, session: Session, anyone: Browser) -> None:
    """A double tap on a new device: both answers lead to the one registration."""
    typed = form(**CHILD)
    await anyone.token()
    first, second = await asyncio.gather(anyone.post(of(session), data=typed), anyone.post(of(session), data=typed))
    third = await anyone.post(of(session), data=typed)
    assert [answer.status_code for answer in (first, second, third)] == [303] * 3
    assert first.headers["location"] == second.headers["location"] == third.headers["location"]
    assert await Registration.count().where(Registration.session == session.id) == 1
    assert (await anyone.follow(third)).status_code == 200


async def test_the_same_form_with_other_words_leads_the_own_family_to_its_sign_up(session: Session, anyone: Browser) -> None:
    typed = form()
    done = await anyone.post(of(session), data=typed)
    before = await written()
    page = await anyone.post(of(session), data={**typed, "adults": "3", "note": "多来两位"})
    assert page.status_code == 422
    assert "你们家这一场已经报过了" in page.text
    assert f'href="{done.headers["location"]}"' in page.text
    assert {"3", "多来两位"} <= kept(page)
    assert await written() == before


async def test_another_familys_key_opens_nothing(app: Litestar, cast: Cast, anyone: Browser, other_family_client: Browser) -> None:
    """Not to a stranger, not to another family, not in another session: neither its page nor its number is told."""
    chens = cast.chens_registration
    ticket = await make.ticket_of(chens)
    other = await make.session(cast.event)
    before = await written()
    for one in (anyone, other_family_client):
        for session in (cast.session, other):
            page = await one.post(of(session), data=form(key=chens.key))
            assert page.status_code == 422
            for secret in (f"/my/registrations/{chens.id}", chens.secret, chens.phone, ticket.number, ticket.secret):
                assert secret not in page.text
            assert "林爸爸" in kept(page)
    assert (await anyone.get(f"/my/registrations/{chens.id}")).status_code == 404
    assert await written() == before


async def test_one_key_in_two_sessions_at_once_is_one_sign_up(app: Litestar, cast: Cast, session: Session) -> None:
    """No lock covers both: the unique key must, and its refusal is no error of ours."""
    other = await make.session(cast.event)
    typed = form()
    async with Browser(app) as one, Browser(app) as two:
        await one.token(), await two.token()
        answers = await asyncio.gather(one.post(of(session), data=typed), two.post(of(other), data=typed))
    assert sorted(answer.status_code for answer in answers) in ([303, 409], [303, 422])
    assert await Registration.count().where(Registration.key == typed["key"]) == 1


async def test_fields_nobody_asked_for_change_nothing(session: Session, anyone: Browser, cast: Cast) -> None:
    """Whose household, which state, who takes a place: not the form's to say."""
    forged = {"household": str(cast.chens.id), "state": "placed", "takes_place": "false", "id": "1", "secret": "A" * 26, "session": "1"}
    await anyone.follow(await anyone.post(of(session), data=form(**forged, places="0", **CHILD)))
    row = await Registration.objects().get(Registration.session == session.id)
    assert row is not None
    assert (row.household != cast.chens.id, row.secret == "A" * 26) == (True, False)
    people = await Attendee.objects().where(Attendee.registration == row.id)
    assert [person.takes_place for person in people] == [True, True]


@pytest.mark.parametrize(
    "body",
    [
        b"name=%ff%fe&phone=%00&act=%ff&adults=%ff&children=%ff",
        b"%ff=%fe&\xff",
        b"=&=&&;",
        b"name",
        b"name=%E6%9E%97&name=%E6",
        b"%u6797=1",
    ],
)
async def test_bytes_that_are_no_text_are_no_error_of_ours(session: Session, anyone: Browser, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert (await anyone.post(of(session), content=body, headers=headers)).status_code == 422
    assert (await anyone.get(f"/?{body.decode('latin-1').encode('ascii', 'ignore').decode()}")).status_code == 200


async def test_a_file_where_words_belong_is_as_if_nothing_was_typed(session: Session, anyone: Browser) -> None:
    files = {name: (f"{name}.txt", b"13800138000") for name in ("name", "phone", "key", "act", "adults")}
    page = await anyone.post(of(session), data={"note": "外婆来接"}, files=files)
    assert (page.status_code, errors(page)["phone"], "外婆来接" in kept(page)) == (422, "手机号还空着", True)


# Guessing


async def test_ticket_numbers_cannot_be_guessed(app: Litestar, cast: Cast, host_client: Browser, lead_client: Browser) -> None:
    """A thousand tries find what thirty do: after those even the right number is not looked up, on none of that person's devices."""
    ticket = await make.ticket_of(cast.chens_registration)
    address = f"/desk/sessions/{cast.session.id}/search"
    guesses = [number for number in range(100_000, 100_000 + MISSES + 10) if str(number) != ticket.number]
    pages = await asyncio.gather(*(host_client.post(address, data={"find": str(guess)}) for guess in guesses))
    looked_up = [page for page in pages if errors(page).get("find") == "这一场没找到，名字、手机尾号、票号都能找"]
    assert ({page.status_code for page in pages}, len(looked_up)) == ({422}, MISSES)
    async with await of_staff(app, cast.east_host) as other_device:
        for one in (host_client, other_device):
            page = await one.post(address, data={"find": ticket.number})
            assert (page.status_code, "分钟后再来" in page.text, ticket.number in kept(page)) == (422, True, True)
        assert (await lead_client.post(address, data={"find": ticket.number})).status_code == 303
        with time_machine.travel(clock.now() + attempts.WINDOW + timedelta(seconds=1)):
            assert (await host_client.post(address, data={"find": ticket.number})).status_code == 303


async def test_numbers_of_another_session_or_store_open_nothing(cast: Cast, host_client: Browser, foreign_client: Browser) -> None:
    ticket = await make.ticket_of(cast.chens_registration)
    other = await make.session(cast.event)
    assert (await host_client.post(f"/desk/sessions/{other.id}/search", data={"find": ticket.number})).status_code == 422
    assert (await foreign_client.post(f"/desk/sessions/{cast.session.id}/search", data={"find": ticket.number})).status_code == 404


async def test_secrets_in_addresses_are_all_or_nothing(cast: Cast, anyone: Browser) -> None:
    """A part of one, one too many, another kind's: all read like one nobody ever had."""
    ticket, private = (await make.ticket_of(cast.chens_registration)).secret, cast.chens_registration.secret
    nobodys = (await anyone.get(f"/T/{'0' * 16}")).text
    for address in (
        *(f"/T/{near}" for near in (ticket[:-1], f"{ticket}0", ticket[::-1], private, "%", "%25", "_" * 16, "*", "null", "0")),
        *(f"/M/{near}" for near in (private[:-1], f"{private}0", ticket, "%", "_" * 26, str(cast.chens_registration.id))),
        *(f"/M/{ticket}/{file}" for file in ("ticket.png", "calendar.ics")),
    ):
        page = await anyone.get(address)
        assert (page.status_code, page.text) == (404, nobodys), address


# Every address and every form

IDS = (10**30, 2**31, -1, "٩٩٩٩٩٩٩", "%00", "9" * 5000)


OTHERWISE = {
    "site.group_links.index": {303, 404},
    "site.group_links.show": {303, 404},
    "site.links.pairing": {200, 404},
    "site.venue.enter": {404, 422},
}


async def test_no_id_in_an_address_breaks_a_page(app: Litestar, owner_client: Browser, family_client: Browser) -> None:
    """Nor leads anywhere: a group's link alone goes on to the event it names, a pairing says that it is used up, and a helper's pages
    that there is no link."""
    for method, name, path in world.routes(app):
        if method == "GET" and "{" in path:
            one = owner_client if name.startswith(("desk.", "door.")) else family_client
            wanted = OTHERWISE.get(name, {401, 404, 410} if path.startswith("/door/help") else {404})
            for id in IDS:
                address = re.sub(r"\{\w+\}", str(id), path)
                assert (await one.get(address)).status_code in wanted, address


@pytest.mark.parametrize(
    ("bad", "is_alone"), [("坏\0", True), (str(10**30), True), ("-1", False), ("长" * 2_500, False), ("\u202e%s{{x}}'\"<", False)]
)
async def test_no_field_breaks_a_form(app: Litestar, everything: World, owner_client: Browser, bad: str, is_alone: bool) -> None:
    """Each field of each form wrong alone, or all of them; and none there."""
    for method, name, path in world.routes(app):
        if method == "POST" and name in filled.FORMS:
            good = filled.form(everything, name, everything.staff("owner"))
            for typed in [*({**good, field: bad} for field in good if is_alone), dict.fromkeys(good, bad), {}]:
                async with world.undone(owner_client):
                    answer = await filled.send(owner_client, everything.address(name, path), typed)
                assert answer.status_code < 500, (name, [field for field in typed if typed[field] == bad])
