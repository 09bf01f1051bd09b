"""The application: areas, guards against strangers, and what every answer carries."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from litestar import Litestar, Request
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.middleware import DefineMiddleware
from litestar.types import (
    ASGIApp,
    BeforeMessageSendHookHandler,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)

import events.reactions  # noqa: F401 -- importing installs the table of reactions
from events import codes, db, frontier, sealing
from events.errors import NotThere
from web import assets, errands, errors, forgery, gate, heads, logs, policy, rush, settings
from web.desk import area as desk
from web.door import area as door
from web.door.turnstile import Turnstile
from web.early import Repeating
from web.help import area as help_
from web.my import area as my
from web.pressed import PRECOMPRESSED
from web.site import area as site
from web.viewer import of_request

HEADERS = {
    policy.HEADER: policy.PAGE,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
}
BODY = 1024 * 1024  # bytes of an ordinary form; pages that take pictures say more


class Site(Litestar):
    """The application with an entrance before it: whoever is answered there never comes into the framework."""

    entrance: ASGIApp  # what leads nowhere or is forged comes through it too

    async def __call__(self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend) -> None:
        through: Any = self.entrance if scope["type"] == ScopeType.HTTP else self.framework
        await through(scope, receive, send)

    @property
    def framework(self) -> ASGIApp:
        return super().__call__


def create_app(given: settings.Settings, *, with_database: bool = True) -> Site:
    """The app over these settings. `with_database=False`: the caller has connected already (tests)."""
    sealing.use(given.secrets)
    tokens, fixed = _tokens(given), _headers(given)
    app = Site(
        route_handlers=[
            site.router,
            *site.routers,
            my.router,
            desk.router,
            *desk.routers,
            door.router,
            *door.routers,
            help_.router,
            *help_.routers,
            assets.router,
        ],
        lifespan=[_database(given)] if with_database else [],
        dependencies={"viewer": Provide(of_request)},
        exception_handlers=errors.HANDLERS,
        allowed_hosts=AllowedHostsConfig(allowed_hosts=[given.host], exclude=["^/health/"]),
        compression_config=CompressionConfig(backend="brotli", brotli_quality=4, brotli_gzip_fallback=True, exclude_opt_key=PRECOMPRESSED),
        middleware=[DefineMiddleware(forgery.Guard, config=tokens)],
        before_request=_refuse_nul,
        before_send=[_with(fixed)],
        request_max_body_size=BODY,
        openapi_config=None,
        logging_config=None,
        state=State({"settings": given}),
    )
    app.asgi_handler = gate.calm(heads.answered(app.asgi_handler))
    inner = app.framework
    app.entrance = logs.access(Repeating(Turnstile(inner, forgery.Guard(inner, tokens), given.host, fixed), given.host))
    return app


def from_environment() -> Litestar:
    """What the server's workers load."""
    given = settings.read()
    logs.set_up(given.log)
    app = create_app(given)
    gc.collect()
    gc.freeze()  # all that was loaded stays: looking through it for garbage held everybody up, a tenth of a second each time
    return app


def _tokens(given: settings.Settings) -> CSRFConfig:
    return CSRFConfig(
        secret=codes.digest(f"csrf {given.secrets[0]}"),
        cookie_name="linju_csrf",
        cookie_httponly=True,
        cookie_samesite="lax",
        cookie_secure=given.is_secure,
    )


async def _refuse_nul(request: Request[Any, Any, Any]) -> None:
    """Nothing is called so, and PostgreSQL takes the very question for an error of ours."""
    if "\0" in request.scope["path"]:
        raise NotThere


def _headers(given: settings.Settings) -> list[tuple[bytes, bytes]]:
    """Security headers of every answer; what nobody called cacheable is kept by no one."""
    fixed = (
        HEADERS | {"cache-control": "private, no-store"} | ({"strict-transport-security": "max-age=31536000"} if given.is_secure else {})
    )
    return [(name.encode(), value.encode()) for name, value in fixed.items()]


def _with(fixed: Sequence[tuple[bytes, bytes]]) -> BeforeMessageSendHookHandler:
    async def add(message: Message, scope: Scope) -> None:
        if message["type"] == "http.response.start" and scope["type"] == ScopeType.HTTP:
            said = {name for name, _value in message["headers"]}
            message["headers"] = [*message["headers"], *(pair for pair in fixed if pair[0] not in said)]

    return add


def _database(given: settings.Settings) -> Callable[[Litestar], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def connected(app: Litestar) -> AsyncIterator[None]:
        db.connect(given.database)
        stop = asyncio.Event()
        with frontier.kept(given.data):
            async with db.running(), asyncio.TaskGroup() as running:
                running.create_task(rush.watch(stop, given.data))
                if given.duties:
                    running.create_task(errands.run(given, stop))
                try:
                    yield
                finally:
                    stop.set()

    return connected
