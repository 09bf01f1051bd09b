"""A small load of GETs over kept-alive connections, on this machine only."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

HEAD = "GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: zh-CN\r\n\r\n"


@dataclass(frozen=True)
class Run:
    """What a load met: answers a second, and how long the middle and the slowest hundredth waited (ms)."""

    per_s: float
    p50_ms: float
    p99_ms: float


def get(address: str, *, clients: int, seconds: float) -> Run:
    """Ask for one address from so many clients at once. Any answer but 200 ends it with RuntimeError."""
    return asyncio.run(_load(address, clients, seconds))


async def _load(address: str, clients: int, seconds: float) -> Run:
    parts = urlsplit(address)
    if parts.hostname != "127.0.0.1" or parts.port is None:
        raise ValueError("loads go to this machine only")
    request = HEAD.format(path=parts.path or "/", host=parts.netloc).encode()
    times: list[float] = []
    end = time.perf_counter() + seconds
    await asyncio.gather(*(_client(parts.port, request, end, times) for _ in range(clients)))
    times.sort()
    return Run(round(len(times) / seconds, 1), _at(times, 0.5), _at(times, 0.99))


async def _client(port: int, request: bytes, end: float, times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while (started := time.perf_counter()) < end:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head[:15]:
                raise RuntimeError(head.decode(errors="replace").splitlines()[0])
            length = head.lower().split(b"content-length: ", 1)[1].split(b"\r\n", 1)[0]
            await reader.readexactly(int(length))
            times.append(time.perf_counter() - started)
    finally:
        writer.close()


def _at(times: list[float], share: float) -> float:
    return round(times[int(len(times) * share)] * 1000, 2) if times else 0.0
