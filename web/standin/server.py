"""A small HTTP/1.1 server for the stand-in alone. Ordinary servers cannot do what it is for: let a connection die mid-answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import h11
from litestar.types import ASGIApp, HTTPScope

from web.standin.app import create_standin
from web.standin.platforms import WIRE
from web.standin.world import World

HOST = "127.0.0.1"  # never another: it takes orders from anyone who reaches it


@asynccontextmanager
async def listening(app: ASGIApp, port: int = 0) -> AsyncIterator[str]:
    """Serve on loopback inside this event loop; gives the base address. Port 0 takes a free one."""
    server = await asyncio.start_server(partial(_connection, app), HOST, port)
    try:
        yield f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@contextmanager
def running(robots: Mapping[str, str] | None = None, *, port: int = 0, keep: Path | None = None) -> Iterator[str]:
    """A stand-in in a thread of its own, so that code which blocks may talk to it; gives the base address.

    `robots`: key to group name. `keep`: the file that lets groups show the same after a restart.
    """
    started: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()
        async with listening(create_standin(World(robots, keep)), port) as address:
            started.set_result((address, asyncio.get_running_loop(), stop))
            await stop.wait()

    def work() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001 -- the starter raises it
            if not started.done():
                started.set_exception(error)

    thread = threading.Thread(target=work, name="standin", daemon=True)
    thread.start()
    address, loop, stop = started.result()
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def _connection(app: ASGIApp, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    line = h11.Connection(h11.SERVER)
    try:
        with suppress(ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            while request := await _request(line, reader):
                head, body = await _asked(app, *request, writer.get_extra_info("peername"))
                if not await _answer(line, writer, head, body):
                    break
    finally:
        writer.close()


async def _request(line: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request, bytes] | None:
    """The next request and its whole body; None when the other side is done."""
    request, body = None, bytearray()
    while True:
        event = line.next_event()
        if event is h11.NEED_DATA:
            line.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and request:
            return request, bytes(body)
        else:
            return None


async def _asked(app: ASGIApp, request: h11.Request, body: bytes, client: tuple[str, int]) -> tuple[dict[str, Any], bytes]:
    """Ask the app; gives the start of its response and its body."""
    path, _, query = request.target.partition(b"?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": request.http_version.decode(),
        "method": request.method.decode(),
        "scheme": "http",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(bytes(name), bytes(value)) for name, value in request.headers],
        "client": client,
        "server": (HOST, None),
        "extensions": {},
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(cast("HTTPScope", scope), receive, send)
    return sent[0], b"".join(message.get("body", b"") for message in sent[1:])


async def _answer(line: h11.Connection, writer: asyncio.StreamWriter, head: dict[str, Any], body: bytes) -> bool:
    """Write the answer, or break it as the app asks; whether the connection can be used again."""
    wire = dict(head["headers"]).get(WIRE.encode(), b"").decode()
    if wire == "drop":
        return False
    headers = [(name, value) for name, value in head["headers"] if name != WIRE.encode()]
    writer.write(line.send(h11.Response(status_code=head["status"], headers=headers)) or b"")
    if wire:
        writer.write(body[: int(wire.removeprefix("cut "))])
        await writer.drain()
        return False
    if body:
        writer.write(line.send(h11.Data(data=body)) or b"")
    writer.write(line.send(h11.EndOfMessage()) or b"")
    await writer.drain()
    if line.our_state is not h11.DONE or line.their_state is not h11.DONE:
        return False
    line.start_next_cycle()
    return True
