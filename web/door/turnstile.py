"""The quick way in for what a busy door sends most: uploads of staff who are signed in, kept without a page's apparatus around them.

It has no rule of its own. Whatever is not plainly in order (another site's form, a sign-in that ended, a door that is not theirs, a
body nobody can read, a database that is busy) goes the long way as if nobody had looked, and is answered there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from events.checkin import batches, uploads
from events.checkin.attending import Caller
from events.errors import Refused
from web import viewer
from web.door.uploads import told
from web.forgery import Guard

ADDRESS = re.compile(r"/door/([1-9][0-9]{0,8})/scans\.json")
ROUTE = "/door/{session}/scans.json"  # as the log calls it
LONGEST = 256 * 1024  # bytes of a body: what is longer goes the long way

log = structlog.get_logger("linju")

Connection = ASGIConnection[Any, Any, Any, Any]


class Turnstile:
    """ASGI wrapper around the whole app. `host` is ours; `headers` are what every answer carries."""

    def __init__(self, app: ASGIApp, guard: Guard, host: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._app = app
        self._guard = guard
        self._host = host
        self._headers = [(b"content-type", b"application/json"), *headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = ADDRESS.fullmatch(scope["path"]) if scope["type"] == ScopeType.HTTP and scope["method"] == "POST" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        connection = Connection(scope)
        caller = self._caller(connection, int(found[1]))
        if caller is None:
            await self._app(scope, receive, send)
            return
        messages = await _read(receive)
        said = await self._said(connection, caller, messages)
        if said is None:
            await self._app(scope, _once_more(messages, receive), send)
            return
        scope["path_template"] = ROUTE
        headers = [*self._headers, (b"content-length", str(len(said)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": said, "more_body": False})

    def _caller(self, connection: Connection, session: int) -> Caller | None:
        """Only of a request of our own pages, by somebody who shows a sign-in of the staff."""
        if connection.headers.get("host") != self._host or not self._guard.is_ours(connection):
            return None
        token = connection.cookies.get(viewer.STAFF_COOKIE)
        return Caller(token, session) if token else None

    async def _said(self, connection: Connection, caller: Caller, messages: Sequence[HTTPReceiveMessage]) -> bytes | None:
        """The answer, or None for the long way: what was kept by then is known there by its nonces."""
        if messages[-1]["type"] != "http.request" or messages[-1].get("more_body"):
            return None
        body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.request")
        if len(body) > LONGEST:  # in one piece
            return None
        try:
            batch = batches.read(body)
            kept = await uploads.take_of(caller, batch)
            if kept is None:
                return None
            language = viewer.plain(connection).language
            return msgspec.json.encode(await told(kept.taken(), kept.upload.door, kept.upload.by, language))
        except Refused:
            return None
        except Exception as error:  # noqa: BLE001 -- whatever it is, it happens once more where errors have their answers
            log.warning("an upload goes the long way", kind=type(error).__name__)
            return None


async def _read(receive: Receive) -> list[HTTPReceiveMessage]:
    """The body as it comes, as far as it is of interest."""
    messages: list[Any] = []
    length = 0
    while length <= LONGEST:
        messages.append(await receive())
        length += len(messages[-1].get("body", b""))
        if not messages[-1].get("more_body"):
            break
    return messages


def _once_more(messages: Sequence[HTTPReceiveMessage], receive: Receive) -> Receive:
    """What was read already, then the rest."""
    left: list[Any] = list(messages)

    async def receive_again() -> Any:
        return left.pop(0) if left else await receive()

    return receive_again
