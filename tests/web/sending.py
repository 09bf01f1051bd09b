"""Forms sent as a browser sends them."""

from __future__ import annotations

from typing import Any

import httpx


async def send(client: httpx.AsyncClient, address: str, /, *, files: Any = None, **fields: Any) -> httpx.Response:
    """POST with the CSRF token that a page drawn before gave this browser; redirects are not followed."""
    if "linju_csrf" not in client.cookies:
        await client.get("/desk/sign-in")
    headers = {"x-csrftoken": client.cookies["linju_csrf"], "accept": "text/html"}
    return await client.post(address, data=fields, files=files, headers=headers, follow_redirects=False)
