"""The limit: a Litestar application that only sends the bytes it was given, on the same server."""

from __future__ import annotations

import os
from pathlib import Path

from litestar import Litestar, Response, get


def app() -> Litestar:
    """Answers / with the bytes of the file BENCH_BODY."""
    body = Path(os.environ["BENCH_BODY"]).read_bytes()

    @get("/", sync_to_thread=False)
    def bare() -> Response[bytes]:
        return Response(body, media_type="text/html", headers={"Content-Encoding": "br"})

    return Litestar([bare], openapi_config=None, logging_config=None)
