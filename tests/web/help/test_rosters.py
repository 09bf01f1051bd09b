from __future__ import annotations

from typing import Any

from events.checkin import arrivals, tickets
from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import Ticket
from events.signup import registrations
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.help.conftest import SECRETS
from web.help.pins import PLACE

LINE = {"t", "n", "name", "party", "find", "people", "says", "notes", "other", "same", "heads"}


async def roster_of(helper: Browser, cast: Cast) -> dict[str, Any]:
    answer = await helper.get(f"{PLACE}/{cast.session.id}/roster.json")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    said: dict[str, Any] = answer.json()
    return said


async def test_show_tells_the_host_what_it_keeps_from_a_helper(cast: Cast, helper: Browser, host_client: Browser) -> None:
    """The host's own roster has all of it: so none of it is missing by chance."""
    full = (await host_client.get(f"/door/{cast.session.id}/roster.json")).text
    cut = (await helper.get(f"{PLACE}/{cast.session.id}/roster.json")).text
    number = (await make.ticket_of(cast.chens_registration)).number
    told = [*SECRETS, number, cast.chens.phone[-4:], cast.east_host.name, "6 岁"]
    assert [words for words in told if words not in full and words != cast.east_host.name] == []
    assert [words for words in told if words in cut] == []


async def test_show_has_what_lets_a_ticket_be_answered(cast: Cast, chens: Ticket, helper: Browser, host_client: Browser) -> None:
    said = await roster_of(helper, cast)
    full = (await host_client.get(f"/door/{cast.session.id}/roster.json")).json()
    line = said["families"][chens.digest]
    assert set(said["families"]) == set(full["families"])
    assert line["says"] == full["families"][chens.digest]["says"]
    assert (line["name"], line["party"], line["n"], line["find"], line["notes"]) == ("陈**", "1 大 1 小", "", "", [])
    assert [(each["kind"], each["name"], each["age"], each["allergies"], each["diet"]) for each in line["people"]] == [
        ("adult", "大人", "", "", ""),
        ("child", "孩子", "", "", ""),
    ]
    assert [each["id"] for each in line["people"]] == [each["id"] for each in full["families"][chens.digest]["people"]]
    assert (said["may"], said["leads"], said["me"], said["heads"]["check"]) == ([], False, "小王", 0)


async def test_show_says_nothing_new_that_nobody_thought_of(cast: Cast, chens: Ticket, helper: Browser) -> None:
    """A field that is added to the host's line must be thought about here before a helper's phone gets it."""
    line = (await roster_of(helper, cast))["families"][chens.digest]
    assert {name for name, value in line.items() if value not in ("", [], None, False)} <= LINE
    assert set(line["people"][0]) - {"id", "name", "kind"} <= {name for name, value in line["people"][0].items() if not value}


async def test_show_lapses_with_the_link(cast: Cast, made: Made, helper: Browser) -> None:
    assert (await roster_of(helper, cast))["wipe_at"] == int(made.link.closes_at.timestamp() * 1000)


async def test_show_names_nobody_of_another_session_not_even_masked(cast: Cast, helper: Browser) -> None:
    later = await make.session(cast.event, starts_at=make.at(0, "15:00"))
    family = await make.registration(later, party=make.party(1, 1, name="何阿姨"))
    line = (await roster_of(helper, cast))["families"][(await make.ticket_of(family)).digest]
    assert (line["name"], line["people"], line["heads"], line["same"]) == ("", [], 2, False)
    assert line["other"]


async def test_changes_say_who_moved_and_not_who_let_them(cast: Cast, chens: Ticket, helper: Browser) -> None:
    people = [person.id for person in await registrations.people_of(cast.chens_registration.id)]
    at = (await roster_of(helper, cast))["at"]
    await arrivals.admit(chens, people, nonce=make.key(), by=cast.east_host)
    said = (await helper.get(f"{PLACE}/{cast.session.id}/changes.json?since={at}")).json()
    assert {int(id): (where, by) for id, (where, _at, by) in said["inside"].items()} == dict.fromkeys(people, (1, ""))
    again = (await roster_of(helper, cast))["inside"]
    assert {by for _where, _at, by in again.values()} == {""}


async def test_another_session_is_not_there(cast: Cast, helper: Browser) -> None:
    other = await make.session(cast.event, starts_at=make.at(0, "15:00"))
    for page in ("", "/roster.json", "/changes.json"):
        assert (await helper.get(f"{PLACE}/{other.id}{page}")).status_code == 404
        assert (await helper.get(f"{PLACE}/999999{page}")).status_code == 404


async def test_revoked_is_told_at_the_next_contact(cast: Cast, made: Made, helper: Browser) -> None:
    await helpers.revoke(made.link, cast.east_lead)
    for page in ("/roster.json", "/changes.json"):
        assert (await helper.get(f"{PLACE}/{cast.session.id}{page}")).status_code == 401
    assert (await helper.get(f"{PLACE}/{cast.session.id}")).status_code == 410


async def test_a_helpers_phone_opens_nothing_of_the_desk(cast: Cast, helper: Browser, host_client: Browser) -> None:
    """Even were its cookie sent along everywhere."""
    token = next(cookie.value for cookie in helper.cookies.jar if cookie.name == "linju_helper") or ""
    ticket = await make.ticket_of(cast.chens_registration)
    for cookie in ("linju_helper", "linju_staff", "linju_family"):
        helper.cookies.set(cookie, token, domain="127.0.0.1", path="/")
        for page in ("/desk", f"/desk/tickets/{ticket.id}", "/desk/staff", f"/door/{cast.session.id}", f"/door/{cast.session.id}/checks"):
            assert (await host_client.get(page)).status_code == 200
            answer = await helper.get(page)
            assert answer.status_code == 303, page
            assert answer.headers["location"].startswith("/desk/sign-in"), page
        assert (await helper.get(f"/door/{cast.session.id}/roster.json")).status_code == 401


async def test_staff_without_a_link_are_no_helpers(cast: Cast, made: Made, owner_client: Browser) -> None:
    assert (await owner_client.get(f"{PLACE}/{cast.session.id}")).status_code == 410


async def test_digests_are_the_tickets(chens: Ticket) -> None:
    assert chens.digest == tickets.digest(chens.secret)
