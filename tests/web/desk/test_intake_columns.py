from __future__ import annotations

import re

from events.intake import families, intakes, lines
from events.intake.tables import Intake
from events.sheets import reading
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web.desk import intake_template

ROWS = [("家长", "电话", "大人", "谁来接"), ("王妈妈", "13900139001", "2", "外婆"), ("李爸爸", "", "1", "自己")]


async def a_table(cast: Cast) -> Intake:
    return await make.families(cast.session, ROWS, by=cast.east_host)


def chosen(page: str) -> list[str]:
    """What each select says."""
    selects = re.findall(r"<select.*?</select>", page, re.DOTALL)
    return [next(iter(re.findall(r'value="([^"]*)" selected', each)), "") for each in selects]


async def test_edit_shows_the_guess_with_what_stands_in_each_column(cast: Cast, host_client: Browser) -> None:
    asked = await make.question(cast.event.id, label="谁来接")
    intake = await a_table(cast)
    page = (await host_client.get(f"/desk/intakes/{intake.id}/columns")).text
    assert chosen(page) == ["name", "phone", "adults", f"q-{asked.id}"]
    assert ("王妈妈、李爸爸" in page, "2 行" in page) == (True, True)


async def test_update_reads_anew(cast: Cast, host_client: Browser) -> None:
    intake = await a_table(cast)
    said = {"column-0": "note", "column-1": "phone", "column-2": "adults", "column-3": "name"}
    done = await host_client.post(f"/desk/intakes/{intake.id}/columns", data=said)
    assert done.headers["location"] == f"/desk/intakes/{intake.id}"
    assert [lines.load(row.told).name for row in await lines.of(intake.id)] == ["外婆", "自己"]


async def test_update_is_refused_once_a_row_is_signed_up(cast: Cast, host_client: Browser) -> None:
    intake = await a_table(cast)
    await families.register_all(intake, by=cast.east_host)
    answer = await host_client.post(f"/desk/intakes/{intake.id}/columns", data={"column-0": "name"})
    assert (answer.status_code, "列不能再换" in answer.text) == (422, True)


async def test_a_relay_and_a_closed_table_have_no_columns(cast: Cast, host_client: Browser) -> None:
    relay, table = await make.relay(cast.session, "1. 王妈妈 1大", by=cast.east_host), await a_table(cast)
    await intakes.close(table, by=cast.east_host)
    for intake in (relay, table):
        assert (await host_client.get(f"/desk/intakes/{intake.id}/columns")).status_code == 404
        assert (await host_client.post(f"/desk/intakes/{intake.id}/columns", data={"column-0": "name"})).status_code == 404


async def test_the_template_comes_back_as_it_was_meant(cast: Cast, host_client: Browser) -> None:
    """Its heads are all known in either language, and its example is no family."""
    asked = await make.question(cast.event.id, label="谁来接")
    meant = ["name", "phone", "adults", "children", "age", "allergies", "note", f"q-{asked.id}"]
    for language in ("zh", "en"):
        host_client.cookies.set("linju_look", f"{language}..", domain="127.0.0.1")
        answer = await host_client.get(f"/desk/sessions/{cast.session.id}/intakes/families.xlsx")
        assert (answer.headers["content-type"], "families.xlsx" in answer.headers["content-disposition"]) == (intake_template.XLSX, True)
        rows = reading.read(answer.content)
        family = reading.Row(3, ("王妈妈", "13900139001", "2", "1", "6", "", "晚到", "外婆"))
        intake = await intakes.start_families(cast.session, [*rows, family], by=cast.east_host)
        assert intakes.said_of(intake) == meant
        (row,) = await lines.of(intake.id)
        told = lines.load(row.told)
        assert (told.name, told.doubts, told.answers) == ("王妈妈", (), {asked.id: "外婆"})
