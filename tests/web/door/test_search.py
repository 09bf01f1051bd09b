from __future__ import annotations

import asyncio
import re

import pytest
from litestar import Litestar

from events.catalog.tables import Session
from events.checkin import arrivals
from events.checkin.tables import Ticket
from events.signup import registrations
from events.signup.tables import Attendee, Registration
from tests import make
from tests.browser import Browser, of_staff
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE
from web.door.search import MISSES


def door(cast: Cast) -> str:
    return f"/door/{cast.session.id}/search"


def rows(page: str) -> list[str]:
    """The families a page shows, each in one line of text."""
    found = re.findall(r'<a class="found-row".*?</a>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3} {:.3}"])
async def test_create_leads_from_six_digits_to_the_arrival_page(cast: Cast, chens: Ticket, host_client: Browser, typed: str) -> None:
    number = f"{chens.number[:3]} {chens.number[3:]}" if ".3" in typed else typed.format(chens.number)
    answer = await host_client.post(door(cast), data={"find": number})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/tickets/{chens.id}?session={cast.session.id}&how=number")
    page = (await host_client.follow(answer)).text
    assert 'name="how" value="number"' in page


async def test_create_finds_by_name_and_says_where_they_stand(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    answer = await host_client.post(door(cast), data={"find": "陈妈"})
    assert (answer.status_code, rows(answer.text)) == (200, [f"陈妈妈 1 大 1 小 · 尾号 {cast.chens.phone[-4:]} 还没到"])
    assert f"/desk/tickets/{chens.id}?session={cast.session.id}&amp;how=search" in answer.text
    people = [person.id for person in await registrations.people_of(chens.registration)]
    for who, said in ((people[:1], "到了 1 位"), (people, "进过了")):
        await arrivals.admit(chens, who, nonce=make.key(), by=cast.east_host)
        assert rows((await host_client.post(door(cast), data={"find": "陈妈"})).text) == [
            f"陈妈妈 1 大 1 小 · 尾号 {cast.chens.phone[-4:]} {said}"
        ]
    await arrivals.let_out(chens, people, nonce=make.key(), by=cast.east_host)
    assert rows((await host_client.post(door(cast), data={"find": "陈妈"})).text) == [
        f"陈妈妈 1 大 1 小 · 尾号 {cast.chens.phone[-4:]} 出去了"
    ]


async def test_create_finds_by_initials_and_by_the_end_of_a_phone(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for typed in ("cmm", cast.chens.phone[-4:], cast.chens.phone):
        assert rows((await host_client.post(door(cast), data={"find": typed})).text) == [
            f"陈妈妈 1 大 1 小 · 尾号 {cast.chens.phone[-4:]} 还没到"
        ]


async def test_create_says_of_the_waiting_that_they_wait(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await Session.update({Session.places: 3}).where(Session.id == cast.session.id)
    await registrations.register(cast.session, make.party(name="赵阿姨"), household=None, key=make.key(), by=cast.east_host)
    (row,) = rows((await host_client.post(door(cast), data={"find": "赵阿姨"})).text)
    assert re.fullmatch(r"赵阿姨 1 大 · 尾号 \d{4} 还在排队", row)


async def test_new_shows_nobody(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    answer = await host_client.get(door(cast))
    assert (answer.status_code, rows(answer.text), cast.chens.name in answer.text) == (200, [], False)


@pytest.mark.parametrize("typed", ["", "  ", "陈", "c", "1", "123", "%", "_", "%%"])
async def test_create_shows_nobody_for_too_little(cast: Cast, chens: Ticket, host_client: Browser, typed: str) -> None:
    answer = await host_client.post(door(cast), data={"find": typed})
    assert (answer.status_code, rows(answer.text)) == (422, [])
    assert cast.chens.name not in answer.text
    assert 'class="error"' in answer.text


async def test_create_says_when_nobody_is_found(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for typed in ("王小明", "000000", "9999"):
        answer = await host_client.post(door(cast), data={"find": typed})
        assert (answer.status_code, "没找到" in answer.text, f'value="{typed}"' in answer.text) == (422, True, True)


async def test_create_never_shows_everybody(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for n in range(12):
        await registrations.register(cast.session, make.party(name=f"陈先生{n}"), household=None, key=make.key(), by=cast.east_host)
    answer = await host_client.post(door(cast), data={"find": "陈先"})
    assert len(rows(answer.text)) == 8
    assert "只列前 8 家" in answer.text


async def test_create_of_another_store_is_not_there(cast: Cast, chens: Ticket, host_client: Browser, foreign_client: Browser) -> None:
    assert (await host_client.post(door(cast), data={"find": chens.number})).status_code == 303
    for typed in (chens.number, "陈妈"):
        assert (await foreign_client.post(door(cast), data={"find": typed})).status_code == 404


async def test_create_knows_no_number_of_another_session(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    other = await make.session(cast.event, starts_at=make.at(3))
    assert (await host_client.post(f"/door/{other.id}/search", data={"find": chens.number})).status_code == 422


async def test_guessing_numbers_is_braked_at_both_doors_together(
    app: Litestar, cast: Cast, chens: Ticket, host_client: Browser, lead_client: Browser
) -> None:
    """Half the guesses at the door, half on the desk: together they are looked up as often as one place allows."""
    guesses = [f"{number}" for number in range(100_000, 100_000 + MISSES + 10) if str(number) != chens.number]
    doors = [door(cast), f"/desk/sessions/{cast.session.id}/search"]
    pages = await asyncio.gather(*(host_client.post(doors[n % 2], data={"find": guess}) for n, guess in enumerate(guesses)))
    assert {page.status_code for page in pages} == {422}
    assert sum("分钟后再来" in page.text for page in pages) == len(guesses) - MISSES
    async with await of_staff(app, cast.east_host) as other_device:
        for path in doors:
            page = await other_device.post(path, data={"find": chens.number})
            assert (page.status_code, "分钟后再来" in page.text) == (422, True)
    assert (await lead_client.post(door(cast), data={"find": chens.number})).status_code == 303


async def test_right_numbers_are_never_braked(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for _ in range(MISSES + 5):
        assert (await host_client.post(door(cast), data={"find": chens.number})).status_code == 303


async def test_create_shows_names_as_text(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await Registration.update({Registration.name: HOSTILE}).where(Registration.id == chens.registration)
    await Attendee.update({Attendee.name: HOSTILE[:40]}).where(Attendee.registration == chens.registration)
    for typed in (cast.chens.phone[-4:], f"{HOSTILE}!"):
        page = (await host_client.post(door(cast), data={"find": typed})).text
        assert "<img src=x" not in page
        assert ESCAPED in page
