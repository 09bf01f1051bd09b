"""Forms sent by other sites are turned away: litestar's guard, mended where a token nobody could have been given breaks it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any, cast

from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.middleware.csrf import CSRF_SECRET_LENGTH, CSRFMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

KNOWN = 1_000  # tokens, and what they sign
LENGTH = CSRF_SECRET_LENGTH + hashlib.sha256().digest_size * 2  # of a token: anybody may send any, and only what may be one is remembered


class Guard(CSRFMiddleware):
    """As litestar's, but a token in another alphabet or sent as a file is a wrong one, not an error of ours.

    And a cookie signed with a secret since changed is replaced: litestar keeps it, and every form of that browser would fail for good.
    """

    def __init__(self, app: ASGIApp, config: CSRFConfig) -> None:
        super().__init__(app=app, config=config)
        self._signed = lru_cache(KNOWN)(super()._decode_csrf_token)  # a browser shows the same token again and again

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in self.scopes:
            cookies = ASGIConnection[Any, Any, Any, Any](scope, receive, send).cookies  # the one dictionary of this request
            if self._decode_csrf_token(cookies.get(self.config.cookie_name, "")) is None:
                cookies.pop(self.config.cookie_name, None)
        await super().__call__(scope, receive, send)

    def _decode_csrf_token(self, token: str) -> str | None:
        sent = cast("object", token)
        return self._signed(sent) if isinstance(sent, str) and len(sent) == LENGTH and sent.isascii() else None

    def is_ours(self, connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
        """Whether a script of our own pages asks: it sends the token that its browser keeps. The same test as a form's."""
        kept, sent = connection.cookies.get(self.config.cookie_name), connection.headers.get(self.config.header_name)
        return bool(kept and sent) and kept == sent and self._decode_csrf_token(str(kept)) is not None
