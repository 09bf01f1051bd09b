from datetime import UTC, datetime, timedelta

import pytest

from events import clock
from events.catalog.tables import Event, Kind, Session, SessionState, Venue
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from tests.web.sending import send


async def stored(id: int) -> Session:
    row = await Session.objects().get(Session.id == id)
    assert row is not None
    return row


@pytest.fixture
async def venue(cast: Cast) -> Venue:
    return await make.venue(cast.east)


def in_days(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


async def test_create_adds_a_session_at_local_time(host_client: Browser, cast: Cast, venue: Venue) -> None:
    typed = {"venue": str(venue.id), "day": "2027-03-06", "starts_at": "10:00", "ends_at": "11:30", "places": "18"}
    answer = await send(host_client, f"/desk/events/{cast.event.id}/sessions", **typed)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/events/{cast.event.id}")
    row = await Session.objects().order_by(Session.id, ascending=False).first()
    assert row is not None
    assert (row.starts_at, row.ends_at) == (datetime(2027, 3, 6, 2, tzinfo=UTC), datetime(2027, 3, 6, 3, 30, tzinfo=UTC))
    assert (row.venue, row.places) == (venue.id, 18)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"day": "2020-01-01"}, "starts_at"),
        ({"day": "0001-01-01"}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"day": "2199-12-31"}, "starts_at"),
        ({"day": "明天"}, "day"),
        ({"starts_at": "12:00"}, "ends_at"),
        ({"starts_at": "25:00"}, "starts_at"),
        ({"venue": ""}, "venue"),
        ({"places": "0"}, "places"),
        ({"places": "很多"}, "places"),
    ],
)
async def test_create_refuses_and_keeps_what_was_typed(
    host_client: Browser, cast: Cast, venue: Venue, typed: dict[str, str], field: str
) -> None:
    good = {"venue": str(venue.id), "day": in_days(9), "starts_at": "10:00", "ends_at": "11:47", "places": "18"}
    answer = await send(host_client, f"/desk/events/{cast.event.id}/sessions", **{**good, **typed})
    assert (answer.status_code, f'id="e-{field}"' in answer.text) == (422, True)
    assert 'value="11:47"' in answer.text
    assert await Session.count() == 1


async def test_create_at_a_foreign_venue_is_not_there(host_client: Browser, cast: Cast) -> None:
    foreign = await make.venue(cast.west)
    typed = {"venue": str(foreign.id), "day": in_days(9), "starts_at": "10:00", "ends_at": "11:00", "places": "18"}
    assert (await send(host_client, f"/desk/events/{cast.event.id}/sessions", **typed)).status_code == 404


async def test_new_without_a_venue_says_what_to_do(host_client: Browser, cast: Cast) -> None:
    await Venue.update({Venue.archived_at: clock.now()}).where(Venue.store == cast.east.id)
    page = await host_client.get(f"/desk/events/{cast.event.id}/sessions/new")
    assert (page.status_code, "还没有地点" in page.text) == (200, True)


async def test_update_moves_the_session(host_client: Browser, cast: Cast, venue: Venue) -> None:
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/edit")
    assert 'value="10:00"' in page.text
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "14:00", "ends_at": "15:30"}
    answer = await send(host_client, f"/desk/sessions/{cast.session.id}", **typed)
    row = await stored(cast.session.id)
    assert (answer.status_code, row.venue, row.sequence, row.starts_at.hour) == (303, venue.id, 1, 6)


async def test_resize_never_goes_below_who_is_in(host_client: Browser, cast: Cast) -> None:
    address = f"/desk/sessions/{cast.session.id}/places"
    refused = await send(host_client, address, places="2")
    assert (refused.status_code, 'id="e-places"' in refused.text) == (422, True)
    assert (await send(host_client, address, places="3")).status_code == 303
    assert (await stored(cast.session.id)).places == 3


async def test_destroy_calls_the_session_off(host_client: Browser, cast: Cast) -> None:
    address = f"/desk/sessions/{cast.session.id}/cancellation"
    assert (await send(host_client, address, reason="")).status_code == 422
    assert (await send(host_client, address, reason="师傅病了")).status_code == 303
    row = await stored(cast.session.id)
    assert (row.state, row.cancel_reason) == (SessionState.CANCELLED, "师傅病了")
    page = await host_client.get(f"/desk/sessions/{cast.session.id}/edit")
    assert (page.status_code, "师傅病了" in page.text) == (200, True)


FLAT = {"flat": "3 号楼 502", "contact": "王阿姨", "contact_phone": "+86 138-0013-8071"}


async def test_only_a_visit_is_asked_for_a_flat(host_client: Browser, cast: Cast) -> None:
    pages = []
    for kind in (Kind.WORKSHOP, Kind.VISIT):
        await Event.update({Event.kind: kind}).where(Event.id == cast.event.id)
        for page in (f"/desk/sessions/{cast.session.id}/edit", f"/desk/events/{cast.event.id}/sessions/new"):
            drawn = await host_client.get(page)
            pages.append('name="flat"' in drawn.text)
    assert pages == [False, False, True, True]


async def test_a_visit_is_added_with_its_flat_and_a_phone_as_people_type_it(host_client: Browser, cast: Cast, venue: Venue) -> None:
    await Event.update({Event.kind: Kind.VISIT}).where(Event.id == cast.event.id)
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "10:00", "ends_at": "11:30", "places": "18", **FLAT}
    assert (await send(host_client, f"/desk/events/{cast.event.id}/sessions", **typed)).status_code == 303
    row = await Session.objects().order_by(Session.id, ascending=False).first()
    assert row is not None
    assert (row.flat, row.contact, row.contact_phone) == ("3 号楼 502", "王阿姨", "13800138071")


async def test_a_flat_is_changed_and_kept_and_a_wrong_phone_is_said(host_client: Browser, cast: Cast, venue: Venue) -> None:
    await Event.update({Event.kind: Kind.VISIT}).where(Event.id == cast.event.id)
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "14:00", "ends_at": "15:30", **FLAT}
    wrong = await send(host_client, f"/desk/sessions/{cast.session.id}", **{**typed, "contact_phone": "12345"})
    assert (wrong.status_code, 'id="e-contact_phone"' in wrong.text, "3 号楼 502" in wrong.text) == (422, True, True)
    assert (await stored(cast.session.id)).flat == ""
    assert (await send(host_client, f"/desk/sessions/{cast.session.id}", **typed)).status_code == 303
    assert "138 0013 8071" in (await host_client.get(f"/desk/sessions/{cast.session.id}/edit")).text
    assert (await send(host_client, f"/desk/sessions/{cast.session.id}", **{**typed, "flat": ""})).status_code == 303
    row = await stored(cast.session.id)
    assert (row.flat, row.contact, row.sequence) == ("", "王阿姨", 2)


async def test_a_workshops_form_changes_no_flat(host_client: Browser, cast: Cast, venue: Venue) -> None:
    """What nobody is asked is not taken from whoever forges the field."""
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "14:00", "ends_at": "15:30", **FLAT}
    assert (await send(host_client, f"/desk/sessions/{cast.session.id}", **typed)).status_code == 303
    assert (await stored(cast.session.id)).flat == ""
