"""The family's own page: what we keep of it, its people, its devices."""

from __future__ import annotations

from litestar import Litestar

from events import clock, db
from events.catalog import texts
from events.catalog.tables import TextKind
from events.people import households, members, opt_outs, sign_ins
from events.people.contacts import Contact, Kind
from events.people.members import Known
from events.people.opt_outs import Level
from events.people.tables import Household
from events.signup.tables import Registration
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast


async def family(cast: Cast) -> Household:
    row = await households.of(cast.chens.id)
    assert row is not None
    return row


async def test_index_shows_a_device_of_nobody_the_way_to_its_family(anyone: Browser) -> None:
    page = await anyone.get("/my/family")
    assert page.status_code == 200
    assert 'href="/my/family/device"' in page.text


async def test_home_leads_to_the_family(family_client: Browser, anyone: Browser) -> None:
    for one in (family_client, anyone):
        assert 'href="/my/family"' in (await one.get("/my")).text


async def test_remember_keeps_the_version_of_the_text_that_was_shown(cast: Cast, family_client: Browser) -> None:
    before = (await family_client.get("/my/family")).text
    assert ("要不要记住你们家" in before, "加一个孩子" in before) == (True, False)
    answer = await browser.post(family_client, "/my/family/remembrance", page="/my/family")
    after = await family_client.follow(answer)
    text = await texts.current(cast.east.id, TextKind.PRIVACY)
    row = await family(cast)
    assert (row.remember_text, row.remembered_at is not None) == (text.id, True)
    assert ("要不要记住你们家" in after.text, "加一个孩子" in after.text, "您看的是第 1 版说明" in after.text) == (False, True, True)


async def test_index_names_the_version_agreed_to_and_not_the_latest(cast: Cast, family_client: Browser) -> None:
    await browser.post(family_client, "/my/family/remembrance", page="/my/family")
    await texts.publish(cast.east, TextKind.PRIVACY, "新的说明", "A new text", by=cast.owner)
    assert "您看的是第 1 版说明" in (await family_client.get("/my/family")).text


async def test_index_shows_the_familys_people_and_nobody_elses(cast: Cast, family_client: Browser, other_family_client: Browser) -> None:
    await members.remember(cast.chens.id, [Known(is_child=True, name="小满", allergies="花生")], None)
    await members.remember(cast.lins.id, [Known(is_child=False, name="林外婆")], None)
    chens, lins = (await family_client.get("/my/family")).text, (await other_family_client.get("/my/family")).text
    assert ("小满" in chens, "花生" in chens, "林外婆" in chens) == (True, True, False)
    assert ("小满" in lins, "林外婆" in lins) == (False, True)


async def test_index_asks_as_often_for_three_people_as_for_one(cast: Cast, family_client: Browser) -> None:
    async def queries() -> int:
        before = db.engine().get_query_id()
        assert (await family_client.get("/my/family")).status_code == 200
        return db.engine().get_query_id() - before

    await members.remember(cast.chens.id, [Known(is_child=True, name="小满")], None)
    few = await queries()
    await members.remember(cast.chens.id, [Known(is_child=True, name="小圆"), Known(is_child=False, name="外婆")], None)
    assert await queries() == few


async def test_forget_erases_at_once_and_leaves_the_sign_up(cast: Cast, family_client: Browser) -> None:
    await members.remember(cast.chens.id, [Known(is_child=True, name="小满")], None)
    answer = await browser.post(family_client, "/my/family/oblivion", page="/my/family")
    page = await family_client.follow(answer)
    assert ("小满" in page.text, "要不要记住你们家" in page.text) == (False, True)
    row = await family(cast)
    assert (row.phone, row.remembered_at is None, await members.of(cast.chens.id)) == ("", True, [])
    assert f"/my/registrations/{cast.chens_registration.id}" in (await family_client.get("/my")).text


async def test_sign_out_ends_every_device_but_this(app: Litestar, cast: Cast, family_client: Browser) -> None:
    async with await browser.of_family(app, cast.chens) as lost:
        answer = await browser.post(family_client, "/my/family/devices/sign-out", page="/my/family")
        assert answer.status_code == 303
        assert "/my/registrations/" not in (await lost.get("/my")).text
    assert "/my/registrations/" in (await family_client.get("/my")).text
    assert await sign_ins.devices_of_household(cast.chens.id) == 1


async def test_merge_is_offered_once_both_proved_the_same_phone(cast: Cast, family_client: Browser, other_family_client: Browser) -> None:
    """The Lins are the Chens' other phone: nobody knows before both showed that the number is theirs."""
    await other_family_client.post("/my/family/merger")
    assert "并成一家" not in (await other_family_client.get("/my/family")).text
    for household, client in ((cast.chens, family_client), (cast.lins, other_family_client)):
        typed = {"contact": cast.chens.phone, "code": await make.one_time_code(cast.chens.phone, household=household)}
        assert (await client.post("/my/family/contact/proof", data=typed)).status_code == 303
    assert "并成一家" in (await other_family_client.get("/my/family")).text
    merged = await browser.post(other_family_client, "/my/family/merger", page="/my/family")
    assert merged.status_code == 303
    active = await Registration.objects().where((Registration.session == cast.session.id) & (Registration.state != "cancelled"))
    assert {row.household for row in active} == {cast.lins.id}
    theirs, ours = (await family_client.get("/my")).text, (await other_family_client.get("/my")).text
    assert [f"/my/registrations/{row.id}" in page for row in active for page in (theirs, ours)] == [True] * 2 * len(active)


async def test_index_leads_to_what_is_sent_to_a_proven_phone_alone(cast: Cast, family_client: Browser) -> None:
    await Household.update({Household.email: "lin@example.com"}).where(Household.id == cast.chens.id)
    assert "/N/" not in (await family_client.get("/my/family")).text
    await Household.update({Household.phone_proven_at: clock.now()}).where(Household.id == cast.chens.id)
    contact = Contact(Kind.SMS, cast.chens.phone)
    text = (await family_client.get("/my/family")).text
    assert (text.count("/N/"), f"/N/{opt_outs.code(contact)}" in text, "不发提醒" in text) == (1, True, False)
    await opt_outs.choose(contact, Level.REMINDERS)
    assert "不发提醒" in (await family_client.get("/my/family")).text


async def test_the_private_page_leads_there_too(cast: Cast, family_client: Browser, anyone: Browser) -> None:
    page = f"/M/{cast.chens_registration.secret}"
    assert "/N/" not in (await anyone.get(page)).text
    await Household.update({Household.phone_proven_at: clock.now()}).where(Household.id == cast.chens.id)
    assert f"/N/{opt_outs.code(Contact(Kind.SMS, cast.chens.phone))}" in (await anyone.get(page)).text
