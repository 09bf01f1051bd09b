"""What every channel's tests post with."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from events.announce.channels import contacts


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture(autouse=True)
def _no_token_of_another_test() -> Iterator[None]:
    contacts.TOKENS.clear()
    yield
    contacts.TOKENS.clear()
