"""A family's or a host's browser, without a screen: cookies kept, forms sent with the token their page would have carried."""

from __future__ import annotations

import re
from typing import Any

import httpx
from litestar import Litestar

from events.people import sign_ins
from events.people.tables import Household, Staff
from web.viewer import FAMILY_COOKIE, STAFF_COOKIE

ADDRESS = "http://127.0.0.1:8000"
HEADERS = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "zh-CN,zh;q=0.9"}
TOKEN = "x-csrftoken"


class Browser(httpx.AsyncClient):
    """Reads HTML in Chinese and follows no redirect by itself."""

    def __init__(self, app: Litestar) -> None:
        super().__init__(transport=httpx.ASGITransport(app), base_url=ADDRESS, headers=HEADERS)  # type: ignore[arg-type]  # -- scopes are mappings

    async def request(self, method: str, url: httpx.URL | str, **kwargs: Any) -> httpx.Response:
        """A POST carries the form's token, unless the test sends one of its own."""
        headers = httpx.Headers(kwargs.pop("headers", None))
        if method == "POST" and TOKEN not in headers:
            headers[TOKEN] = await self.token()
        return await super().request(method, url, headers=headers, **kwargs)

    async def token(self) -> str:
        """What a page drawn for this browser hides in its forms."""
        if "linju_csrf" not in self.cookies:
            await self.get("/desk/sign-in")
        return self.cookies["linju_csrf"]

    async def follow(self, response: httpx.Response) -> httpx.Response:
        """Where a 303 leads."""
        assert response.status_code == 303, response.text
        return await self.get(response.headers["location"])


async def of_staff(app: Litestar, staff: Staff) -> Browser:
    """Signed in at the desk."""
    browser = Browser(app)
    browser.cookies.set(STAFF_COOKIE, await sign_ins.start_again(staff), domain="127.0.0.1")
    return browser


async def of_family(app: Litestar, household: Household | int) -> Browser:
    """A device of the family."""
    browser = Browser(app)
    browser.cookies.set(FAMILY_COOKIE, await sign_ins.start_for_household(household), domain="127.0.0.1")
    return browser


async def post(client: Browser, path: str, data: dict[str, Any] | None = None, *, page: str = "") -> httpx.Response:
    """Send the form of a page as a browser without script does: the page is fetched, and its token travels in the hidden field."""
    drawn = await client.get(page or path)
    hidden = re.search(r'name="_csrf_token" value="([^"]+)"', drawn.text)
    assert hidden, f"no form on {page or path}"
    return await client.post(path, data={"_csrf_token": hidden[1], **(data or {})}, headers={TOKEN: ""})
