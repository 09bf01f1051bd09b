"""Processes of their own over one database: servers, and workers that start together."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 60.0  # seconds for a process to come up on a busy machine
SECRET = "the servers of the race share this secret"


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "LINJU_SECRET": SECRET, "LINJU_DUTIES": "off", "LINJU_ADDRESS": ""}


def together(url: str, program: str, *arguments: list[object]) -> list[Any]:
    """What each process answered. All are up and connected before any of them begins."""
    with contextlib.ExitStack() as stack:
        workers = [stack.enter_context(_worker(url, program, each)) for each in arguments]
        for worker in workers:
            assert _line(worker) == "ready"
        for worker in workers:
            assert worker.stdin
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return [json.loads(_line(worker)) for worker in workers]


class Server:
    """`linju serve` on a port of its own."""

    def __init__(self, url: str, log: Path) -> None:
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._url = url
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        command = [sys.executable, "-m", "web", "serve", "--port", str(self.port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log, start_new_session=True, cwd=_top())

    def wait(self) -> None:
        """Until it answers."""
        assert self._process
        until = time.monotonic() + PATIENCE
        while not self._is_ready():
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < until, self._log.read_text()
            time.sleep(0.05)

    def _environment(self) -> dict[str, str]:
        """Servers that log into one folder are the processes of one node."""
        return environment(self._url) | {"LINJU_DATA": str(self._log.parent)}

    def kill(self) -> None:
        """As a power cut does to a process: nothing is finished, nothing closed. Its own processes go with it."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/health/ready", trust_env=False, timeout=5).status_code == 200
        except httpx.HTTPError:
            return False


@contextlib.contextmanager
def _worker(url: str, program: str, arguments: list[object]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", f"tests.races.{program}", *(str(each) for each in arguments)]
    with subprocess.Popen(
        command, env=environment(url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=_top()
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _line(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout
    line = worker.stdout.readline()
    if not line:
        worker.wait()
        assert worker.stderr
        raise AssertionError(worker.stderr.read())
    return line.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _top() -> Path:
    return Path(__file__).parents[2]
