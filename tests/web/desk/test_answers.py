from __future__ import annotations

from datetime import timedelta

import pytest

from events import clock
from events.people.tables import Audit
from events.signup import placing, registrations
from events.signup.tables import State
from tests import make
from tests.browser import Browser
from tests.cast import Cast


async def test_a_host_takes_the_places_for_a_family_that_was_called(cast: Cast, host_client: Browser) -> None:
    session = await make.session(cast.event, places=2, starts_at=make.at(9))
    holder = await make.registration(session, adults=2)
    family = await make.registration(session, party=make.party(2, is_at_once=False))
    await registrations.cancel(holder)
    page = await host_client.get(f"/desk/registrations/{family.id}")
    assert "打过电话，他们要" in page.text
    reply = await host_client.post(f"/desk/registrations/{family.id}/acceptance")
    assert reply.status_code == 303
    assert (await placing.current(family.id)).state == State.PLACED
    assert await Audit.exists().where((Audit.act == "registration.accepted") & (Audit.staff == cast.east_host.id))


async def test_an_offer_that_ended_cannot_be_taken_by_telephone_either(
    cast: Cast, host_client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await make.session(cast.event, places=2, starts_at=make.at(9))
    holder = await make.registration(session, adults=2)
    family = await make.registration(session, party=make.party(2, is_at_once=False))
    await registrations.cancel(holder)
    until = (await placing.current(family.id)).offer_ends_at
    assert until is not None
    monkeypatch.setattr(clock, "now", lambda: until + timedelta(seconds=1))
    reply = await host_client.post(f"/desk/registrations/{family.id}/acceptance")
    assert reply.status_code == 422
    assert "时间过了" in reply.text


async def test_a_host_notes_that_a_family_comes(cast: Cast, host_client: Browser) -> None:
    family = cast.chens_registration
    assert (await host_client.post(f"/desk/registrations/{family.id}/confirmation")).status_code == 303
    assert (await placing.current(family.id)).confirmed_at is not None
