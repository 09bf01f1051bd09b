from __future__ import annotations

import re
from typing import Any

from events.catalog.tables import Event, Session
from events.checkin import presence
from events.checkin.tables import Ticket
from events.people.tables import Audit
from events.signup import capacity, registrations
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser, post
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE

LINS = {"name": "林女士", "phone": "", "adults": "1", "children": "2"}


def path(cast: Cast) -> str:
    return f"/door/{cast.session.id}/walk-ins"


async def send(cast: Cast, client: Browser, **of: str) -> Any:
    return await client.post(path(cast), data={**LINS, "nonce": make.key(), **of})


async def places(cast: Cast, places: int) -> None:
    await Session.update({Session.places: places}).where(Session.id == cast.session.id)


async def test_create_lets_a_family_in_and_shows_the_green_page(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    page = (await host_client.get(path(cast))).text
    assert "还有 17 个名额" in page
    done = await post(host_client, path(cast), {**LINS, "nonce": re.findall(r'name="nonce" value="([^"]+)"', page)})
    answer = (await host_client.follow(done)).text
    assert ("请进" in answer, "林女士" in answer, "1 大 2 小" in answer) == (True, True, True)
    assert "at-door-in" in answer
    assert len(await presence.of_session(cast.session.id)) == 3


async def test_create_sent_twice_is_one_family(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    seen = {(await send(cast, host_client, nonce="N1N1N1N1")).headers["location"] for _ in range(3)}
    assert (len(seen), await Registration.count().where(Registration.name == "林女士")) == (1, 1)


async def test_create_keeps_what_was_typed_beside_what_is_wrong(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for wrong in ({"name": ""}, {"phone": "12"}, {"adults": "x"}, {"adults": "0", "children": "0"}, {"children": "13"}):
        answer = await send(cast, host_client, **{"name": HOSTILE, **wrong})
        assert (answer.status_code, "<img src=x" in answer.text) == (422, False)
        assert "name" in wrong or ESCAPED in answer.text
    assert await Registration.count().where(Registration.session == cast.session.id) == 2


async def test_new_tells_the_hosts_the_ages_of_the_event(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    assert "年龄当面问" not in (await host_client.get(path(cast))).text
    await Event.update({Event.age_from: 4, Event.age_to: 8}).where(Event.id == cast.event.id)
    assert "这个活动是 4–8 岁的，年龄当面问一声" in (await host_client.get(path(cast))).text
    assert (await send(cast, host_client)).status_code == 303


async def test_create_when_full_sends_a_host_to_the_lead(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await places(cast, 5)
    answer = await send(cast, host_client)
    assert answer.status_code == 422
    for said in ("只剩 2 个名额，这家要 3 个", "找大盒点头：大盒东"):
        assert said in answer.text
    assert "加位子，让进" not in answer.text
    forced = await send(cast, host_client, overfill="1")
    assert (forced.status_code, (await capacity.count(cast.session.id)).taken) == (422, 3)


async def test_create_when_full_is_the_leads_explicit_yes(cast: Cast, chens: Ticket, lead_client: Browser) -> None:
    await places(cast, 5)
    assert "加位子，让进" not in (await lead_client.get(path(cast))).text
    answer = await send(cast, lead_client)
    assert (answer.status_code, 'name="overfill" value="1"' in answer.text) == (422, True)
    done = await send(cast, lead_client, overfill="1")
    assert done.status_code == 303
    session = await Session.objects().get(Session.id == cast.session.id)
    assert session is not None
    assert (session.places, (await capacity.count(session.id)).taken) == (6, 6)
    assert "加了位子" in (await lead_client.get("/desk/audit")).text
    assert await Audit.count().where(Audit.act == "arrival.overfilled") == 1


async def test_create_lets_those_who_wait_go_first(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await places(cast, 4)
    await registrations.register(cast.session, make.party(2), household=None, key=make.key(), by=cast.east_host)
    assert "有 1 家在排队，空 1 个名额" in (await host_client.get(path(cast))).text
    answer = await send(cast, host_client, children="0")
    assert (answer.status_code, "名额先给他们" in answer.text) == (422, True)


async def test_create_holds_the_rule_about_adults_and_lets_the_host_overrule_it(
    cast: Cast, chens: Ticket, host_client: Browser, lead_client: Browser
) -> None:
    """Overruled and full: the second button carries the first yes on."""
    await Event.update({Event.children_per_adult: 1}).where(Event.id == cast.event.id)
    await places(cast, 5)
    answer = await send(cast, lead_client)
    assert (answer.status_code, "还差 1 个大人" in answer.text, 'name="overrule" value="1">照样进' in answer.text) == (422, True, True)
    answer = await send(cast, lead_client, overrule="1")
    assert ("只剩 2 个名额" in answer.text, '<input type="hidden" name="overrule" value="1">' in answer.text) == (True, True)
    assert (await send(cast, lead_client, overrule="1", overfill="1")).status_code == 303
    await places(cast, 20)
    assert (await send(cast, host_client, overrule="1")).status_code == 303


async def test_the_door_of_another_store_is_not_there(cast: Cast, chens: Ticket, foreign_client: Browser) -> None:
    assert (await foreign_client.get(path(cast))).status_code == 404
    assert (await send(cast, foreign_client)).status_code == 404
    assert await Registration.count().where(Registration.name == "林女士") == 0


async def test_create_on_another_day_is_refused(cast: Cast, host_client: Browser) -> None:
    answer = await send(cast, host_client)
    assert (answer.status_code, "不在今天" in answer.text) == (422, True)
