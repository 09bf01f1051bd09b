from __future__ import annotations

import re

from events.catalog.tables import Event, Kind, QuestionKind, Session
from events.people.tables import Household
from events.signup import answers, capacity, placing, registrations
from events.signup.people import party_of
from events.signup.tables import Registration, State
from tests import make
from tests.web.my.conftest import Reach, Visit

PHONE = "13800138000"


async def family(session: Session | None = None, *, household: Household | None = None) -> Registration:
    """A mother with 小满 and 小雨."""
    people = (make.adult(), make.child("小满", allergies="花生"), make.child("小雨"))
    return await make.registration(session, party=make.party(people=people, phone=PHONE), household=household)


async def ids(registration: Registration) -> dict[str, str]:
    """Attendees by name; the mother has none."""
    return {person.name: str(person.id) for person in await registrations.people_of(registration.id)}


async def names(registration: Registration) -> list[str]:
    return [person.name for person in await registrations.people_of(registration.id)]


def typed(page: str) -> dict[str, str]:
    """What a browser would send of a form drawn: hidden and text fields, chosen options, ticked boxes."""
    form = page[page.index('<form class="stack" id="signup"') :].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input [^>]+>", form):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and (("radio" not in tag and "checkbox" not in tag) or " checked" in tag) and " disabled" not in tag:
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected>', options)
        found[name] = chosen[1] if chosen else ""
    return {name: value for name, value in found.items() if not name.startswith("_")}


async def untouched(visit: Visit) -> dict[str, str]:
    return typed(await visit.page("/edit"))


async def test_edit_is_filled_in_and_saving_it_untouched_changes_nothing(reach: Reach) -> None:
    row = await family()
    before = await party_of(row)
    visit = await reach(row)
    form = await untouched(visit)
    assert (form["child-0-name"], form["child-0-allergies"], form["child-1-name"], form["consent"]) == ("小满", "花生", "小雨", "given")
    assert "改好了" in await visit.does("/edit", **form, act="save")
    assert await party_of(row) == before


async def test_update_keeps_who_stays_and_changes_what_was_told(reach: Reach) -> None:
    row = await family()
    visit = await reach(row)
    before = await ids(row)
    await visit.does("/edit", **{**await untouched(visit), "child-0-diet": "不吃猪肉", "note": "外婆来接", "act": "save"})
    people = await registrations.people_of(row.id)
    assert await ids(row) == before
    assert [person.diet for person in people] == ["", "不吃猪肉", ""]
    assert (await placing.current(row.id)).note == "外婆来接"


async def test_update_with_a_child_less_gives_its_place_back(reach: Reach) -> None:
    row = await family()
    visit = await reach(row)
    less = await visit.send("/edit", **await untouched(visit), act="drop_child:0")
    assert less.status_code == 200
    assert await names(row) == ["", "小满", "小雨"]  # nothing saved yet
    await visit.does("/edit", **typed(less.text), act="save")
    assert await names(row) == ["", "小雨"]


async def test_update_that_breaks_a_rule_says_so_beside_the_field_and_keeps_what_was_typed(reach: Reach) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY, children_per_adult=2))
    visit = await reach(await family(session))
    page = await visit.refused("/edit", **{**await untouched(visit), "adults": "0", "note": "自己来", "act": "save"})
    assert 'id="e-people"' in page
    assert 'value="自己来"' in page


async def test_update_gets_more_places_only_while_there_are_some(reach: Reach) -> None:
    row = await family(await make.session(places=3))
    visit = await reach(row)
    page = await visit.refused("/edit", **{**await untouched(visit), "adults": "2", "act": "save"})
    assert "加不了这么多" in page
    assert (await capacity.count(row.session)).taken == 3


async def test_update_believes_no_number_that_is_not_the_familys(reach: Reach) -> None:
    """A person's id in the form is a hidden field, and anybody may write another one into it."""
    theirs, row = await family(), await family()
    visit = await reach(row)
    await visit.does("/edit", **{**await untouched(visit), "child-0-id": (await ids(theirs))["小满"], "child-0-name": "坏", "act": "save"})
    assert await names(theirs) == ["", "小满", "小雨"]
    assert sorted(await names(row)) == ["", "坏", "小雨"]


async def test_questions_are_answered_again_and_one_that_becomes_due_is_asked_next(reach: Reach) -> None:
    event: Event = await make.event()
    car = await make.question(event.id, QuestionKind.YES_NO, label="要停车位吗", is_required=True)
    plate = await make.question(event.id, QuestionKind.TEXT, label="车牌号", after=car.id, after_value="yes", is_required=True)
    session = await make.session(event)
    row = await make.registration(session, party=make.party(answers={car.id: ("no",)}))
    visit = await reach(row)
    form = await untouched(visit)
    assert (form[f"q-{car.id}"], f"q-{plate.id}" in form.get("shown", "")) == ("no", False)
    more = await visit.send("/edit", **{**form, f"q-{car.id}": "yes", "act": "save"})
    assert more.status_code == 200
    assert "还要问 1 句" in more.text
    left_open = await visit.refused("/edit", **{**typed(more.text), "shown": f"q-{plate.id}", "act": "save"})
    assert f'id="e-q-{plate.id}"' in left_open
    await visit.does("/edit", **{**typed(more.text), f"q-{plate.id}": "沪A12345", "act": "save"})
    told = {each.question: each.text for each in (await answers.of([row.id]))[row.id]}
    assert told == {car.id: "yes", plate.id: "沪A12345"}


