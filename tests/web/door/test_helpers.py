from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from events import clock, db
from events.catalog.tables import Session
from events.checkin.helping import helpers
from events.checkin.helping.helper_making import Made
from events.checkin.tables import HelperLink
from events.people import audit
from events.people.tables import Role, Staff
from tests import make
from tests.browser import Browser, post
from tests.cast import Cast
from tests.web import world


@pytest.fixture(autouse=True)
def quick_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    world.cheapen_passwords(monkeypatch)


@pytest.fixture
async def session(cast: Cast) -> Session:
    """One that is on now."""
    now = clock.now()
    return await make.session(cast.event, starts_at=now, ends_at=now + timedelta(minutes=90))


def typed(session: Session, **other: str) -> dict[str, str]:
    opens_at, closes_at = (f"{moment.astimezone(make.ZONE):%Y-%m-%dT%H:%M}" for moment in helpers.hours(session))
    return {"name": "小王", "opens_at": opens_at, "closes_at": closes_at, **other}


async def linked(session: Session, by: Staff) -> Made:
    opens_at, closes_at = helpers.hours(session)
    return await helpers.make(session, name="小王", opens_at=opens_at, closes_at=closes_at, by=by)


async def test_index_fills_in_the_hours_around_the_session(cast: Cast, session: Session, host_client: Browser) -> None:
    page = await host_client.get(f"/door/{session.id}/helpers")
    for moment in helpers.hours(session):
        assert f'value="{moment.astimezone(make.ZONE):%Y-%m-%dT%H:%M}"' in page.text


async def test_create_shows_link_and_pin_this_once(cast: Cast, session: Session, host_client: Browser) -> None:
    answer = await post(host_client, f"/door/{session.id}/helpers", typed(session))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    found = re.search(r'id="link" readonly value="([^"]+)"', answer.text)
    pin = re.search(r'class="helper-pin">([0-9 ]+)<', answer.text)
    assert found and pin
    link = await HelperLink.objects().first()
    assert link is not None
    assert (await helpers.by_secret(found[1].rpartition("/")[2])).id == link.id
    again = await host_client.get(f"/door/{session.id}/helpers")
    assert found[1] not in again.text
    assert pin[1] not in again.text
    assert "小王" in again.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "王" * 41),
        ("opens_at", ""),
        ("opens_at", "soon"),
        ("closes_at", "2020-01-01T10:00"),
        ("closes_at", "2999-01-01T10:00"),
    ],
)
async def test_create_refuses_at_the_field_and_keeps_what_was_typed(session: Session, host_client: Browser, field: str, value: str) -> None:
    answer = await post(host_client, f"/door/{session.id}/helpers", typed(session, **{field: value}))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert not await HelperLink.exists()


async def test_revoke_is_for_this_doors_links(cast: Cast, session: Session, host_client: Browser, foreign_client: Browser) -> None:
    made, other = await linked(session, cast.east_host), await make.session(cast.event)
    page = f"/door/{session.id}/helpers"
    assert (await post(host_client, f"/door/{other.id}/helpers/{made.link.id}/revocation", page=page)).status_code == 404
    assert (await foreign_client.post(f"{page}/{made.link.id}/revocation")).status_code == 404
    assert (await post(host_client, f"{page}/999999999999/revocation", page=page)).status_code == 404
    assert helpers.standing(await helpers.by_secret(made.secret)) is helpers.Standing.OPEN
    assert (await post(host_client, f"{page}/{made.link.id}/revocation", page=page)).status_code == 303
    assert helpers.standing(await helpers.by_secret(made.secret)) is helpers.Standing.REVOKED
    assert "收回了" in (await host_client.get(page)).text


async def test_the_list_says_who_uses_a_link_and_nothing_that_opens_it(cast: Cast, session: Session, host_client: Browser) -> None:
    made = await linked(session, cast.east_host)
    assert "还没打开过" in (await host_client.get(f"/door/{session.id}/helpers")).text
    await helpers.open_(made.secret, made.pin, network="192.0.2.7")
    page = (await host_client.get(f"/door/{session.id}/helpers")).text
    assert "1 台手机在用" in page
    assert made.secret not in page
    assert made.pin not in page
    assert made.link.pin not in page


async def test_a_helper_is_nowhere_among_the_staff(
    cast: Cast, session: Session, owner_client: Browser, lead_client: Browser, anyone: Browser
) -> None:
    """Every page and act of the desk that names a member of staff, by the helper's own number."""
    made = await linked(session, cast.east_host)
    row = await Staff.objects().get(Staff.id == made.link.staff)
    assert row is not None
    for client in (owner_client, lead_client):
        assert "小王" not in (await client.get("/desk/staff")).text
        assert (await client.get(f"/desk/staff/{row.id}")).status_code == 404
        for act in ("", "/reset-link", "/sign-out", "/suspension", "/return", "/handover"):
            answer = await client.post(f"/desk/staff/{row.id}{act}", data={"role": "owner", "name": "小王", "to": str(row.id)})
            assert answer.status_code == 404, act
        assert f'value="{row.id}"' not in (await client.get("/desk/events/new")).text
        taken = await client.post(f"/desk/staff/{cast.east_host.id}/handover", data={"to": str(row.id)})
        assert taken.status_code in {404, 422}
    signed_in = await post(anyone, "/desk/sign-in", {"login": row.login, "password": made.pin})
    assert signed_in.status_code == 422


async def test_nobody_is_made_a_helper_by_a_form(cast: Cast, owner_client: Browser) -> None:
    fields: dict[str, Any] = {"name": "小王", "login": "wang", "role": Role.HELPER.value, "store": str(cast.east.id)}
    assert (await post(owner_client, "/desk/staff", fields, page="/desk/staff/new")).status_code == 422
    changed = await owner_client.post(f"/desk/staff/{cast.east_host.id}", data=fields)
    assert changed.status_code == 422
    assert not await Staff.exists().where(Staff.role == Role.HELPER)


async def test_what_a_helper_did_is_in_the_trail_by_name(cast: Cast, session: Session, lead_client: Browser) -> None:
    made = await linked(session, cast.east_host)
    row = await Staff.objects().get(Staff.id == made.link.staff)
    assert row is not None
    async with db.writing():
        await audit.record(row, "helper.searched", session, store=cast.east.id)
    page = (await lead_client.get("/desk/audit")).text
    assert "帮手找过一家人" in page
    assert "小王" in page
