"""Forms that are wrong are counted by address; forms that are right never meet the brake."""

from __future__ import annotations

import pytest

from events.signup.tables import Registration
from tests import make
from tests.browser import Browser
from web import brake

RIGHT = {"act": "register", "adults": "1", "children": "0", "name": "林爸爸", "phone": "13900139000"}


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "MOST", 3)
    monkeypatch.setattr(brake, "_refused", {})


async def test_wrong_forms_of_one_address_are_refused_after_a_while(anyone: Browser) -> None:
    address = f"/my/sessions/{(await make.session()).id}/registration"
    statuses = [(await anyone.post(address, data={**RIGHT, "phone": "1", "key": make.key()})).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 429, 429]


async def test_a_right_form_goes_through_from_an_address_that_is_braked(anyone: Browser) -> None:
    address = f"/my/sessions/{(await make.session()).id}/registration"
    for _ in range(5):
        await anyone.post(address, data={**RIGHT, "phone": "1", "key": make.key()})
    assert (await anyone.post(address, data={**RIGHT, "key": make.key()})).status_code == 303
    assert await Registration.count() == 1


async def test_the_brake_lets_go_when_its_window_is_over(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"/my/sessions/{(await make.session()).id}/registration"
    monkeypatch.setattr(brake, "WINDOW", -1.0)
    for _ in range(5):
        assert (await anyone.post(address, data={**RIGHT, "phone": "1", "key": make.key()})).status_code == 422


async def test_the_memory_of_addresses_is_bounded(anyone: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brake, "ADDRESSES", 2)
    monkeypatch.setattr(brake, "_refused", {f"10.0.0.{n}": (0.0, 1) for n in range(2)})
    await anyone.post(f"/my/sessions/{(await make.session()).id}/registration", data={**RIGHT, "phone": "1", "key": make.key()})
    assert len(brake._refused) == 2
