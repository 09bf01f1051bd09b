"""The page of a number: how long it will take, and then what became of it. It may be closed and come back to."""

import asyncio
import json
import time
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.catalog import sessions
from events.signup import numbers, queueing
from events.signup.tables import Number, NumberState
from web import forms, replies
from web.language import say
from web.my import numbered, signing_up
from web.site import event_pages
from web.viewer import Viewer, seen

AnyRequest = Request[Any, Any, Any]
SOONEST, LATEST = 2, 20  # seconds until the page asks again
SHARE = 0.8  # of the time it will take
FRESH = 1.0  # seconds


@get("/numbers/{secret:str}", name="my.numbers.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], secret: FromPath[str]) -> Response[Any]:
    """Waits, leads to the ticket on the device that signed up, or says why not, with what was typed."""
    number = await numbers.of(secret)
    match number.state:
        case NumberState.WAITING:
            return await _waiting(request, number)
        case NumberState.SERVED:
            return _whole(request, await _served(request, number))
    return _whole(request, await _refused(request, number))


async def _waiting(request: AnyRequest, number: Number) -> Response[Any]:
    """The page, or only its part that asked again."""
    place = await queueing.place(number)
    about = await _about(request, number.session)
    template = "my/numbers/_standing" if request.headers.get("hx-request") else "my/numbers/show"
    again = min(max(round(place.seconds * SHARE), SOONEST), LATEST)
    return replies.page(request, template, place=place, again=again, **about)


async def _about(request: AnyRequest, session: int) -> dict[str, Any]:
    """What the pages of all who wait say alike, at most a second old."""
    key = (session, seen(request).language)
    async with _looking:  # one looks, the others of the same moment find it
        seen_at, about = _seen.get(key, (0.0, {}))
        if not about or time.monotonic() - seen_at > FRESH:
            row, event, store = await sessions.whole(session)
            about = await event_pages.one_session(request, event, row, store)
            _seen[key] = time.monotonic(), about
    return about


_looking = asyncio.Lock()
_seen: dict[tuple[int, str], tuple[float, dict[str, Any]]] = {}


async def _served(request: AnyRequest, number: Number) -> Response[Any]:
    """On to the ticket; elsewhere the page only says that it is done."""
    registration = await numbers.registration_of(number)
    row, event, _store = await sessions.whole(number.session)
    if registration is not None and _is_theirs(request, number, registration.household):
        return await signing_up.done(request, registration, event.id)
    return replies.page(request, "my/numbers/done", session=row, event=event)


async def _refused(request: AnyRequest, number: Number) -> Response[Any]:
    """What was typed goes back into the form, under another key: this one's number is spent."""
    row, event, store = await sessions.whole(number.session)
    there = await numbers.registration_of(number)
    is_theirs = numbered.is_here(request, number)
    language = seen(request).language
    typed: list[tuple[str, str]] = [tuple(pair) for pair in json.loads(number.form or "[]")] if is_theirs else []
    return replies.page(
        request,
        "my/numbers/refused",
        form=forms.blank(request),
        sentence=say(language, number.refusal, **json.loads(number.refusal_values or "{}")),
        typed=[(name, value) for name, value in typed if name != "key"],
        key=numbers.next_key(number.key),
        mine=there if there is not None and there.household == seen(request).household else None,
        **await event_pages.one_session(request, event, row, store),
    )


def _is_theirs(request: AnyRequest, number: Number, household: int) -> bool:
    return numbered.is_here(request, number) or seen(request).household == household


def _whole(request: AnyRequest, response: Response[Any]) -> Response[Any]:
    """Where only a part of the page asked again: the whole of it goes to the ticket, or is drawn anew."""
    if not request.headers.get("hx-request"):
        return response
    if "Location" not in response.headers:
        return Response(b"", headers={"HX-Refresh": "true"})
    response.headers["HX-Redirect"] = response.headers.pop("Location")
    response.status_code = 200
    return response


handlers = [show]
