"""Real server processes for benches, on loopback, ended by their pid."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

SECRET = {"LINJU_SECRET": "the servers of the benches share this secret"}


@contextlib.contextmanager
def linju(database: str, data: Path, *, workers: int) -> Iterator[str]:
    """`linju serve` over a filled database, duties off; gives its address."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    given = {"DATABASE_URL": database, "LINJU_DATA": str(data), "LINJU_ADDRESS": address, "LINJU_DUTIES": "off"} | SECRET
    with _running(["-m", "web", "serve", "--port", str(port), "--workers", str(workers)], given, f"{address}/health/ready"):
        yield address


@contextlib.contextmanager
def bare(body: bytes, folder: Path, *, workers: int) -> Iterator[str]:
    """The bare endpoint that sends `body`; gives its address."""
    port = _free_port()
    file = folder / "body"
    file.write_bytes(body)
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--port", str(port), "--workers", str(workers), "--no-ws"]
    with _running([*command, "tests.bench.bare:app"], {"BENCH_BODY": str(file)}, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def bare_acts(script: Path, *, workers: int) -> Iterator[str]:
    """The bare endpoint that plays a recorded script at every POST; gives its address."""
    port = _free_port()
    command = ["-m", "granian", "--interface", "asgi", "--factory", "--port", str(port), "--workers", str(workers), "--no-ws"]
    with _running([*command, "tests.bench.bare_acts:app"], {"BENCH_SCRIPT": str(script)}, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def worker(given: dict[str, str]) -> Iterator[None]:
    """`linju worker`, up, with these settings."""
    command = [sys.executable, "-m", "web", "worker"]
    with subprocess.Popen(command, env=os.environ | given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


@contextlib.contextmanager
def _running(command: list[str], given: dict[str, str], ready: str) -> Iterator[None]:
    server = subprocess.Popen([sys.executable, *command], env=os.environ | given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(ready, server)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(15)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=5).read()
            return
        if server.poll() is not None:
            raise RuntimeError("the server ended before it answered")
        time.sleep(0.1)
    raise RuntimeError("the server did not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
