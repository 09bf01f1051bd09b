from __future__ import annotations

import re
from html import unescape

import httpx

from events.catalog.tables import Event
from events.checkin import arrivals
from events.checkin.tables import Printout, Ticket
from events.people.tables import Audit
from events.signup import registrations
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.door.test_paper import paper, tell


async def print_it(client: Browser, session: int, page: str) -> httpx.Response:
    """The button on the page."""
    return await client.post(f"/door/{session}/paper/kitchen/printouts", data={"tag": tag(page)})


def tag(page: str) -> str:
    found = re.search(r'name="tag" value="([0-9a-f]+)"', page)
    assert found is not None
    return found[1]


def since(page: str) -> list[str]:
    """What the page says is otherwise now, the head first."""
    found = re.search(r'<section class="chef-since">(.*?)</section>', page, re.DOTALL)
    return [] if found is None else [unescape(each) for each in re.findall(r">([^<>]+)<", found[1])]


async def test_kitchen_counts_who_comes_and_who_is_here(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await tell(chens, name="小满", allergies="花生", diet="不吃辣")
    before = await paper(host_client, cast.session.id, "kitchen")
    assert "小满 · 陈妈妈" in before
    assert cells(before, "一共") == ("3", "0")
    assert cells(before, "过敏：花生") == ("1", "0")
    people = [person.id for person in await registrations.people_of(chens.registration)]
    await arrivals.admit(chens, people, nonce=make.key(), by=cast.east_host)
    after = await paper(host_client, cast.session.id, "kitchen")
    assert (cells(after, "一共"), cells(after, "孩子"), cells(after, "过敏：花生")) == (("3", "2"), ("1", "1"), ("1", "1"))


def cells(page: str, head: str) -> tuple[str, ...]:
    """The numbers of a line of the chef's sheet."""
    found = re.search(rf'<th scope="row">{head}.*?</th><td>(\d+)</td><td>(\d+)</td>', page)
    assert found is not None
    return found.groups()


async def test_kitchen_says_how_many_portions_by_what_a_child_eats(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    pages = []
    for portion in (100, 50, 0):
        await Event.update({Event.child_portion: portion}).where(Event.id == cast.event.id)
        pages.append(await paper(host_client, cast.session.id, "kitchen"))
    assert [("要备 3 份" in page, "要备 2 份半" in page, "要备 2 份<" in page) for page in pages] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert re.search(r'<th scope="row">1 大 1 小</th><td>1</td><td>1 份半</td>', pages[1])


async def test_the_first_sheet_compares_with_nothing(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    assert since(await paper(host_client, cast.session.id, "kitchen")) == []


async def test_a_sheet_says_what_changed_since_the_last_print(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    page = await paper(host_client, cast.session.id, "kitchen")
    printed = await host_client.follow(await print_it(host_client, cast.session.id, page))
    assert ("data-print-now" in printed.text, since(printed.text)) == (True, [])
    assert since(await paper(host_client, cast.session.id, "kitchen")) == ["和 12:00 那一版一样"]
    await tell(chens, allergies="花生")
    await registrations.cancel(cast.lins_registration, by=cast.east_host)
    changed = await paper(host_client, cast.session.id, "kitchen")
    assert since(changed) == ["和 12:00 那一版比", "大人少 1 位", "要备的从 3 份变 2 份", "新增过敏 花生 1"]
    again = await host_client.follow(await print_it(host_client, cast.session.id, changed))
    assert since(again.text) == since(changed)  # what is on the paper is what its reader does not know yet
    assert await Printout.count() == 2
    await tell(chens, allergies="")
    assert since(await paper(host_client, cast.session.id, "kitchen")) == ["和 12:00 那一版比", "没人过敏 花生 了"]


async def test_a_sheet_that_changed_while_it_lay_open_is_not_kept_but_shown_anew(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    page = await paper(host_client, cast.session.id, "kitchen")
    await tell(chens, allergies="花生")
    answer = await print_it(host_client, cast.session.id, page)
    assert (answer.status_code, "刚刚又有变化" in answer.text, "过敏：花生" in answer.text) == (422, True, True)
    assert (await print_it(host_client, cast.session.id, answer.text)).status_code == 303
    assert await Printout.count() == 1


async def test_a_printed_page_that_is_looked_at_later_is_like_any_other(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    page = await paper(host_client, cast.session.id, "kitchen")
    printed = await print_it(host_client, cast.session.id, page)
    await tell(chens, allergies="花生")
    later = (await host_client.follow(printed)).text
    assert ("data-print-now" in later, since(later)) == (False, ["和 12:00 那一版比", "新增过敏 花生 1"])


async def test_printouts_of_other_sessions_and_odd_numbers_are_no_printouts(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    other = await make.session(cast.event)
    kept = await print_it(host_client, other.id, await paper(host_client, other.id, "kitchen"))
    number = kept.headers["location"].rpartition("=")[2]
    for each in (number, "0", "-1", "999999999999"):
        page = await paper(host_client, cast.session.id, f"kitchen?printed={each}")
        assert ("data-print-now" in page, since(page)) == (False, [])


async def test_who_printed_is_in_the_trail(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await print_it(host_client, cast.session.id, await paper(host_client, cast.session.id, "kitchen"))
    row = await Audit.objects().where(Audit.act == "paper.kitchen_printed").first()
    assert row is not None
    assert (row.staff, row.store, row.subject_id) == (cast.east_host.id, cast.east.id, cast.session.id)
