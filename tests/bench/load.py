"""A small load over kept-alive connections, on this machine only: GETs of one address, or POSTs each with a form of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: zh-CN\r\n{headers}\r\n"
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
    return asyncio.run(_load(address, lambda: request, wanted, clients, seconds))


def post(address: str, form: Callable[[], Post], *, clients: int, seconds: float, wanted: bytes = b" 303 ") -> Run:
    """Send forms from so many clients at once, every one another `form()`. Any answer but the wanted one ends it with RuntimeError."""
    host = urlsplit(address).netloc

    def request() -> bytes:
        sent = form()
        return FORM.format(path=sent.path, host=host, length=len(sent.body), headers=sent.headers, kind=sent.kind, body=sent.body).encode(
            "ascii"
        )

    return asyncio.run(_load(address, request, wanted, clients, seconds))


async def _load(address: str, request: Callable[[], bytes], wanted: bytes, clients: int, seconds: float) -> Run:
    parts = urlsplit(address)
    if parts.hostname != "127.0.0.1" or parts.port is None:
        raise ValueError("loads go to this machine only")
    times: list[float] = []
    started = time.perf_counter()
    await asyncio.gather(*(_client(parts.port, request, wanted, started + seconds, times) for _ in range(clients)))
    spent = time.perf_counter() - started
    times.sort()
    return Run(len(times), round(len(times) / spent, 1), _at(times, 0.5), _at(times, 0.99))


async def _client(port: int, request: Callable[[], bytes], wanted: bytes, end: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (started := time.perf_counter()) < end:
            writer.write(request())
            head = await reader.readuntil(b"\r\n\r\n")
            _before, _name, after = head.lower().partition(b"content-length: ")
            body = await reader.readexactly(int(after.split(b"\r\n", 1)[0] or 0))  # a 304 has none
            if wanted not in head[:15]:
                raise RuntimeError((head + body).decode(errors="replace"))
            times.append(time.perf_counter() - started)
    finally:
        writer.close()


def _at(times: list[float], share: float) -> float:
    return round(times[int(len(times) * share)] * 1000, 2) if times else 0.0
