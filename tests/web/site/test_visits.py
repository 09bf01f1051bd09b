"""The gate, the flat and whom to call: families with places and staff read them, nobody else, wherever they look."""

from __future__ import annotations

from typing import Any

import pytest
from litestar import Litestar
from piccolo.columns import Column

from events.announce import announcements
from events.catalog.tables import Compound, Event, Kind, Session, SessionState, Venue
from events.signup import registrations
from events.signup.tables import Ending, Registration, State
from tests import browser, make
from tests.browser import Browser
from tests.cast import Cast
from tests.web import world
from tests.web.world import World

GATE, FLAT, CONTACT, PHONE, SPACED = "南门登记说去会所", "3 号楼 2 单元 502", "开门的王阿姨", "13800138071", "138 0013 8071"
SECRETS = (GATE, FLAT, CONTACT, PHONE, SPACED)
TOLD: dict[Column | str, Any] = {Session.flat: FLAT, Session.contact: CONTACT, Session.contact_phone: PHONE}


async def in_a_flat(cast: Cast) -> None:
    """The cast's session is a visit, and so is every other one there is."""
    compound = await make.compound(cast.east, gate_note=GATE)
    venue = await make.venue(compound=compound)
    await Event.update({Event.kind: Kind.VISIT, Event.chef: "罗师傅"}, force=True)
    await Session.update({**TOLD, Session.venue: venue.id}, force=True)


def unfolded(text: str) -> str:
    """Calendar files fold long lines."""
    return text.replace("\r\n ", "").replace("\n ", "").replace("\\,", ",")


def shown(text: str) -> set[str]:
    return {secret for secret in SECRETS if secret in unfolded(text)}


@pytest.fixture
async def visit(cast: Cast) -> Cast:
    await in_a_flat(cast)
    return cast


async def surfaces(client: Browser, registration: Registration) -> dict[str, str]:
    """The family's own: on its device, by its private link, in its calendar by either way."""
    own, private = f"/my/registrations/{registration.id}", f"/M/{registration.secret}"
    pages = (own, private, f"{own}/calendar.ics", f"{private}/calendar.ics")
    return {page: (await client.get(page)).text for page in pages}


async def test_a_family_with_places_reads_it_everywhere_it_has(visit: Cast, family_client: Browser) -> None:
    pages = await surfaces(family_client, visit.chens_registration)
    assert {page: shown(text) - {PHONE} for page, text in pages.items()} == {page: set(SECRETS) - {PHONE} for page in pages}
    assert [f'href="tel:{PHONE}"' in text for text in pages.values()] == [True, True, False, False]
    entry = unfolded(list(pages.values())[2])
    assert FLAT in entry.partition("LOCATION:")[2].splitlines()[0]


@pytest.mark.parametrize("state", [State.WAITING, State.PENDING, State.OFFERED, State.CANCELLED])
async def test_a_family_without_places_reads_none_of_it(visit: Cast, family_client: Browser, state: State) -> None:
    columns: dict[Column | str, Any] = {Registration.state: state, Registration.ending: Ending.FAMILY if state == State.CANCELLED else ""}
    await Registration.update(columns).where(Registration.id == visit.chens_registration.id)
    pages = await surfaces(family_client, visit.chens_registration)
    assert {page: shown(text) for page, text in pages.items()} == {page: set() for page in pages}
    assert all("BEGIN:VCALENDAR" in text or "<h1" in text for text in pages.values())  # they are there


async def test_a_family_that_gave_its_places_back_reads_none_of_it(visit: Cast, family_client: Browser) -> None:
    before = await surfaces(family_client, visit.chens_registration)
    await registrations.cancel(visit.chens_registration)
    after = await surfaces(family_client, visit.chens_registration)
    assert [bool(shown(text)) for text in before.values()] == [True] * 4
    assert [bool(shown(text)) for text in after.values()] == [False] * 4


