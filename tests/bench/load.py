"""A small load over kept-alive connections, on this machine only: GETs of one address, or POSTs each with a form of its own."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

import uvloop

HEAD = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: zh-CN\r\n{headers}\r\n"
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
FORM = (
    "POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: zh-CN\r\n"
    "Content-Type: {kind}\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
)


@dataclass(frozen=True)
class Run:
    """What a load met: how many answers, answers a second, and how long the middle and the slowest hundredth waited (ms)."""

    answers: int
    per_s: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True)
class Post:
    """One form to send. All of it is ASCII."""

    path: str
    body: str
    headers: str = ""
    kind: str = "application/x-www-form-urlencoded"


def get(address: str, *, clients: int, seconds: float, headers: str = "", wanted: bytes = b" 200 ") -> Run:
    """Ask for one address from so many clients at once. Any answer but the wanted one ends it with RuntimeError."""
    parts = urlsplit(address)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    request = HEAD.format(path=path, host=parts.netloc, headers=headers).encode()
    return uvloop.run(_load(address, lambda: request, wanted, clients, seconds))


def post(address: str, form: Callable[[], Post], *, clients: int, seconds: float, wanted: bytes = b" 303 ") -> Run:
    """Send forms from so many clients at once, every one another `form()`. Any answer but the wanted one ends it with RuntimeError."""
    host = urlsplit(address).netloc

    def request() -> bytes:
        sent = form()
        return FORM.format(path=sent.path, host=host, length=len(sent.body), headers=sent.headers, kind=sent.kind, body=sent.body).encode(
            "ascii"
        )

    return uvloop.run(_load(address, request, wanted, clients, seconds))


async def _load(address: str, request: Callable[[], bytes], wanted: bytes, clients: int, seconds: float) -> Run:
    parts = urlsplit(address)
    if parts.hostname != "127.0.0.1" or parts.port is None:
        raise ValueError("loads go to this machine only")
    loop, times = asyncio.get_running_loop(), list[float]()
    started = time.perf_counter()
    opened = [
        loop.create_connection(lambda: _Client(request, wanted, started + seconds, times), parts.hostname, parts.port)
        for _ in range(clients)
    ]
    await asyncio.gather(*(client.done for _transport, client in await asyncio.gather(*opened)))
    spent = time.perf_counter() - started
    times.sort()
    return Run(len(times), round(len(times) / spent, 1), _at(times, 0.5), _at(times, 0.99))


class _Client(asyncio.Protocol):
    """One that asks again as soon as it has its answer. It shares the machine with the server, so it does no more than it must."""

    def __init__(self, request: Callable[[], bytes], wanted: bytes, end: float, times: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request, self._wanted, self._end, self._times = request, wanted, end, times
        self._asked = 0.0
        self._head = b""
        self._left = -1  # bytes of the answer's body that are to come; before its head is whole, nobody knows

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        if self._left < 0:
            self._head += data
            head, ends, body = self._head.partition(b"\r\n\r\n")
            if not ends:
                return
            length = LENGTH.search(head)
            self._left = int(length[1]) if length else 0  # a 304 has none
            data = body
        self._left -= len(data)
        if self._left == 0:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionResetError("the server closed the connection"))

    def _answered(self) -> None:
        now = time.perf_counter()
        if self._wanted not in self._head[:15]:
            self._end = 0.0
            self.done.set_exception(RuntimeError(self._head.decode(errors="replace")))
        self._times.append(now - self._asked)
        if now < self._end:
            self._ask()
        else:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()

    def _ask(self) -> None:
        asked = self._request()
        self._head, self._left, self._asked = b"", -1, time.perf_counter()
        self._transport.write(asked)


def _at(times: list[float], share: float) -> float:
    return round(times[int(len(times) * share)] * 1000, 2) if times else 0.0
