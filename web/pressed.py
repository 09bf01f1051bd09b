"""Bytes kept ready in every encoding browsers ask for, pressed once each."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import brotli  # type: ignore[import-untyped]  # -- it ships no types
from litestar import Request, Response

AnyRequest = Request[Any, Any, Any]
PRECOMPRESSED = "precompressed"  # a route's opt: the answer comes pressed, no middleware shall do it again
WORTH_IT = 500  # bytes; below, the headers cost more


def best(accepted: str) -> str | None:
    """The encoding to answer an Accept-Encoding with; none: as it is."""
    return next((encoding for encoding in ("br", "gzip") if encoding in accepted), None)


class Pressed:
    """A body with its ETag, and its brotli and gzip forms as soon as somebody wants them; `headers` go with every answer."""

    def __init__(self, body: bytes, media_type: str, *, quality: int = 5, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.body = body
        self.media_type = media_type
        self._headers = headers
        self._quality = quality
        self._forms: dict[str, bytes] = {}
        self._tag = hashlib.blake2b(body, digest_size=12).hexdigest()

    def answer(self, request: AnyRequest, *, cache: str, vary: str = "Accept-Encoding") -> Response[bytes]:
        """The whole answer, or 304 when the browser has it (RFC 9110, 13.1.2)."""
        headers = {"Cache-Control": cache, "Vary": vary, "ETag": f'W/"{self._tag}"', **self._headers}
        if self._tag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers, media_type=self.media_type)
        encoding = self._best(request.headers.get("accept-encoding", ""))
        if encoding is None:
            return Response(self.body, headers=headers, media_type=self.media_type)
        return Response(self._form(encoding), headers={**headers, "Content-Encoding": encoding}, media_type=self.media_type)

    def _best(self, accepted: str) -> str | None:
        if len(self.body) < WORTH_IT or self.media_type.startswith(("image/jpeg", "image/png", "font/")):
            return None
        return best(accepted)

    def _form(self, encoding: str) -> bytes:
        if encoding not in self._forms:
            pressed: bytes = brotli.compress(self.body, quality=self._quality) if encoding == "br" else gzip.compress(self.body, 6, mtime=0)
            self._forms[encoding] = pressed
        return self._forms[encoding]
