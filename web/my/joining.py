"""This device becomes a family's: by its sign-up, by a one-time code, by a link or QR. A desk's browser never does."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response

from events.errors import Refused, _
from events.people import sign_ins
from events.signup import merging
from web import viewer
from web.forms import Form
from web.viewer import FAMILY_COOKIE, Viewer, keep_signed_in

AnyRequest = Request[Any, Any, Any]


def check(who: Viewer) -> None:
    """Refused in a browser somebody of the store is signed in with: it would show one family's pages to all who work there."""
    if who.staff is not None:
        raise Refused(_("这是店里的浏览器，不记哪一家；用您自己的手机"))


async def join(request: AnyRequest, response: Response[Any], family: int, form: Form) -> None:
    """The device belongs to `family` from now on. What was signed up for on it comes along, unless it is to stay behind (`together`)."""
    mine = viewer.seen(request).household
    if mine is not None and mine != family and form.value("together", "merge") == "merge":
        await merging.merge(family, mine, by=None, store=None)
    if token := request.cookies.get(FAMILY_COOKIE):
        await sign_ins.end(token)
    remember(request, response, await sign_ins.start_for_household(family))


def remember(request: AnyRequest, response: Response[Any], token: str) -> None:
    """Kept in the device's cookie."""
    keep_signed_in(request, response, FAMILY_COOKIE, token, lasts=sign_ins.HOUSEHOLD_LASTS)
