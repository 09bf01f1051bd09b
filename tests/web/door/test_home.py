from __future__ import annotations

from datetime import datetime

from events import db
from events.catalog.tables import Event, EventState, Session, SessionState
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.door.conftest import ESCAPED, HOSTILE

HOME = "/door"


async def home(client: Browser) -> str:
    answer = await client.get(HOME)
    assert answer.status_code == 200
    return answer.text


async def test_index_leads_to_todays_scanner_and_says_how_many_came(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    page = await home(host_client)
    for path in ("", "/walk-ins", "/board", "/paper/roster", "/paper/badges", "/paper/kitchen"):
        assert f'href="/door/{cast.session.id}{path}"' in page
    assert "到了 0 / 3" in page
    assert "扫码签到" in page


async def test_index_shows_the_next_session_when_there_is_none_today(cast: Cast, host_client: Browser) -> None:
    page = await home(host_client)
    assert "今天没有场次了，下一场" in page
    assert f'href="/door/{cast.session.id}"' in page


async def test_index_of_a_store_without_sessions_leads_on(cast: Cast, foreign_client: Browser) -> None:
    page = await home(foreign_client)
    assert "还没有场次" in page
    assert cast.event.title not in page


async def test_index_of_an_owner_has_every_store(cast: Cast, chens: Ticket, owner_client: Browser) -> None:
    await make.session(await make.event(cast.west, title="江湾的早饭"), starts_at=make.at(0, "13:00"))
    page = await home(owner_client)
    assert ("江湾的早饭" in page, cast.event.title in page, "花园店" in page) == (True, True, True)


async def test_index_finds_today_behind_however_many_of_yesterday(cast: Cast, chens: Ticket, owner_client: Browser) -> None:
    for _each in range(61):
        await make.session(cast.event, starts_at=make.at(-1, "15:00"), ends_at=make.at(-1, "16:00"))
    assert f'href="/door/{cast.session.id}"' in await home(owner_client)


async def test_index_keeps_one_that_runs_past_midnight_and_those_of_today_that_are_over(
    cast: Cast, noon: datetime, host_client: Browser
) -> None:
    for title, starts, ends in (
        ("通宵熬汤", make.at(-1, "22:00"), make.at(0, "13:00")),
        ("一早的豆浆", make.at(0, "06:00"), make.at(0, "07:00")),
        ("昨天的豆浆", make.at(-1, "13:00"), make.at(-1, "14:00")),
    ):
        await make.session(await make.event(cast.east, title=title), starts_at=starts, ends_at=ends)
    page = await home(host_client)
    running, over = page.split("今天办完的")
    assert ("通宵熬汤" in running, "一早的豆浆" in over, "昨天的豆浆" in page) == (True, True, False)


async def test_index_offers_no_scanner_for_what_was_called_off(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await Session.update({Session.state: SessionState.CANCELLED}).where(Session.id == cast.session.id)
    page = await home(host_client)
    assert "取消了" in page
    assert "扫码签到" not in page


async def test_index_leads_to_what_somebody_should_look_at(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    assert "/checks" not in await home(host_client)
    form = {"heads": "2", "nonce": "N1N1N1N1"}
    await host_client.post(f"/door/{cast.session.id}/misses", data=form)
    page = await home(host_client)
    assert f'href="/door/{cast.session.id}/checks"' in page
    assert "1 条要看一眼" in page


async def test_index_asks_as_much_of_three_sessions_as_of_one(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        await home(host_client)
        return db.engine().get_query_id() - before

    few = await queries()
    for _ in range(2):
        await make.session(await make.event(cast.east), starts_at=make.at(0, "13:00"))
    assert await queries() == few


async def test_index_says_nothing_of_drafts(engine: PooledEngine, cast: Cast, noon: datetime, host_client: Browser) -> None:
    draft = await make.event(cast.east, state=EventState.DRAFT, title="还没想好")
    await make.session(draft, starts_at=make.at(0, "13:00"))
    assert "还没想好" not in await home(host_client)


async def test_index_shows_names_as_text(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    await Event.update({Event.title: HOSTILE}).where(Event.id == cast.event.id)
    page = await home(host_client)
    assert HOSTILE not in page
    assert ESCAPED in page


async def test_the_desk_leads_to_the_door(cast: Cast, chens: Ticket, host_client: Browser) -> None:
    for path in ("/desk", f"/desk/sessions/{cast.session.id}/registrations"):
        assert f'href="/door/{cast.session.id}"' in (await host_client.get(path)).text
    assert f'href="{HOME}"' in (await host_client.get("/desk")).text
