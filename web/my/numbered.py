"""Which number a browser has in a session: a cookie with its form's key. A second form is no second sign-up, and a number's address,
passed on, opens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from events.errors import NotThere
from events.signup import numbers
from events.signup.tables import Number, NumberState, State
from web import replies, viewer

AnyRequest = Request[Any, Any, Any]
COOKIE = "linju_number_"
LASTS = timedelta(hours=6)  # longer than anybody waits


def cookie(session: int) -> str:
    """Its name."""
    return f"{COOKIE}{session}"


def is_here(request: AnyRequest, number: Number) -> bool:
    """Whether the number was given to this browser."""
    return request.cookies.get(cookie(number.session)) == number.key


async def of(request: AnyRequest, session: int) -> Number | None:
    """The number this browser has in a session, unless it came to nothing. At the desk families sign up one after another: none."""
    key = request.cookies.get(cookie(session))
    if not key or viewer.seen(request).staff is not None:
        return None
    try:
        number = await numbers.of(numbers.secret_of(key))
    except NotThere:
        return None
    if number.session != session or number.state == NumberState.REFUSED:
        return None
    registration = await numbers.registration_of(number)
    return None if registration is not None and registration.state == State.CANCELLED else number


def onwards(request: AnyRequest, number: Number, *, note: str = "") -> Response[Any]:
    """To its page."""
    return replies.to(request, "my.numbers.show", secret=numbers.secret_of(number.key), note=note)


def given(request: AnyRequest, session: int, key: str) -> Response[Any]:
    """To the page of a new number, which this browser has from now on."""
    response = replies.to(request, "my.numbers.show", secret=numbers.secret_of(key))
    if key.isascii() and key.isalnum():  # as ours are
        lasts, secure = int(LASTS.total_seconds()), request.app.state.settings.is_secure
        path = request.app.route_reverse("my.home.index")
        response.set_cookie(Cookie(key=cookie(session), value=key, path=path, max_age=lasts, httponly=True, samesite="lax", secure=secure))
    return response


def forget(request: AnyRequest, response: Response[Any]) -> None:
    """Not their phone: none of its numbers opens a ticket here again."""
    for name in request.cookies:
        if name.startswith(COOKIE):
            response.delete_cookie(name, path=request.app.route_reverse("my.home.index"))
