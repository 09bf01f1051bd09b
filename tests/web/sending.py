"""Forms sent with their fields as keywords."""

from __future__ import annotations

from typing import Any

import httpx

from tests.browser import Browser


async def send(client: Browser, address: str, /, *, files: Any = None, **fields: Any) -> httpx.Response:
    """POST as a browser does, the token included."""
    return await client.post(address, data=fields, files=files)
