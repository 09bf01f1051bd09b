"""One line per request: route templates, never addresses, so that no secret and no name gets in."""

from __future__ import annotations

import logging
import secrets
import sys
import time

import msgspec
import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("linju")
# The values of variables would be names, phones and tokens.
WITHOUT_LOCALS = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
QUIET = frozenset({"/health/live", "/health/ready", "/static"})


def set_up(style: str) -> None:
    """Structured lines on standard error: `json` for machines, `text` for a person at a terminal."""
    renderer = structlog.processors.JSONRenderer(_json) if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            WITHOUT_LOCALS if style == "json" else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a line in one go
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)


def _json(line: object, **_how: object) -> str:
    """Like Python's own, in a tenth of the time; what JSON does not know as Python shows it."""
    return msgspec.json.encode(line, enc_hook=repr).decode()


def access(app: ASGIApp) -> ASGIApp:
    """ASGI wrapper around the whole app: gives each request an id, logs its end."""

    async def logged(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        request_id, method = secrets.token_hex(8), scope["method"]  # a HEAD is a GET further in
        started = time.perf_counter()
        status = 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        bound = structlog.contextvars.bind_contextvars(request=request_id)
        try:
            await app(scope, receive, noted)
        finally:
            route = str(scope.get("path_template") or "-")
            if route not in QUIET and not route.startswith("/static"):
                spent = round((time.perf_counter() - started) * 1000, 1)
                log.info("request", method=method, route=route, status=status, ms=spent)
            structlog.contextvars.reset_contextvars(**bound)

    return logged
