from __future__ import annotations

import html
import re
from datetime import date

from events import clock
from events.catalog.tables import Event, EventState
from events.intake.relay import reading
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


async def relay(client: Browser, session: int, names: str = "") -> str:
    page = (await client.get(f"/desk/sessions/{session}/relay{names}")).text
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


async def test_show_writes_the_list_without_phones_ages_or_allergies(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=2)
    told = (make.adult(), make.child("小满", allergies="花生"))
    await make.registration(session, party=make.party(people=told, name="王妈妈", phone="13800138000"))
    await make.registration(session, party=make.party(1, 1, name="Lily"))
    await make.registration(session, party=make.party(1, name="赵姐"))

    lines = (await relay(host_client, session.id)).splitlines()

    assert lines[:2] == ["#接龙", cast.event.title]
    assert f"报名：{browser.ADDRESS}/events/{cast.event.id}" in lines
    assert lines[-5:] == ["1. 王** 1大1小", "2. L*** 1大1小 候补第1位", "3. 赵* 1大 候补第2位", "", "满了，前面等 2 家，可以接着排候补"]
    full = await relay(host_client, session.id, "?names=full")
    assert [(line.name, line.adults, len(line.children)) for line in reading.read(full, on=date(2026, 11, 28)).lines] == [
        ("王妈妈", 1, 1),
        ("Lily", 1, 1),
        ("赵姐", 1, 0),
    ]
    assert not re.search("小满|花生|13800138000|岁", full)


async def test_show_leaves_out_who_gave_back(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=9)
    gone = await make.registration(session, party=make.party(2, name="王妈妈"))
    assert "王妈妈 2大" in await relay(host_client, session.id, "?names=full")

    await registrations.cancel(gone, by=cast.east_host)

    assert (await relay(host_client, session.id, "?names=full")).splitlines()[-1] == "还有 9 个名额"
    assert "王妈妈" not in await relay(host_client, session.id, "?names=full")


async def test_show_is_chinese_for_a_group_whoever_looks(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=2)
    in_chinese = await relay(host_client, session.id)

    await host_client.get("/look?language=en")

    assert "Copy the list" in (await host_client.get(f"/desk/sessions/{session.id}/relay")).text
    assert await relay(host_client, session.id) == in_chinese


async def test_show_lists_who_was_asked_before_who_waits_and_who_let_its_turn_pass_last(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=2)
    rows = {name: await make.registration(session, party=make.party(2, name=name)) for name in ("甲家", "乙家", "丙家", "丁家")}
    await Registration.update({Registration.lapsed_at: clock.now()}).where(Registration.id == rows["乙家"].id)
    await Registration.update({Registration.state: State.OFFERED}).where(Registration.id == rows["丁家"].id)

    lines = (await relay(host_client, session.id, "?names=full")).splitlines()

    assert lines[-6:-2] == ["1. 甲家 2大", "2. 丁家 2大 候补", "3. 丙家 2大 候补第1位", "4. 乙家 2大 候补"]
    assert lines[-1] == "满了，前面等 1 家，可以接着排候补"


async def test_show_keeps_a_compound_to_its_name(cast: Cast, host_client: Browser) -> None:
    compound = await make.compound(cast.east, name="梧桐苑", address="梧桐路 100 弄")
    session = await make.session(cast.event, venue=await make.venue(compound=compound))

    lines = (await relay(host_client, session.id)).splitlines()

    assert "梧桐苑" in lines
    assert "100 弄" not in "\n".join(lines)


async def test_show_warns_where_there_is_nothing_to_paste_yet_or_any_more(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    path = f"/desk/sessions/{session.id}/relay"
    assert "banner" not in (await host_client.get(path)).text

    await Event.update({Event.state: EventState.DRAFT}).where(Event.id == cast.event.id)

    assert "活动还没发布" in (await host_client.get(path)).text


async def test_show_is_linked_from_the_roster(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)

    assert f'href="/desk/sessions/{session.id}/relay"' in (await host_client.get(f"/desk/sessions/{session.id}/registrations")).text
