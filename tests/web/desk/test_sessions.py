import re
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar

from events import clock
from events.catalog.tables import Event, EventState, Kind, Session, SessionState, Venue
from events.people.tables import Role
from tests import browser, make
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
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "14:00", "ends_at": "15:30", "confirmed": "1"}
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
    assert (await send(host_client, address, reason="师傅病了", confirmed="1")).status_code == 303
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
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "14:00", "ends_at": "15:30", "confirmed": "1", **FLAT}
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
    typed = {"venue": str(venue.id), "day": in_days(9), "starts_at": "14:00", "ends_at": "15:30", "confirmed": "1", **FLAT}
    assert (await send(host_client, f"/desk/sessions/{cast.session.id}", **typed)).status_code == 303
    assert (await stored(cast.session.id)).flat == ""


def despite(page: str) -> str:
    """What the second button of a warning carries."""
    (found,) = re.findall(r'name="despite" value="([0-9a-f]{16})"', page)
    return str(found)


async def test_create_warns_of_a_clash_keeps_what_was_typed_and_saves_at_the_second_press(
    host_client: Browser, cast: Cast, venue: Venue
) -> None:
    address, day = f"/desk/events/{cast.event.id}/sessions", f"{make.at(7).astimezone(make.ZONE):%Y-%m-%d}"
    typed = {"venue": str(venue.id), "day": day, "starts_at": "11:00", "ends_at": "12:07", "places": "18"}
    warned = await send(host_client, address, **typed)
    assert (warned.status_code, await Session.count()) == (200, 1)
    assert ("和「亲子做月饼」撞了：小盒 小盒阿宁，上午10:00–11:30" in warned.text, 'value="12:07"' in warned.text) == (True, True)
    assert (await send(host_client, address, **{**typed, "starts_at": "11:30"})).status_code == 303  # half-open: they only touch
    saved = await send(host_client, address, **typed, despite=despite(warned.text))
    assert (saved.status_code, await Session.count()) == (200, 2)  # what was added since is one more to read
    assert (await send(host_client, address, **typed, despite=despite(saved.text))).status_code == 303
    row = await Session.objects().order_by(Session.id, ascending=False).first()
    assert row is not None
    assert (row.state, row.places, row.sequence) == (SessionState.ON, 18, 0)


async def test_create_refuses_before_it_warns(app: Litestar, host_client: Browser, cast: Cast) -> None:
    """A press that leads to a refusal after all is one too many."""
    address, day = f"/desk/events/{cast.event.id}/sessions", f"{make.at(7).astimezone(make.ZONE):%Y-%m-%d}"
    typed = {"venue": str(cast.session.venue), "day": day, "starts_at": "10:00", "ends_at": "11:00", "places": "18"}
    refused = await send(host_client, address, **typed)
    assert (refused.status_code, 'id="e-starts_at"' in refused.text) == (422, True)
    async with await browser.of_staff(app, await make.staff(Role.HOST, cast.east)) as colleague:
        assert (await send(colleague, address, **{**typed, "starts_at": "10:30"})).status_code == 422


async def test_update_of_a_draft_warns_too_and_not_of_what_did_not_move(host_client: Browser, cast: Cast) -> None:
    draft = await make.event(cast.east, host=cast.east_host, state=EventState.DRAFT)
    there, free = await make.session(draft), await make.session(draft, starts_at=make.at(9))
    day = f"{make.at(7).astimezone(make.ZONE):%Y-%m-%d}"
    typed = {"venue": str(there.venue), "day": day, "starts_at": "10:00", "ends_at": "11:30"}
    same = await send(host_client, f"/desk/sessions/{there.id}", **typed)
    assert same.status_code == 303
    moved = {**typed, "venue": str(free.venue), "starts_at": "09:00", "ends_at": "10:01"}
    warned = await send(host_client, f"/desk/sessions/{free.id}", **moved)
    assert (warned.status_code, "照样存" in warned.text, (await stored(free.id)).starts_at) == (200, True, free.starts_at)
    assert (await send(host_client, f"/desk/sessions/{free.id}", **moved, despite=despite(warned.text))).status_code == 303
    assert (await stored(free.id)).starts_at == make.at(7, "09:00")


async def test_update_shows_clashes_where_one_looks_before_families_hear(host_client: Browser, cast: Cast, venue: Venue) -> None:
    other = await make.event(cast.east, host=cast.east_host, title="包粽子")
    await make.session(other, starts_at=make.at(9, "14:30"))
    day = f"{make.at(9).astimezone(make.ZONE):%Y-%m-%d}"
    typed = {"venue": str(venue.id), "day": day, "starts_at": "14:00", "ends_at": "15:30"}
    look = await send(host_client, f"/desk/sessions/{cast.session.id}", **typed)
    assert (look.status_code, "改之前看一眼" in look.text, "和「包粽子」撞了：小盒 小盒阿宁" in look.text) == (200, True, True)
    unread = await send(host_client, f"/desk/sessions/{cast.session.id}", **typed, confirmed="1")
    assert (unread.status_code, "照样存" in unread.text) == (200, True)
    done = await send(host_client, f"/desk/sessions/{cast.session.id}", **typed, confirmed="1", despite=despite(look.text))
    assert (done.status_code, (await stored(cast.session.id)).starts_at) == (303, make.at(9, "14:00"))


async def test_another_stores_session_is_told_by_its_time_alone(app: Litestar, cast: Cast, venue: Venue) -> None:
    """The owner holds events in both stores; a lead of one reads nothing of the other's draft."""
    ours = await make.event(cast.east, host=cast.owner)
    theirs = await make.event(cast.west, host=cast.owner, state=EventState.DRAFT, title="还没说的事")
    await make.session(theirs, starts_at=make.at(11))
    day = f"{make.at(11).astimezone(make.ZONE):%Y-%m-%d}"
    typed = {"venue": str(venue.id), "day": day, "starts_at": "10:30", "ends_at": "12:00", "places": "18"}
    for staff, is_said in ((cast.owner, True), (cast.east_lead, False)):
        async with await browser.of_staff(app, staff) as client:
            page = (await send(client, f"/desk/events/{ours.id}/sessions", **typed)).text
        assert ("还没说的事" in page, "和江湾店的一场撞了" in page) == (is_said, not is_said)