@pytest.mark.parametrize(
    "columns",
    [
        {Session.state: SessionState.CANCELLED, Session.cancel_reason: "停水"},
        {Session.starts_at: make.at(-1), Session.ends_at: make.at(-1, "11:00")},
    ],
)
async def test_what_is_over_or_called_off_has_nobody_to_visit(
    visit: Cast, family_client: Browser, columns: dict[Column | str, Any]
) -> None:
    await Session.update(columns).where(Session.id == visit.session.id)
    pages = await surfaces(family_client, visit.chens_registration)
    assert {page: shown(text) for page, text in pages.items()} == {page: set() for page in pages}


async def test_staff_read_it_on_the_sessions_page(visit: Cast, host_client: Browser) -> None:
    assert shown((await host_client.get(f"/desk/sessions/{visit.session.id}/registrations")).text) >= {GATE, FLAT, CONTACT, SPACED}


async def test_no_stranger_and_no_public_page_shows_it(app: Litestar, everything: World) -> None:
    """Every page there is, the ticket's, feeds, groups' links and helpers' pages among them; the private link alone shows it."""
    await in_a_flat(everything.cast)
    async with world.browsers(app, everything, ("nobody", "lins", "w_host", "w_lead")) as browsers:
        found = {
            (name, role): shown((await one.get(everything.address(name, path))).text)
            for method, name, path in world.routes(app)
            if method == "GET" and not name.startswith("site.links.")
            for role, one in browsers.items()
        }
    assert {where: what for where, what in found.items() if what} == {}
    assert len(found) > 200


async def test_the_public_address_of_a_session_and_its_feed_show_none_of_it(visit: Cast, anyone: Browser) -> None:
    ticket = await make.ticket_of(visit.chens_registration)
    group = await make.group(visit.east)
    pages = (
        f"/events/{visit.event.id}",
        f"/events/{visit.event.id}/sessions/{visit.session.id}/calendar.ics",
        f"/calendar/{visit.east.id}/events.ics",
        f"/T/{ticket.secret}",
        f"/my/sessions/{visit.session.id}/registration",
        "/",
    )
    for page in pages:
        answer = await anyone.get(page)
        assert (answer.status_code, page, shown(answer.text)) == (200, page, set())
    assert shown((await anyone.follow(await anyone.get(f"/G/{group.code}/{visit.event.id}"))).text) == set()


async def test_what_goes_to_the_groups_has_none_of_it(visit: Cast, host_client: Browser) -> None:
    """Neither the draft of an announcement nor the relay to copy."""
    group = await make.group(visit.east, host=visit.east_host)
    drafts = [
        (await host_client.get(f"/desk/announcements/new?event={visit.event.id}")).text,
        (await host_client.get(f"/desk/sessions/{visit.session.id}/relay")).text,
    ]
    assert [shown(each) for each in drafts] == [set(), set()]
    written = await announcements.write(visit.event, "周六见", [group], key=make.key(), by=visit.east_host, address="")
    assert shown(written.text) == set()


async def test_the_copied_text_has_the_flat_and_no_phone(visit: Cast, family_client: Browser) -> None:
    """For calendars where no file opens; it may end up in a group."""
    page = (await family_client.get(f"/my/registrations/{visit.chens_registration.id}")).text
    copied = page.partition('id="cal-text">')[2].partition("</span>")[0]
    assert (FLAT in copied, shown(copied) - {FLAT}) == (True, set())


async def test_a_compound_without_a_flat_still_says_how_to_get_in(cast: Cast, app: Litestar) -> None:
    compound: Compound = await make.compound(cast.east, gate_note=GATE)
    venue: Venue = await make.venue(compound=compound)
    await Session.update({Session.venue: venue.id}).where(Session.id == cast.session.id)
    async with await browser.of_family(app, cast.chens) as one:
        page = (await one.get(f"/my/registrations/{cast.chens_registration.id}")).text
    assert (GATE in page, "到了找" in page) == (True, False)
