from __future__ import annotations

import re

import pytest
from piccolo.table import Table

from events import db
from events.catalog.tables import QuestionKind, Session
from events.intake import families, intakes, lines
from events.intake.tables import Intake, IntakeLine, Source
from events.sheets import writing
from events.sheets.reading import Row
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send

RELAY = """#接龙
周六做月饼
1. 王妈妈 2大1小 6岁 13900139001
2. 李爸爸+1
好的谢谢
3. 赵阿姨 取消
"""


def new(session: Session) -> str:
    return f"/desk/sessions/{session.id}/intakes/new"


def page_of(intake: Intake) -> str:
    return f"/desk/intakes/{intake.id}"


async def last() -> Intake:
    row = await Intake.objects().order_by(Intake.id, ascending=False).first()
    assert row is not None
    return row


def names(page: str) -> list[str]:
    return re.findall(r'class="intake-who">.*?<strong>([^<]+)</strong>', page)


# Pasting


async def test_create_reads_a_relay_and_leads_to_its_review(cast: Cast, host_client: Browser) -> None:
    assert (await host_client.get(new(cast.session))).status_code == 200
    done = await host_client.post(f"/desk/sessions/{cast.session.id}/intakes", data={"act": "text", "text": RELAY})
    page = (await host_client.follow(done)).text
    assert done.headers["location"] == page_of(await last())
    assert names(page) == ["王妈妈", "李爸爸", "赵阿姨"]
    assert "读出 3 家，2 家要看一眼" in page


async def test_create_keeps_what_was_pasted_when_it_is_refused(cast: Cast, host_client: Browser) -> None:
    too_long = "家里来两位\n" * 501
    answer = await host_client.post(f"/desk/sessions/{cast.session.id}/intakes", data={"act": "text", "text": too_long})
    assert (answer.status_code, "太长了，一次最多 500 行" in answer.text, answer.text.count("家里来两位")) == (422, True, 501)
    assert await Intake.count() == 0


async def test_create_takes_a_table_and_leads_to_its_columns(cast: Cast, host_client: Browser) -> None:
    table = b"".join(writing.csv_pieces(["姓名", "手机", "大人", "孩子几岁"], [["王妈妈", "13900139001", 2, "5岁半"]]))
    address = f"/desk/sessions/{cast.session.id}/intakes"
    done = await send(host_client, address, files={"file": ("报名.csv", table, "text/csv")}, act="file")
    assert done.headers["location"] == f"{page_of(await last())}/columns"
    assert names((await host_client.get(page_of(await last()))).text) == ["王妈妈"]


@pytest.mark.parametrize(
    "files", [None, {"file": ("", b"", "application/octet-stream")}, {"file": ("一.xlsx", make.picture(), "image/png")}]
)
async def test_create_without_a_table_says_so_at_the_file(cast: Cast, host_client: Browser, files: object) -> None:
    answer = await send(host_client, f"/desk/sessions/{cast.session.id}/intakes", files=files, act="file")
    assert (answer.status_code, 'id="e-file"' in answer.text) == (422, True)


