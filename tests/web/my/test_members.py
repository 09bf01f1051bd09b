from __future__ import annotations

from datetime import date

from events import clock
from events.people import households, members
from events.people.members import Known
from tests import browser
from tests.browser import Browser
from tests.cast import Cast

MAY = date(2020, 5, 1)
NEW = "/my/family/people/new?kind=child"


async def told(cast: Cast) -> list[tuple[bool, str, date | None]]:
    return [(each.is_child, each.name, each.birth_month) for each in await members.of(cast.chens.id)]


async def test_create_adds_a_child_and_an_adult(cast: Cast, family_client: Browser) -> None:
    await households.remember(cast.chens.id, None)
    child = {"kind": "child", "name": "小满", "year": "2020", "month": "5", "allergies": "花生"}
    adult = {"kind": "adult", "name": "外婆", "diet": "不吃辣"}
    for typed in (child, adult):
        page = await family_client.follow(await browser.post(family_client, "/my/family/people", typed, page=NEW))
        assert typed["name"] in page.text
    assert await told(cast) == [(False, "外婆", None), (True, "小满", MAY)]


async def test_create_takes_an_age_instead_of_a_month(cast: Cast, family_client: Browser) -> None:
    await households.remember(cast.chens.id, None)
    await browser.post(family_client, "/my/family/people", {"kind": "child", "name": "小满", "age": "6"}, page=NEW)
    (child,) = await members.of(cast.chens.id)
    assert child.is_birth_month_approximate
    assert 'value="6"' in (await family_client.get(f"/my/family/people/{child.id}")).text


async def test_create_says_all_that_is_wrong_and_keeps_what_was_typed(cast: Cast, family_client: Browser) -> None:
    await households.remember(cast.chens.id, None)
    typed = {"kind": "child", "name": "", "year": str(clock.now().year + 1), "month": "5", "allergies": "花" * 201, "diet": "不吃辣"}
    page = await browser.post(family_client, "/my/family/people", typed, page=NEW)
    assert page.status_code == 422
    assert [f'id="e-{name}"' in page.text for name in ("name", "born", "allergies", "diet")] == [True, True, True, False]
    assert 'value="不吃辣"' in page.text
    assert await told(cast) == []


async def test_create_is_refused_to_a_family_that_is_not_remembered(family_client: Browser) -> None:
    page = await browser.post(family_client, "/my/family/people", {"kind": "adult", "name": "外婆"}, page=NEW)
    assert (page.status_code, "先点「记住我们家」" in page.text) == (422, True)


async def test_update_and_destroy_are_for_the_family_alone(cast: Cast, family_client: Browser, other_family_client: Browser) -> None:
    await members.remember(cast.chens.id, [Known(is_child=True, name="小满", birth_month=MAY)], None)
    (child,) = await members.of(cast.chens.id)
    at = f"/my/family/people/{child.id}"
    for address in (at, f"{at}/removal"):
        assert (await other_family_client.post(address, data={"name": "别人", "year": "2020", "month": "5"})).status_code == 404
    assert (await other_family_client.get(at)).status_code == 404
    changed = await browser.post(family_client, at, {"name": "满满", "year": "2020", "month": "5", "kind": "adult"}, page=at)
    assert (changed.status_code, await told(cast)) == (303, [(True, "满满", MAY)])  # a child stays one
    gone = await browser.post(family_client, f"{at}/removal", page=at)
    assert (gone.status_code, await told(cast)) == (303, [])
    assert (await family_client.get(at)).status_code == 404
