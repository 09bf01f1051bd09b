"""A calendar that phones ask for again and again is answered as it was answered before, for as long as that is still true.

It has no rule of its own: it repeats, byte by byte, what the application said to a request that differs in nothing that counts. What it
has not heard, and whatever is out of the ordinary, goes the long way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from events.db import Busy
from web import kept, pressed

MOST = 1_000  # answers; a code may be written in many ways
NAME = "/events.ics"
LONGEST = 200  # letters of a tag that is remembered: anybody may send any
COUNTS = frozenset({b"host", b"accept-encoding", b"if-none-match"})


class Asked(NamedTuple):
    """What an answer depends on; `knows` is the tag of what the asker has."""

    path: str
    encoding: str | None
    knows: str


class Heard(NamedTuple):
    """An answer, of which moment it is, and by which route it came."""

    moment: kept.Moment
    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes
    route: str


class Repeating:
    """ASGI wrapper around the whole app. `host` is ours."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._host = host
        self._heard: dict[Asked, Heard] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = self._asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
        elif (heard := self._heard.get(asked)) is not None and await _is_true(heard):
            scope["path_template"] = heard.route
            await send({"type": "http.response.start", "status": heard.status, "headers": heard.headers})
            await send({"type": "http.response.body", "body": heard.body, "more_body": False})
        else:
            await self._app(scope, receive, self._listening(asked, scope, send))

    def _asked(self, scope: Scope) -> Asked | None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "GET" or not scope["path"].endswith(NAME) or scope["query_string"]:
            return None
        told = [(name, value) for name, value in scope["headers"] if name in COUNTS]
        headers = dict(told)
        if len(headers) < len(told) or headers.get(b"host") != self._host.encode():  # one said twice: of which is the answer?
            return None
        accepted, knows = (headers.get(name, b"").decode("latin-1") for name in (b"accept-encoding", b"if-none-match"))
        return Asked(scope["path"], pressed.best(accepted), knows) if len(knows) <= LONGEST else None

    def _listening(self, asked: Asked, scope: Scope, send: Send) -> Send:
        """Sends on, and remembers what the application answers out of what it keeps."""
        started: list[tuple[int, list[tuple[bytes, bytes]]]] = []

        async def listened(message: Message) -> None:
            moment = kept.moment_of(scope)
            if message["type"] == "http.response.start":
                started.append((message["status"], list(message["headers"])))
            elif message["type"] == "http.response.body" and moment is not None and not message["more_body"]:
                self._remember(asked, Heard(moment, *started[0], message["body"], scope["path_template"]))
            await send(message)

        return listened

    def _remember(self, asked: Asked, heard: Heard) -> None:
        if any(name == b"set-cookie" for name, _value in heard.headers):  # one browser's
            return
        first = next(iter(self._heard.values()), None)
        if len(self._heard) >= MOST or (first is not None and first.moment != heard.moment):
            self._heard.clear()
        self._heard[asked] = heard


async def _is_true(heard: Heard) -> bool:
    try:
        return heard.moment == await kept.moment()
    except Busy:  # the long way has a page for it
        return False