async def test_a_private_link_tells_of_nobody_else_in_the_family(reach: Reach) -> None:
    household = await make.household()
    known = make.party(people=(make.adult(), make.child("小满"), make.child("小雨")))
    await make.remembered(household, known)
    row = await make.registration(party=make.party(people=(make.adult(), make.child("小满"))), household=household)
    visit = await reach(row)
    page = await visit.page("/edit")
    assert "小满" in page
    assert ("小雨" in page) is visit.start.startswith("/my")


async def test_wishes_of_a_family_that_waits(reach: Reach) -> None:
    session = await make.session(places=1)
    await make.registration(session)
    row = await make.registration(session, adults=2)
    visit = await reach(row)
    assert "一空出来就按顺序给你们留上" in await visit.page()
    page = await visit.does("/wishes", at_once="no", split="1")
    assert "轮到了给你们留着，等您回一句话" in page
    now = await placing.current(row.id)
    assert (now.is_at_once, now.can_split, await names(row)) == (False, True, ["", ""])


async def test_give_back_lets_one_go_and_the_others_come(reach: Reach) -> None:
    row = await family()
    visit = await reach(row)
    assert "小雨" in await visit.page("/give-back")
    gone = (await ids(row))["小雨"]
    for _tap in range(2):
        assert "报上了" in await visit.does("/give-back", people=gone)
        assert await names(row) == ["", "小满"]


async def test_give_back_of_everybody_cancels(reach: Reach) -> None:
    row = await family()
    visit, everybody = await reach(row), list((await ids(row)).values())
    for _tap in range(2):
        assert "名额退了" in await visit.does("/give-back", people=everybody)


async def test_give_back_of_nobody_or_of_one_too_many_is_refused(reach: Reach) -> None:
    session = await make.session(await make.event(kind=Kind.FAMILY, children_per_adult=1))
    people = (make.adult(), make.adult(), make.child("小满"), make.child("小雨"))
    row = await make.registration(session, party=make.party(people=people))
    visit = await reach(row)
    assert "先勾上谁不来了" in await visit.refused("/give-back")
    mother = str((await registrations.people_of(row.id))[0].id)
    page = await visit.refused("/give-back", people=mother)
    assert "还差 1 个大人" in page
    assert f'value="{mother}" checked' in page


async def test_move_goes_to_another_session_at_once_where_there_is_room(reach: Reach) -> None:
    event = await make.event()
    here, there = await make.session(event), await make.session(event, starts_at=make.at(8))
    row = await family(here)
    visit = await reach(row)
    assert f'value="{there.id}"' in await visit.page("/move")
    for _tap in range(2):
        assert "报上了" in await visit.does("/move", session=str(there.id))
    assert ((await capacity.count(here.id)).taken, (await capacity.count(there.id)).taken) == (0, 3)
    old = await visit.page()
    assert "换到另一场了" in old
    assert "去看那张票" in old


async def test_a_full_session_is_waited_for_with_the_old_place_kept(reach: Reach) -> None:
    event = await make.event()
    here, there = await make.session(event), await make.session(event, starts_at=make.at(8), places=3)
    others = await make.registration(there, adults=3)
    row = await family(here)
    visit = await reach(row)
    assert f'value="wait-{there.id}"' in await visit.page("/move")
    for _tap in range(2):
        assert "原来那场还给你们留着" in await visit.does("/move", session=f"wait-{there.id}")
    assert "还在排另一场" in await visit.page()
    await registrations.cancel(others)
    assert "换到另一场了" in await visit.page()


async def test_move_does_not_open_another_registration_of_the_family(reach: Reach) -> None:
    """What a private link of one registration may not lead to."""
    event = await make.event()
    household = await make.household()
    row = await make.registration(await make.session(event), household=household)
    there = await make.session(event, starts_at=make.at(8))
    await make.registration(there, household=household)
    assert "已经报过了" in await (await reach(row)).refused("/move", session=str(there.id))


async def test_move_to_a_session_that_filled_up_meanwhile_asks_again(reach: Reach) -> None:
    event = await make.event()
    here, there = await make.session(event), await make.session(event, starts_at=make.at(8), places=3)
    row = await family(here)
    visit = await reach(row)
    assert f'value="{there.id}"' in await visit.page("/move")
    await make.registration(there, adults=3)
    page = await visit.refused("/move", session=str(there.id))
    assert "那一场位子不够" in page
    assert f'value="wait-{there.id}"' in page
    assert (await placing.current(row.id)).state == State.PLACED
    assert "选一个" in await visit.refused("/move")


async def test_after_the_deadline_every_page_leads_to_the_store(reach: Reach) -> None:
    event = await make.event(changes_minutes=9 * 24 * 60)
    await make.session(event, starts_at=make.at(20))
    row = await family(await make.session(event))
    visit = await reach(row)
    page = await visit.page()
    assert "过了自己能改的时间" in page
    assert 'href="tel:021-55550100"' in page
    assert "计划变了" not in page
    for at in ("/edit", "/give-back", "/move"):
        answer = await visit.phone.get(f"{visit.start}{at}")
        assert answer.headers["location"] == visit.start
    for at in ("/edit", "/give-back", "/move", "/cancellation", "/wishes"):
        assert "过了能改的时间" in await visit.refused(
            at, people="1", session=str(row.session), adults="1", children="0", name="陈", phone=PHONE
        )
    assert await names(row) == ["", "小满", "小雨"]


async def test_a_registration_that_is_gone_cannot_be_changed(reach: Reach) -> None:
    row = await family()
    visit = await reach(row)
    form = await untouched(visit)
    await visit.send("/cancellation")
    page = await visit.refused("/edit", **form, act="save")
    assert "已经退了" in page
