"""The log of a process of its own: it writes to the real standard error."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from typing import Any

import pytest

PROGRAM = textwrap.dedent(
    """
    import asyncio, sys
    import httpx, structlog
    from litestar import Litestar, Request, get
    from web import errors, logs

    logs.set_up(sys.argv[1])

    @get(["/M/{secret:str}", "/health/live", "/static/{name:str}"])
    async def well(request: Request) -> str:
        if request.url.path.startswith("/M"):
            structlog.get_logger("linju").info("inside")
        return "ok"

    @get("/broken/{secret:str}")
    async def broken(secret: str) -> str:
        phone = "13800138000"
        raise ValueError(f"could not store {phone} of {secret}")

    app = Litestar([well, broken], middleware=[logs.access], exception_handlers=errors.HANDLERS, logging_config=None)

    async def main() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers={"accept": "text/plain"}) as client:
            for path in sys.argv[2:]:
                answer = await client.get(path)
                print(answer.status_code, answer.headers["x-request-id"], answer.text)

    asyncio.run(main())
    """
)


def run(*paths: str, style: str = "json") -> tuple[list[str], str]:
    """What the requests were answered, and the log."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAM, style, *paths], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines(), done.stderr


def lines(log: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.splitlines()]


def test_a_request_is_one_line_with_its_route_and_never_its_address() -> None:
    answers, log = run("/M/SECRET1234567890?phone=13800138000")
    _, request = lines(log)
    assert {name: request[name] for name in ("event", "method", "route", "status", "level")} == {
        "event": "request",
        "method": "GET",
        "route": "/M/{secret}",
        "status": 200,
        "level": "info",
    }
    assert answers == [f"200 {request['request']} ok"]
    assert request["ms"] >= 0
    assert "SECRET" not in log
    assert "138" not in log


def test_what_is_said_inside_a_request_carries_its_id() -> None:
    _, log = run("/M/A", "/M/B")
    inside_a, request_a, inside_b, request_b = lines(log)
    assert inside_a["request"] == request_a["request"] != inside_b["request"] == request_b["request"]


def test_health_and_static_files_are_passed_over() -> None:
    answers, log = run("/health/live", "/static/linju.css", "/M/A")
    assert len(answers) == 3
    assert [line["event"] for line in lines(log)] == ["inside", "request"]


@pytest.mark.parametrize("style", ["json", "text"])
def test_our_own_mistake_is_logged_with_its_place_and_without_any_value(style: str) -> None:
    """Errors of a database quote the row, and a traceback's variables hold the form."""
    answers, log = run("/broken/SECRET1234567890", style=style)
    assert answers[0].startswith("500 ")
    assert "ValueError" in log
    assert "in broken" in log or '"broken"' in log
    for value in ("13800138000", "SECRET1234567890", "could not store"):
        assert value not in log
    assert answers[0].split()[1] in log
