from __future__ import annotations

import re

from events.intake import families, lines, relays
from events.intake.readings import Child, Doubt
from events.intake.tables import IntakeLine
from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web.desk import intake_words


async def a_line(cast: Cast, said: str) -> IntakeLine:
    intake = await make.relay(await make.session(cast.event), f"1. {said}", by=cast.east_host)
    (row,) = await lines.of(intake.id)
    return row


def page_of(row: IntakeLine) -> str:
    return f"/desk/intake-lines/{row.id}"


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input class="input[^"]*"[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', page))


FILLED = {"act": "save", "name": "王妈妈", "phone": "139 0013 9001", "adults": "2", "children": "1", "age-0": "5", "note": ""}


async def test_edit_shows_the_line_as_it_was_read(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈 2大1小 5岁半 13900139001")
    page = (await host_client.get(page_of(row))).text
    assert fields(page) == {"name": "王妈妈", "phone": "13900139001", "adults": "2", "children": "1", "age-0": "5", "note": ""}
    assert "1. 王妈妈 2大1小 5岁半" in page


async def test_edit_shows_an_allergy_in_the_marks_colour_of_a_stop(cast: Cast, host_client: Browser) -> None:
    page = (await host_client.get(page_of(await a_line(cast, "王妈妈 1大1小 5岁 女孩，对花生过敏")))).text
    assert re.findall(r'mark mark-no">.*?<span>([^<]*)</span>', page) == ["对花生过敏"]


async def test_update_is_what_the_line_means_from_now_on(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈+1")
    done = await host_client.post(page_of(row), data=FILLED)
    assert done.headers["location"] == f"/desk/intakes/{row.intake}#line-{row.id}"
    reading = lines.load((await lines.current(row.id)).told)
    assert (reading.phone, reading.adults, reading.children, reading.doubts) == ("13900139001", 2, (Child(months=60),), ())


async def test_update_asks_an_age_for_each_child(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈 1大")
    answer = await host_client.post(page_of(row), data={**FILLED, "children": "2"})
    assert (answer.status_code, 'id="e-age-0"' in answer.text, 'id="e-age-1"' in answer.text) == (422, False, True)
    assert 'value="139 0013 9001"' in answer.text
    assert (await lines.current(row.id)).is_mended is False


async def test_update_keeps_the_half_year_that_was_told(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈 2大1小 5岁半")
    await host_client.post(page_of(row), data=FILLED)
    assert lines.load((await lines.current(row.id)).told).children == (Child(months=66, is_half_known=True),)


async def test_update_matches_a_family_of_the_store_and_no_other(cast: Cast, host_client: Browser) -> None:
    stranger = await make.household("陌生人")
    row = await a_line(cast, f"{cast.chens.name} 1大")
    assert f'name="family" value="{cast.chens.id}"' in (await host_client.get(page_of(row))).text
    await host_client.post(page_of(row), data={**FILLED, "family": str(cast.chens.id)})
    assert (await lines.current(row.id)).household == cast.chens.id
    await host_client.post(page_of(row), data={**FILLED, "family": str(stranger.id)})
    assert (await lines.current(row.id)).household is None


async def test_update_of_nobody_is_refused(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈 1大")
    answer = await host_client.post(page_of(row), data={**FILLED, "adults": "0", "children": "0", "name": ""})
    assert (answer.status_code, 'id="e-name"' in answer.text, 'id="e-adults"' in answer.text) == (422, True, True)


async def test_update_leaves_a_line_out(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈 1大")
    assert (await host_client.post(page_of(row), data={"act": "leave"})).status_code == 303
    assert ((await lines.current(row.id)).state, (await lines.current(row.id)).is_chosen) == ("left", False)


async def test_edit_of_what_is_signed_up_leads_to_the_family(cast: Cast, host_client: Browser) -> None:
    row = await families.register(await a_line(cast, "王妈妈 1大"), by=cast.east_host)
    answer = await host_client.get(page_of(row))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/registrations/{row.registration}")


async def test_create_makes_a_family_of_talk(cast: Cast, host_client: Browser) -> None:
    intake = await make.relay(cast.session, "#接龙\n做月饼\n1. 王妈妈 1大\n我们家也来谢谢", by=cast.east_host)
    talk = next(each for each in relays.rest_of(intake).talk if each.text == "我们家也来谢谢")
    page = (await host_client.get(f"/desk/intakes/{intake.id}")).text
    assert re.findall(r'name="position" value="(\d+)"', page) == [str(talk.position)]  # none beside "#接龙"
    done = await host_client.post(f"/desk/intakes/{intake.id}/lines", data={"position": str(talk.position)})
    page = (await host_client.follow(done)).text
    assert ("前面没有号" in page, f'name="position" value="{talk.position}"' in page) == (True, False)


# The whole form


async def test_the_whole_form_is_filled_in_and_makes_the_line_done(cast: Cast, host_client: Browser) -> None:
    asked = await make.question(cast.event.id, label="谁来接", is_required=True)
    row = await a_line(cast, "王妈妈 1大1小 6岁 13900139001")
    intake_session = (await Registration.raw("SELECT session FROM intake WHERE id = {}", row.intake))[0]["session"]
    page = (await host_client.get(f"/desk/sessions/{intake_session}/registrations/new?line={row.id}")).text
    assert ('value="王妈妈"' in page, f'name="key" value="{row.key}"' in page, f'name="line" value="{row.id}"' in page) == (True,) * 3
    assert re.findall(r'name="consent" value="[a-z]+" checked', page) == []  # the guardian is still to be asked
    told = {"act": "save", "key": row.key, "line": row.id, "adults": "1", "children": "1", "child-0-age": "6", "child-0-name": "小满"}
    filled = {**told, "consent": "given", "name": "王妈妈", "phone": "", f"q-{asked.id}": "外婆"}
    for _tap in range(2):
        done = await host_client.post(f"/desk/sessions/{intake_session}/registrations", data=filled)
        assert done.headers["location"] == f"/desk/intakes/{row.intake}/registrations"
    (made,) = await Registration.objects().where(Registration.session == intake_session)
    assert ((await lines.current(row.id)).state, (await lines.current(row.id)).registration) == ("done", made.id)


async def test_the_whole_form_of_another_sessions_line_is_not_there(cast: Cast, host_client: Browser) -> None:
    row = await a_line(cast, "王妈妈 1大")
    assert (await host_client.get(f"/desk/sessions/{cast.session.id}/registrations/new?line={row.id}")).status_code == 404
    data = {"act": "save", "line": row.id, "key": make.key(), "adults": "1", "children": "0", "name": "王妈妈", "phone": ""}
    assert (await host_client.post(f"/desk/sessions/{cast.session.id}/registrations", data=data)).status_code == 404


def test_every_doubt_has_words() -> None:
    assert set(intake_words.DOUBTS) == set(Doubt)
