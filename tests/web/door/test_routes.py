from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from piccolo.columns import Column

from events.catalog.tables import Event, Kind, Session, SessionState, Venue
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE

pytestmark = pytest.mark.usefixtures("noon")
UNTIL = "linju-kept-until"


@pytest.fixture
async def visit(cast: Cast) -> Session:
    """Three people in two families at three in the afternoon, with a nut to leave out."""
    compound = await make.compound(cast.east, name="海棠里", address="海棠路 1 弄", gate_note="南门登记")
    event = await make.event(cast.east, host=cast.east_host, kind=Kind.VISIT, chef="罗师傅", title="水煮鱼", child_portion=50)
    flat: dict[str, Any] = {"flat": "3 号楼 502", "contact": "王阿姨", "contact_phone": "13800138071"}
    venue = await make.venue(compound=compound, name="会所", address="9 号", directions="进门右转")
    session: Session = await make.session(event, venue=venue, starts_at=make.at(0, "15:00"), **flat)
    await make.registration(session, party=make.party(name="陈妈妈", people=(make.adult(), make.child("小满", allergies="花生"))))
    await make.registration(session, party=make.party(name="林爸爸"))
    return session


async def route(client: Browser, query: str = "") -> str:
    answer = await client.get(f"/door/route{query}")
    assert answer.status_code == 200
    return answer.text


async def test_the_day_has_the_way_the_people_and_the_food(visit: Session, host_client: Browser) -> None:
    page = await route(host_client)
    where = (
        "下午3:00–4:30",
        "海棠里 · 海棠路 1 弄 · 会所 · 9 号",
        "3 号楼 502",
        "南门登记",
        "进门右转",
        "王阿姨",
        'href="tel:13800138071"',
    )
    food = ("2 家", "2 大 1 小", "2 份半", "花生 1", f"/door/{visit.id}/paper/kitchen")
    assert [word for word in (*where, *food) if word not in page] == []


async def test_the_page_names_no_family(visit: Session, host_client: Browser) -> None:
    """A phone keeps it to open without a connection."""
    page = await route(host_client)
    assert [word for word in ("陈妈妈", "林爸爸", "小满", "1380000") if word in page] == []


async def test_the_gap_to_the_next_visit(cast: Cast, visit: Session, host_client: Browser) -> None:
    await make.session(await event_of(visit), venue=await venue_of(visit), starts_at=make.at(0, "16:40"))
    assert "路上有 10 分钟" in await route(host_client)
    await Session.update({Session.starts_at: make.at(0, "16:00")}).where(Session.id != visit.id, Session.event == visit.event)
    assert "和下一场重了 30 分钟" in await route(host_client)
    columns: dict[Column | str, Any] = {Session.starts_at: make.at(0, "17:30"), Session.flat: visit.flat}
    await Session.update(columns).where(Session.id != visit.id, Session.event == visit.event)
    assert "不用换地方，歇 1 小时" in await route(host_client)


async def event_of(session: Session) -> Event:
    row = await Event.objects().get(Event.id == session.event)
    assert row is not None
    return row


async def venue_of(session: Session) -> Venue:
    row = await Venue.objects().get(Venue.id == session.venue)
    assert row is not None
    return row


async def test_a_visit_that_was_called_off_says_why(visit: Session, host_client: Browser) -> None:
    off: dict[Column | str, Any] = {Session.state: SessionState.CANCELLED, Session.cancel_reason: "停水"}
    await Session.update(off).where(Session.id == visit.id)
    page = await route(host_client)
    assert ("取消了：停水" in page, "3 号楼 502" in page, "13800138071" in page) == (True, False, False)


async def test_other_days_and_chefs(visit: Session, host_client: Browser, noon: datetime) -> None:
    assert "3 号楼 502" in await route(host_client, "?chef=罗师傅")
    for query in ("?chef=赵师傅", f"?day={make.at(1).date()}", "?day=2031-01-01&chef=罗师傅"):
        page = await route(host_client, query)
        assert ("3 号楼 502" in page, "这一天没有进小区的活动" in page) == (False, True)


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "明天", "1999-01-01", "20261122", "9" * 40, "2026-11-22T10:00"])
async def test_a_day_that_is_none_is_not_there(visit: Session, host_client: Browser, day: str) -> None:
    assert (await host_client.get("/door/route", params={"day": day})).status_code == 404


async def test_a_store_sees_its_own_visits_only(cast: Cast, visit: Session, app: Any, owner_client: Browser, host_client: Browser) -> None:
    assert "3 号楼 502" not in await route(owner_client, f"?store={cast.west.id}")
    assert "3 号楼 502" in await route(owner_client, f"?store={cast.east.id}")
    assert (await host_client.get(f"/door/route?store={cast.west.id}")).status_code == 404


async def test_nobody_without_a_sign_in_sees_it(visit: Session, anyone: Browser, family_client: Browser) -> None:
    for client in (anyone, family_client):
        answer = await client.get("/door/route")
        assert (answer.status_code, "/desk/sign-in" in answer.headers["location"]) == (303, True)


async def test_a_phone_keeps_it_until_the_day_is_over_and_none_that_is(visit: Session, host_client: Browser) -> None:
    def milliseconds(moment: datetime) -> str:
        return str(int(moment.timestamp() * 1000))

    today, tomorrow, yesterday = [await host_client.get(f"/door/route?day={make.at(day).date()}") for day in (0, 1, -1)]
    assert today.headers[UNTIL] == milliseconds(make.at(1, "00:00"))
    assert tomorrow.headers[UNTIL] == milliseconds(make.at(2, "00:00"))
    assert UNTIL not in yesterday.headers


async def test_it_escapes_what_people_wrote(visit: Session, host_client: Browser) -> None:
    await Session.update({Session.flat: HOSTILE, Session.contact: HOSTILE}).where(Session.id == visit.id)
    await Event.update({Event.chef: HOSTILE, Event.title: HOSTILE}).where(Event.id == visit.event)
    page = await route(host_client)
    assert (ESCAPED in page, HOSTILE in page) == (True, False)


async def test_a_day_without_visits_leads_on(cast: Cast, host_client: Browser) -> None:
    page = await route(host_client)
    assert ("这一天没有进小区的活动" in page, 'href="/desk/events"' in page) == (True, True)


async def test_one_lands_on_it_from_the_visits_list_and_from_today(visit: Session, host_client: Browser) -> None:
    for page in (f"/desk/sessions/{visit.id}/registrations", "/desk", "/door"):
        assert "/door/route" in (await host_client.get(page)).text