async def test_new_shows_what_is_still_open(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    assert f'href="{page_of(intake)}"' in (await host_client.get(new(cast.session))).text
    await intakes.close(intake, by=cast.east_host)
    assert f'href="{page_of(intake)}"' not in (await host_client.get(new(cast.session))).text


async def test_the_roster_leads_to_it_for_those_who_may(cast: Cast, host_client: Browser) -> None:
    roster = f"/desk/sessions/{cast.session.id}/registrations"
    assert f'href="{new(cast.session)}"' in (await host_client.get(roster)).text


# The review


async def test_show_says_how_each_line_was_read(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    page = (await host_client.get(page_of(intake))).text
    for words in ("2 大 1 小", "6 岁", "几位，有两种读法", "写了不来", "139****9001", "2. 李爸爸+1", "好的谢谢", "周六做月饼"):
        assert words in page, words
    assert re.findall(r'name="chosen" value="\d+"( checked)?', page) == [" checked", " checked", ""]


async def test_show_has_no_whole_phone_on_the_list(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, f"{RELAY}有事打13800138111\n", by=cast.east_host)
    page = (await host_client.get(page_of(intake))).text
    assert ("138****8111" in page, "13800138111" in page, "13900139001" in page) == (True, False, False)


async def test_show_marks_an_allergy_in_brick_and_a_note_quietly(cast: Cast, host_client: Browser) -> None:
    text = "1. 王妈妈 1大1小 6岁（对花生过敏）\n2. Lily 1 adult allergic to nuts\n3. 李奶奶 1大 没有过敏 腿脚慢"
    page = (await host_client.get(page_of(await make.relay(cast.session, text, by=cast.east_host)))).text
    found = re.findall(r'mark (mark-[a-z]+)">.*?<span>([^<]*)</span>', page)
    assert found == [("mark-no", "对花生过敏"), ("mark-no", "allergic to nuts"), ("mark-plain", "放进备注了，看一眼")]


async def test_show_chooses_no_child_without_an_age_and_says_what_to_do(cast: Cast, host_client: Browser) -> None:
    page = (await host_client.get(page_of(await make.relay(cast.session, "1. 王妈妈 1大1小", by=cast.east_host)))).text
    assert ("点「改」补上几岁" in page, re.findall(r'name="chosen" value="\d+"( checked)?', page)) == (True, [""])


async def test_show_has_no_whole_phone_in_a_note(cast: Cast, host_client: Browser) -> None:
    rows = [("姓名", "电话", "大人", "备注"), ("王妈妈", "13900139001/13800138111", "1", "晚到")]
    page = (await host_client.get(page_of(await make.families(cast.session, rows, by=cast.east_host)))).text
    assert ("139****9001/138****8111 晚到" in page, "13900139001" in page, "13800138111" in page) == (True, False, False)


async def test_show_tells_known_families_by_the_end_of_their_phone(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    intake = await make.relay(session, f"1. 孩子他爸 1大 {cast.chens.phone}\n2. {cast.lins.name} 1大", by=cast.east_host)
    page = (await host_client.get(page_of(intake))).text
    assert f"就是来过的 {cast.chens.name}，尾号 {cast.chens.phone[-4:]}" in page
    assert "同名的来过 1 家" in page


async def test_show_asks_whether_a_family_that_cancelled_gives_back(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, f"1. {cast.lins.name} 1大 取消", by=cast.east_host)
    page = (await host_client.get(page_of(intake))).text
    assert ("去退名额？" in page, f'href="/desk/registrations/{cast.lins_registration.id}"' in page) == (True, True)
    row = await Registration.objects().get(Registration.id == cast.lins_registration.id)
    assert row is not None
    assert row.state == State.PLACED  # nothing happens by itself


async def test_show_filters(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    found = {show: names((await host_client.get(f"{page_of(intake)}?show={show}")).text) for show in ("look", "left", "done", "nonsense")}
    assert found == {"look": ["李爸爸", "赵阿姨"], "left": ["赵阿姨"], "done": [], "nonsense": ["王妈妈", "李爸爸", "赵阿姨"]}


async def test_show_counts_what_is_chosen_against_what_is_left(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=4)
    intake = await make.relay(session, RELAY, by=cast.east_host)
    page = (await host_client.get(page_of(intake))).text
    assert ("勾了 2 家，要 4 个名额" in page, "还有 4 个名额" in page) == (True, True)
    await Session.update({Session.places: 3}).where(Session.id == session.id)
    assert "只有 3 个名额，其余排队" in (await host_client.get(page_of(intake))).text
    for name in ("A", "B", "C"):
        await make.registration(session, party=make.party(1, name=name))
    assert "满了，都先排队" in (await host_client.get(page_of(intake))).text


async def test_show_says_what_must_be_answered_and_is_not_there(cast: Cast, host_client: Browser) -> None:
    await make.question(cast.event.id, QuestionKind.TEXT, label="谁来接", is_required=True)
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    assert "谁来接。点「改」" in (await host_client.get(page_of(intake))).text


async def test_show_asks_as_often_for_forty_lines_as_for_one(cast: Cast, host_client: Browser) -> None:
    async def queries(count: int) -> int:
        session = await make.session(cast.event, places=count)
        intake = await make.relay(session, "\n".join(f"{n}. 邻居{n} 1大" for n in range(1, count * 2 + 1)), by=cast.east_host)
        await lines.choose(intake, ids := {row.id for row in await lines.of(intake.id)}, set(sorted(ids)[: count + 1]), by=cast.east_host)
        await families.register_all(intake, by=cast.east_host)  # some placed, one waits, the others open
        before = db.engine().get_query_id()
        for address in (page_of(intake), f"{page_of(intake)}/registrations"):
            assert (await host_client.get(address)).status_code == 200
        return db.engine().get_query_id() - before

    assert await queries(2) == await queries(20)


async def test_an_intake_of_another_store_is_not_there(cast: Cast, foreign_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    (row, *_rest) = await lines.of(intake.id)
    for address in (new(cast.session), page_of(intake), f"{page_of(intake)}/registrations", f"/desk/intake-lines/{row.id}"):
        assert (await foreign_client.get(address)).status_code == 404
    for address in ("registrations", "choices", "closure", "lines", "columns"):
        assert (await foreign_client.post(f"{page_of(intake)}/{address}", data={"position": "0"})).status_code == 404


# Signing up


async def ticked(intake: Intake) -> dict[str, list[str]]:
    """The form as it is drawn."""
    rows = await lines.of(intake.id)
    return {"shown": [str(row.id) for row in rows], "chosen": [str(row.id) for row in rows if row.is_chosen]}


async def test_register_says_what_became_of_each(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=3)
    intake = await make.relay(session, RELAY + "4. 孙妈妈 1大1小\n5. 钱妈妈 1大", by=cast.east_host)
    sun = next(str(row.id) for row in await lines.of(intake.id) if "孙妈妈" in row.raw)
    told = await ticked(intake)
    assert sun not in told["chosen"]  # a child without an age is ticked by hand alone
    done = await host_client.post(f"{page_of(intake)}/registrations", data={**told, "chosen": [*told["chosen"], sun]})
    page = (await host_client.follow(done)).text
    assert done.headers["location"] == f"{page_of(intake)}/registrations"
    assert names(page) == ["王妈妈", "李爸爸", "孙妈妈", "钱妈妈"]
    for words in ("报上了 1 家", "在排队 2 家", "没报上 1 家", "有名额了", "排第 1", "排第 2", "写上出生年月，或者几岁"):
        assert words in page, words
    (refused,) = [row for row in await lines.of(intake.id) if row.state == "refused"]
    assert f'href="/desk/intake-lines/{refused.id}"' in page
    signed_up = [row.registration for row in await lines.of(intake.id) if row.registration]
    assert [f'class="intake-go" href="/desk/registrations/{each}"' in page for each in signed_up] == [True] * 3
    assert f'href="/desk/sessions/{session.id}/registrations/new?line={refused.id}"' in page


async def test_register_twice_signs_up_once(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    intake = await make.relay(session, RELAY, by=cast.east_host)
    for _tap in range(2):
        assert (await host_client.post(f"{page_of(intake)}/registrations", data=await ticked(intake))).status_code == 303
    assert await Registration.count().where(Registration.session == session.id) == 2


async def test_register_takes_the_ticks_of_the_page(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event)
    intake = await make.relay(session, RELAY, by=cast.east_host)
    rows = await lines.of(intake.id)
    await host_client.post(f"{page_of(intake)}/registrations", data={"shown": [row.id for row in rows], "chosen": [rows[1].id, rows[2].id]})
    found = await Registration.select(Registration.name).where(Registration.session == session.id).order_by(Registration.id)
    assert [row["name"] for row in found] == ["李爸爸", "赵阿姨"]


async def test_choose_saves_ticks_and_stays_in_its_filter(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    rows = await lines.of(intake.id)
    done = await host_client.post(f"{page_of(intake)}/choices", data={"show": "look", "shown": [rows[1].id, rows[2].id], "chosen": []})
    assert done.headers["location"] == f"{page_of(intake)}?show=look"
    assert [row.is_chosen for row in await lines.of(intake.id)] == [True, False, False]


async def test_close_deletes_and_says_so(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    await families.register_all(intake, by=cast.east_host)
    page = (await host_client.follow(await host_client.post(f"{page_of(intake)}/closure"))).text
    assert ("看完了，原文删掉了" in page, names(page), "1 行没有报" in page) == (True, ["王妈妈", "李爸爸"], True)
    assert not re.search(r"\d 大", page)  # who came is deleted: a count would be a guess
    for row in await _all(Intake, IntakeLine):
        assert not {"王妈妈", "赵阿姨", "好的谢谢"} & {word for word in ("王妈妈", "赵阿姨", "好的谢谢") if word in str(row)}
    again = await host_client.post(f"{page_of(intake)}/registrations", data=await ticked(intake))
    assert (again.status_code, "原文已经删掉" in again.text) == (422, True)


async def _all(*tables: type[Table]) -> list[dict[str, object]]:
    return [row for table in tables for row in await table.select()]


async def test_results_show_what_a_registration_became_since(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, "1. 王妈妈 1大", by=cast.east_host)
    (row,) = await families.register_all(intake, by=cast.east_host)
    registration = await Registration.objects().get(Registration.id == row.registration)
    assert registration is not None
    await registrations.cancel(registration, by=cast.east_host)
    assert "退了" in (await host_client.get(f"{page_of(intake)}/registrations")).text


async def test_no_phone_in_an_address(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, RELAY, by=cast.east_host)
    for address in (page_of(intake), f"/desk/intake-lines/{(await lines.of(intake.id))[0].id}"):
        page = (await host_client.get(address)).text
        assert [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "139" in link] == []


async def test_a_table_of_events_has_pages_of_its_own(cast: Cast, host_client: Browser) -> None:
    rows = [Row(number, cells) for number, cells in enumerate([("活动名称", "日期", "名额"), ("剪纸鱼", "12月5日", "12")], 1)]
    plan = await intakes.start_sheet(Source.EVENTS, cast.east, None, rows, by=cast.east_host)
    (line, *_rest) = await lines.of(plan.id)
    answer = await host_client.get(page_of(plan))
    assert answer.headers["location"] == f"/desk/event-intakes/{plan.id}"
    assert (await host_client.get(f"{page_of(plan)}/columns")).status_code == 200
    for address in (f"{page_of(plan)}/registrations", f"/desk/intake-lines/{line.id}"):
        assert (await host_client.get(address)).status_code == 404
    filled = {"position": "0", "name": "王妈妈", "adults": "1"}
    for address in (*(f"{page_of(plan)}/{noun}" for noun in ("registrations", "lines", "choices")), f"/desk/intake-lines/{line.id}"):
        assert (await host_client.post(address, data=filled)).status_code == 404
