from __future__ import annotations

import pytest

from events.catalog.tables import Event
from events.signup import payments
from events.signup.tables import Payment
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def path(cast: Cast) -> str:
    """The Lins, one adult, at 18 yuan."""
    await Event.update({Event.fee: 1800}).where(Event.id == cast.event.id)
    return f"/desk/registrations/{cast.lins_registration.id}"


async def test_create_twice_is_once(path: str, host_client: Browser, lead_client: Browser, cast: Cast) -> None:
    for client in (host_client, lead_client, host_client):
        assert (await client.post(f"{path}/payment", data={"amount": "1800"})).status_code == 303
    assert (
        await Payment.count(),
        f'收了 18 元</strong><span class="hint">{cast.east_host.name}' in (await host_client.get(path)).text,
    ) == (1, True)


async def test_create_of_another_amount_than_the_page_showed_is_refused(path: str, host_client: Browser) -> None:
    answer = await host_client.post(f"{path}/payment", data={"amount": "3600"})
    assert (answer.status_code, "钱数变了" in answer.text, await Payment.count()) == (422, True, 0)


async def test_destroy_is_undone_money(path: str, host_client: Browser, cast: Cast) -> None:
    await payments.take(cast.lins_registration, by=cast.east_host)
    done = await host_client.post(f"{path}/payment/removal")
    assert "应付 18 元" in (await host_client.follow(done)).text
    assert await payments.of([cast.lins_registration.id]) == {}


async def test_money_of_another_store_is_not_there(path: str, foreign_client: Browser) -> None:
    for end in ("payment", "payment/removal"):
        assert (await foreign_client.post(f"{path}/{end}", data={"amount": "1800"})).status_code == 404
    assert await Payment.count() == 0
