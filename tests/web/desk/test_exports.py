from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import unquote

import openpyxl
import pytest
import structlog
from litestar import Litestar

from events import clock
from events.export import exports, making
from events.export.tables import Export, ExportState
from events.people.tables import Staff
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from web.language import say

WECHAT = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 MicroMessenger/8.0.2"


async def ask(client: Browser, **fields: str) -> str:
    """The page of the new file."""
    answer = await client.post("/desk/exports", data={"what": "registrations", "kind": "csv", **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


async def test_a_short_file_is_there_at_once(cast: Cast, host_client: Browser) -> None:
    form = (await host_client.get(f"/desk/exports/new?session={cast.session.id}")).text
    assert cast.event.title in form
    assert 'name="what" value="answers"' in form
    page = await ask(host_client, session=str(cast.session.id), kind="xlsx", what="roster")
    assert f'href="{page}/file" download' in (await host_client.get(page)).text
    answer = await host_client.get(f"{page}/file")
    assert answer.headers["content-type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[9] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["陈妈妈", "陈妈妈", "林爸爸"]


async def test_a_files_name_tells_the_event_and_no_family(cast: Cast, host_client: Browser) -> None:
    page = await ask(host_client, session=str(cast.session.id))
    said = (await host_client.get(f"{page}/file")).headers["content-disposition"]
    plain, _, encoded = said.partition("filename*=UTF-8''")
    assert plain.startswith('attachment; filename="linju-')
    day, starts = (
        f"{moment.astimezone(make.ZONE):{form}}" for moment, form in ((clock.now(), "%Y-%m-%d"), (cast.session.starts_at, "%Y%m%d-%H%M"))
    )
    assert unquote(encoded) == f"亲子做月饼-{starts}-报名表-{day}.csv"
    event = await make.event(cast.east, host=cast.east_host, title='过年"啦": 剪纸/贴花')
    page = await ask(host_client, event=str(event.id))
    said = (await host_client.get(f"{page}/file")).headers["content-disposition"]
    assert unquote(said.partition("''")[2]).startswith("过年 啦 剪纸 贴花-报名表-")


async def test_headings_and_name_are_in_the_readers_language(cast: Cast, host_client: Browser) -> None:
    host_client.cookies.set("linju_look", "en..", domain="127.0.0.1")
    page = await ask(host_client, event=str(cast.event.id))
    answer = await host_client.get(f"{page}/file")
    assert rows(answer.content)[0][:5] == ["Event", "Session", "State", "Family", "Phone"]
    assert "-Registrations-" in unquote(answer.headers["content-disposition"])


async def test_a_long_file_shows_how_far_it_is_and_asks_again(cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    page = await ask(host_client, event=str(cast.event.id))
    await Export.update({Export.done: 1, Export.state: ExportState.MAKING}).where(Export.state == ExportState.DUE)
    shown = (await host_client.get(page)).text
    assert '<progress class="meter" id="done" max="2" value="1">' in shown
    assert 'hx-trigger="load delay:2s, every 10s"' in shown
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in shown
    assert (await host_client.get(f"{page}/file")).status_code == 404
    assert await making.next_one(say)
    shown = (await host_client.get(page)).text
    assert "hx-trigger" not in shown
    assert "refresh" not in shown
    assert len(rows((await host_client.get(f"{page}/file")).content)) == 3


async def test_a_file_that_failed_can_be_asked_for_again(cast: Cast, host_client: Browser) -> None:
    page = await ask(host_client, session=str(cast.session.id))
    await Export.update({Export.state: ExportState.FAILED}).where(Export.event == cast.event.id)
    shown = (await host_client.get(page)).text
    again = f"/desk/exports/new?event={cast.event.id}&amp;session={cast.session.id}"
    assert again in shown
    assert (await host_client.get(again.replace("&amp;", "&"))).status_code == 200


async def test_in_wechat_the_page_says_to_open_a_browser(cast: Cast, host_client: Browser) -> None:
    page = await ask(host_client, session=str(cast.session.id))
    assert "微信里存不了文件" not in (await host_client.get(page)).text
    assert "微信里存不了文件" in (await host_client.get(page, headers={"user-agent": WECHAT})).text


async def test_a_file_is_its_makers_alone(cast: Cast, host_client: Browser, lead_client: Browser, owner_client: Browser) -> None:
    page = await ask(host_client, session=str(cast.session.id))
    assert page in (await host_client.get("/desk/exports")).text
    for other in (lead_client, owner_client):
        assert page not in (await other.get("/desk/exports")).text
        assert (await other.get(page)).status_code == 404
        assert (await other.get(f"{page}/file")).status_code == 404
    await Staff.update({Staff.store: cast.west.id}).where(Staff.id == cast.east_host.id)
    assert page not in (await host_client.get("/desk/exports")).text
    assert (await host_client.get(f"{page}/file")).status_code == 404


async def test_after_a_day_it_is_gone(cast: Cast, host_client: Browser) -> None:
    page = await ask(host_client, session=str(cast.session.id))
    await Export.update({Export.created_at: clock.now() - timedelta(hours=25)}).where(Export.session == cast.session.id)
    assert (await host_client.get(page)).status_code == 404


async def test_a_whole_store_is_for_who_leads_it(cast: Cast, host_client: Browser, lead_client: Browser, owner_client: Browser) -> None:
    day = cast.session.starts_at.astimezone(make.ZONE).date().isoformat()
    whole = {"store": str(cast.east.id), "from_day": day, "until_day": day}
    assert (await host_client.get("/desk/exports/new")).status_code == 422
    assert (await host_client.post("/desk/exports", data={"what": "roster", "kind": "csv", **whole})).status_code == 422
    for client in (lead_client, owner_client):
        assert 'value="answers"' not in (await client.get("/desk/exports/new")).text
        page = await ask(client, **whole)
        assert len(rows((await client.get(f"{page}/file")).content)) == 3
    told = await lead_client.post("/desk/exports", data={"what": "answers", "kind": "csv", **whole})
    assert (told.status_code, "一个活动一个活动地导出" in told.text, f'value="{day}"' in told.text) == (422, True, True)
    missing = await lead_client.post("/desk/exports", data={"what": "roster", "kind": "csv", "store": whole["store"]})
    assert (missing.status_code, missing.text.count("这里还空着")) == (422, 3)


async def test_the_roster_and_the_event_lead_to_it(cast: Cast, app: Litestar, host_client: Browser) -> None:
    pages = (f"/desk/sessions/{cast.session.id}/registrations", f"/desk/events/{cast.event.id}")
    links = (f"/desk/exports/new?session={cast.session.id}", f"/desk/exports/new?event={cast.event.id}")
    async with await browser.of_staff(app, await make.staff(store=cast.east)) as peer:
        for page, link in zip(pages, links, strict=True):
            assert link in (await host_client.get(page)).text
            assert link not in (await peer.get(page)).text


async def test_the_trail_tells_what_was_taken_away(cast: Cast, host_client: Browser, lead_client: Browser) -> None:
    page = await ask(host_client, session=str(cast.session.id), what="roster")
    assert "下载了导出的文件" not in (await lead_client.get("/desk/audit")).text
    await host_client.get(f"{page}/file")
    trail = (await lead_client.get("/desk/audit")).text
    assert "导出了文件" in trail
    assert "下载了导出的文件" in trail
    assert trail.count("来的人 · 亲子做月饼") == 2
    assert "陈妈妈" not in trail


async def test_nothing_families_told_is_in_addresses_or_logs(cast: Cast, host_client: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    with structlog.testing.capture_logs() as said:
        page = await ask(host_client, session=str(cast.session.id))
        await host_client.get(page)
        file = await host_client.get(f"{page}/file")
    told = repr(said) + page + str(file.headers) + "".join(capsys.readouterr())
    assert "陈妈妈" in file.content.decode()
    for secret in ("陈妈妈", "林爸爸", cast.chens.phone):
        assert secret not in told
        assert secret not in unquote(told)
