from __future__ import annotations

from typing import Any

import pytest

from events.checkin.helping import helper_acts, helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import Ticket
from events.people.tables import Audit
from events.signup import registrations
from events.signup.tables import Registration, State
from tests import make
from tests.browser import TOKEN, Browser
from tests.cast import Cast
from tests.web.help.conftest import SECRETS
from web.help.pins import PLACE


async def search(helper: Browser, cast: Cast, typed: str) -> dict[str, Any]:
    answer = await helper.post(f"{PLACE}/{cast.session.id}/search.json", json={"find": typed})
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


async def test_create_finds_by_name_initials_phone_and_number_and_names_nobody(cast: Cast, chens: Ticket, helper: Browser) -> None:
    found = [{"digest": chens.digest, "name": "陈**", "party": "1 大 1 小", "word": "可以进"}]
    for typed in ("陈妈", "小满", "cmm", cast.chens.phone[-4:], chens.number, f"{chens.number[:3]} {chens.number[3:]}"):
        assert await search(helper, cast, typed) == {"found": found, "say": ""}, typed


async def ouyang(cast: Cast) -> Registration:
    """One more family, which the host signed up."""
    made = await registrations.register(cast.session, make.party(name="欧阳娜娜"), household=None, key=make.key(), by=cast.east_host)
    return made.registration


@pytest.mark.parametrize("typed", ["", "陈", "c", "123", "%%", "\0", "没有这家"])
async def test_create_tells_nothing_for_too_little(cast: Cast, helper: Browser, typed: str) -> None:
    assert (await search(helper, cast, typed))["found"] == []


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"find": 7}'])
async def test_create_reads_what_is_no_question_as_an_empty_one(cast: Cast, helper: Browser, body: bytes) -> None:
    answer = await helper.post(f"{PLACE}/{cast.session.id}/search.json", content=body)
    assert (answer.status_code, answer.json()["found"]) == (200, [])


async def test_create_shows_one_screen_at_most(cast: Cast, helper: Browser) -> None:
    for _family in range(10):
        await ouyang(cast)
    found = (await search(helper, cast, "欧阳"))["found"]
    assert len(found) == 8
    assert {each["name"] for each in found} == {"欧**"}


async def test_create_finds_nobody_of_another_session(cast: Cast, helper: Browser) -> None:
    later = await make.session(cast.event, starts_at=make.at(0, "15:00"))
    await make.registration(later, party=make.party(name="欧阳娜娜"))
    assert (await search(helper, cast, "欧阳"))["found"] == []


async def test_create_says_where_a_family_without_a_place_stands(cast: Cast, helper: Browser) -> None:
    full = await ouyang(cast)
    await full.update_self({Registration.state: State.WAITING})
    (found,) = (await search(helper, cast, "欧阳"))["found"]
    assert found["word"] == "还在排队"


async def test_create_is_on_record_whatever_it_finds(cast: Cast, made: Made, helper: Browser) -> None:
    for typed in ("陈妈", "没有", ""):
        await search(helper, cast, typed)
    rows = await Audit.objects().where(Audit.act == "helper.searched")
    assert {(row.staff, row.store, row.subject, row.subject_id) for row in rows} == {
        (made.link.staff, cast.east.id, "session", cast.session.id)
    }
    assert len(rows) == 3


async def test_create_is_slowed(cast: Cast, helper: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helper_acts, "SEARCHES", 3)
    for _try in range(3):
        assert (await search(helper, cast, "陈妈"))["found"]
    slowed = await search(helper, cast, "陈妈")
    assert slowed["found"] == []
    assert "试得太多了" in slowed["say"]


async def test_create_is_for_an_open_link_and_its_own_session(cast: Cast, made: Made, helper: Browser, anyone: Browser) -> None:
    other = await make.session(cast.event, starts_at=make.at(0, "15:00"))
    asked = {"find": "陈妈"}
    assert (await anyone.post(f"{PLACE}/{cast.session.id}/search.json", json=asked)).status_code == 401
    assert (await helper.post(f"{PLACE}/{other.id}/search.json", json=asked)).status_code == 404
    assert (await helper.post(f"{PLACE}/{cast.session.id}/search.json", json=asked, headers={TOKEN: "forged"})).status_code == 403
    await helpers.revoke(made.link, cast.east_host)
    assert (await helper.post(f"{PLACE}/{cast.session.id}/search.json", json=asked)).status_code == 401
    assert not await Audit.exists().where(Audit.act == "helper.searched")


async def test_nothing_of_the_family_is_in_what_it_answers(cast: Cast, helper: Browser) -> None:
    answer = await helper.post(f"{PLACE}/{cast.session.id}/search.json", json={"find": "陈妈"})
    assert not any(words in answer.text for words in (*SECRETS, cast.chens.phone[-4:]))
