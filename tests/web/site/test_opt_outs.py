from __future__ import annotations

import pytest

from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.opt_outs import Level
from tests.browser import Browser
from tests.web.sending import send

PHONE, MAIL = Contact(Kind.SMS, "13800138000"), Contact(Kind.EMAIL, "lin@example.com")


async def level(contact: Contact) -> Level | None:
    return (await opt_outs.of([contact])).get(contact)


def page(contact: Contact) -> str:
    return f"/N/{opt_outs.code(contact)}"


@pytest.mark.parametrize(("contact", "shown", "hidden"), [(PHONE, "8000", "1380013"), (MAIL, "l…@example.com", "lin@")])
async def test_show_tells_whose_it_is_and_changes_nothing(anyone: Browser, contact: Contact, shown: str, hidden: str) -> None:
    text = (await anyone.get(page(contact))).text
    assert (shown in text, hidden in text, await level(contact)) == (True, False, None)


async def test_update_keeps_what_was_chosen_and_takes_it_back(anyone: Browser) -> None:
    await anyone.get(page(PHONE))
    for chosen, kept in (("reminders", Level.REMINDERS), ("all", Level.ALL), ("everything", None)):
        answer = await send(anyone, page(PHONE), level=chosen)
        assert (answer.status_code, answer.headers["location"], await level(PHONE)) == (303, page(PHONE), kept)
        assert f'value="{chosen}" checked' in (await anyone.get(page(PHONE))).text


async def test_update_of_something_else_is_refused(anyone: Browser) -> None:
    await anyone.get(page(PHONE))
    answer = await send(anyone, page(PHONE), level="some")
    assert (answer.status_code, "选一个" in answer.text, await level(PHONE)) == (422, True, None)


async def test_one_click_of_a_mail_program_stops_all_without_cookie_or_token(anyone: Browser) -> None:
    assert (await anyone.get(f"{page(MAIL)}/all")).headers["location"] == page(MAIL)
    assert await level(MAIL) is None
    anyone.cookies.clear()
    answer = await anyone.post(f"{page(MAIL)}/all", content="List-Unsubscribe=One-Click", headers={"X-CSRFToken": ""})
    assert (answer.status_code, answer.text, await level(MAIL)) == (200, "", Level.ALL)


async def test_a_made_up_address_is_not_there(anyone: Browser) -> None:
    for address in ("/N/abc", f"{page(PHONE)[:-1]}", "/N/abc/all"):
        assert (await anyone.get(address)).status_code == 404
