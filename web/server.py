"""The server process: Granian over the application."""

from __future__ import annotations

import socket

import click
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings

HEAD = 64 * 1024  # bytes of a request's head: what it says is remembered here and there, and anybody may say anything


def run(*, workers: int, host: str, port: int) -> None:
    """Granian until a signal; a port in use ends with a sentence before anything starts."""
    if not is_free(host, port):
        raise click.ClickException(f"Port {port} on {host} is in use; choose another with --port.")
    Granian(
        "web.app:from_environment",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        websockets=False,
        log_access=False,
        log_level="warning",  # type: ignore[arg-type]  # -- the enumeration's value is taken as well
        respawn_failed_workers=True,
        backlog=4096,
        http1_settings=HTTP1Settings(max_buffer_size=HEAD),
    ).serve()


def is_free(host: str, port: int) -> bool:
    """Whether something may listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
