from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest
from piccolo.table import Table

from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState
from events.catalog.tables import EventState, Session
from events.errors import NotThere
from events.intake import lines
from events.people.tables import Role, Staff
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web import find
from web.viewer import Look, Viewer

FINDERS: dict[str, Callable[[Viewer, int], Awaitable[Any]]] = {
    "store": find.store,
    "compound": find.compound,
    "venue": find.venue,
    "event": find.event,
    "session": find.session,
    "group": find.group,
    "announcement": find.announcement,
    "delivery": find.delivery,
    "staff": find.staff,
    "desk_registration": find.desk_registration,
    "intake": find.intake,
    "intake_line": find.intake_line,
}


def viewer(staff: Staff | None = None, household: int | None = None) -> Viewer:
    return Viewer("zh", Look(), staff, household)


async def is_there(look: Awaitable[Any]) -> bool:
    try:
        await look
    except NotThere:
        return False
    return True


@pytest.fixture
async def rows(cast: Cast) -> dict[str, Table]:
    """One row of east's for every finder."""
    group = await make.group(cast.east, host=cast.east_host)
    told = Announcement(store=cast.east.id, event=cast.event.id, text="来", key=make.key(), made_by=cast.east_host.id)
    await told.save()
    intake = await make.relay(cast.session, "1. 王妈妈 1大", by=cast.east_host)
    delivery = Delivery(announcement=told.id, group=group.id, channel=ChannelName.BY_HAND, state=DeliveryState.TO_DO)
    await delivery.save()
    return {
        "store": cast.east,
        "compound": await make.compound(cast.east),
        "venue": await make.venue(cast.east),
        "event": cast.event,
        "session": cast.session,
        "group": group,
        "intake": intake,
        "intake_line": (await lines.of(intake.id))[0],
        "announcement": told,
        "delivery": delivery,
        "staff": cast.east_host,
        "desk_registration": cast.chens_registration,
    }


@pytest.mark.parametrize("name", FINDERS)
async def test_a_row_is_there_for_its_store_and_for_owners_only(rows: dict[str, Table], cast: Cast, name: str) -> None:
    id, find_one = rows[name].to_dict()["id"], FINDERS[name]
    seen = [await is_there(find_one(viewer(staff), id)) for staff in (cast.owner, cast.east_lead, cast.east_host)]
    foreign = [await is_there(find_one(viewer(staff), id)) for staff in (cast.west_lead, cast.west_host)]
    assert (seen, foreign) == ([True] * 3, [False] * 2)
    assert (await find_one(viewer(cast.east_host), id)).id == id


@pytest.mark.parametrize("id", [0, -1, 999_999, find.LARGEST, find.LARGEST + 1, 2**63, 10**30])
@pytest.mark.parametrize("name", FINDERS)
async def test_a_number_that_names_no_row_is_not_there(cast: Cast, name: str, id: int) -> None:
    """The same as a foreign row, and never a question the database cannot answer."""
    assert not await is_there(FINDERS[name](viewer(cast.owner), id))


async def test_staff_finds_an_owner_for_owners_only(cast: Cast) -> None:
    assert await is_there(find.staff(viewer(cast.owner), cast.owner.id))
    assert not await is_there(find.staff(viewer(cast.east_lead), cast.owner.id))


async def test_a_disabled_owners_role_is_read_from_the_row_given(cast: Cast) -> None:
    """Whoever has no store sees no store."""
    nobody = await make.staff(Role.HOST, cast.west)
    nobody.store = None
    assert not await is_there(find.event(viewer(nobody), cast.event.id))


async def test_own_registration_is_the_familys_alone(cast: Cast) -> None:
    mine = cast.chens_registration.id
    assert await is_there(find.own_registration(viewer(household=cast.chens.id), mine))
    for other in (viewer(household=cast.lins.id), viewer(), viewer(staff=cast.owner), viewer(household=0)):
        assert not await is_there(find.own_registration(other, mine))


@pytest.mark.parametrize("id", [0, -1, find.LARGEST + 1])
async def test_own_registration_knows_no_impossible_number(cast: Cast, id: int) -> None:
    assert not await is_there(find.own_registration(viewer(household=cast.chens.id), id))


@pytest.mark.parametrize(("state", "expected"), [(EventState.PUBLISHED, True), (EventState.CANCELLED, True), (EventState.DRAFT, False)])
async def test_public_event_was_published_once(cast: Cast, state: EventState, expected: bool) -> None:
    event = await make.event(cast.east, state=state)
    assert await is_there(find.public_event(event.id)) is expected


async def test_public_event_never_shows_a_draft_that_was_put_away(cast: Cast) -> None:
    event = await make.event(cast.east, state=EventState.CANCELLED, published_at=None)
    assert not await is_there(find.public_event(event.id))


async def test_public_session_is_of_its_event(cast: Cast) -> None:
    other = await make.session(await make.event(cast.east))
    assert (await find.public_session(cast.event, cast.session.id)).id == cast.session.id
    assert not await is_there(find.public_session(cast.event, other.id))


async def test_by_is_the_one_row_with_a_value(cast: Cast) -> None:
    assert (await find.by(Session, Session.uid, cast.session.uid)).id == cast.session.id
    assert not await is_there(find.by(Session, Session.uid, uuid4()))


@pytest.mark.parametrize("address", ["/events/{}", "/my/registrations/{}", "/my/sessions/{}/registration", "/calendar/{}/events.ics"])
@pytest.mark.parametrize("number", ["0", "-1", "2147483648", "9" * 40, "x", "1.5", "%00", "1%00"])
async def test_an_address_with_an_impossible_number_is_not_there(anyone: Browser, address: str, number: str) -> None:
    assert (await anyone.get(address.format(number))).status_code == 404


@pytest.mark.parametrize("address", ["/T/{}", "/M/{}", "/P/{}", "/R/{}", "/M/{}/ticket.png", "/M/{}/calendar.ics"])
@pytest.mark.parametrize("secret", ["%00", "A%00B", "%FF%FE", "%F0%9F%8E%89", "ABCDEFGH", "' OR 1=1 --", "A" * 4000])
async def test_an_address_with_a_made_up_secret_opens_nothing(anyone: Browser, address: str, secret: str) -> None:
    answer = await anyone.get(address.format(secret))
    assert answer.status_code in {200, 404, 410, 422}  # a link that is too old has a page of its own
    assert "linju_" not in answer.headers.get("set-cookie", "").replace("linju_csrf", "")
