"""HEAD: what GET would answer, without the body (RFC 9110, 9.3.2). Chat programs and monitors ask so before they show a link."""

from __future__ import annotations

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answered(app: ASGIApp) -> ASGIApp:
    """ASGI wrapper around the whole app: no route says HEAD, every GET answers it."""

    async def without_body(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def headers_only(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        scope["method"] = "GET"
        await app(scope, receive, headers_only)

    return without_body
