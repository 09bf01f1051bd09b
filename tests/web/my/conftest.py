"""A registration reached as families reach it: by their own device, and by its private link. What holds for one holds for the other."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar

from events.signup.tables import Registration
from tests import browser
from tests.browser import Browser


class Visit:
    """Somebody at a registration's page."""

    def __init__(self, phone: Browser, start: str) -> None:
        self.phone = phone
        self.start = start

    async def page(self, page: str = "") -> str:
        answer = await self.phone.get(f"{self.start}{page}")
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, page: str, **fields: Any) -> httpx.Response:
        return await self.phone.post(f"{self.start}{page}", data=fields)

    async def does(self, page: str, **fields: Any) -> str:
        """What the next page says after a form that was taken."""
        return (await self.phone.follow(await self.send(page, **fields))).text

    async def refused(self, page: str, **fields: Any) -> str:
        """The page drawn again, with what is wrong."""
        answer = await self.send(page, **fields)
        assert answer.status_code == 422, answer.headers
        return answer.text


Reach = Callable[[Registration], Awaitable[Visit]]


@pytest.fixture(params=["own", "private"])
async def reach(request: pytest.FixtureRequest, app: Litestar) -> AsyncIterator[Reach]:
    async with contextlib.AsyncExitStack() as stack:

        async def visit(registration: Registration) -> Visit:
            if request.param == "private":
                return Visit(await stack.enter_async_context(Browser(app)), f"/M/{registration.secret}")
            phone = await stack.enter_async_context(await browser.of_family(app, registration.household))
            return Visit(phone, f"/my/registrations/{registration.id}")

        yield visit
