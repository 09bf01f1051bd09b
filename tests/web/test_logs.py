"""The log of a process of its own: it writes to the real standard error."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from types import SimpleNamespace
from typing import Any

import pytest

from web import heads, logs

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


PATHS = ("/M/SECRET1234567890?phone=13800138000", "/M/B", "/health/live", "/static/linju.css", "/broken/SECRET1234567890")
VALUES = ("SECRET1234567890", "13800138000", "could not store")


class Told:
    """What each request was answered, and the log of all of them."""

    def __init__(self, style: str) -> None:
        command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAM, style, *PATHS]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self.answers = dict(zip(PATHS, done.stdout.splitlines(), strict=True))
        self.log = done.stderr

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.splitlines()]


@pytest.fixture(scope="module")
def told() -> Told:
    return Told("json")


def test_a_request_is_one_line_with_its_route_and_never_its_address(told: Told) -> None:
    request = next(line for line in told.lines if line["event"] == "request")
    assert {name: request[name] for name in ("method", "route", "status", "level")} == {
        "method": "GET",
        "route": "/M/{secret}",
        "status": 200,
        "level": "info",
    }
    assert told.answers[PATHS[0]] == f"200 {request['request']} ok"
    assert request["ms"] >= 0


def test_what_is_said_inside_a_request_carries_its_id(told: Told) -> None:
    inside_a, request_a, inside_b, request_b, *_ = told.lines
    assert (inside_a["event"], request_a["event"]) == ("inside", "request")
    assert inside_a["request"] == request_a["request"] != inside_b["request"] == request_b["request"]


def test_health_and_static_files_are_passed_over(told: Told) -> None:
    assert [line["event"] for line in told.lines] == ["inside", "request", "inside", "request", "unforeseen", "request"]


def test_our_own_mistake_is_logged_with_its_place_and_without_any_value(told: Told) -> None:
    """Errors of a database quote the row, and a traceback's variables hold the form."""
    answer = told.answers[PATHS[-1]]
    mistake = told.lines[-2]
    assert answer.startswith(f"500 {mistake['request']}")
    assert (mistake["level"], mistake["kind"]) == ("error", "ValueError")
    assert "broken" in {frame["name"] for frame in mistake["exception"][0]["frames"]}
    assert [value for value in VALUES if value in told.log] == []


def test_a_person_at_a_terminal_reads_no_value_either() -> None:
    log = Told("text").log
    assert "ValueError" in log
    assert "in broken" in log
    assert "/M/{secret}" in log
    assert [value for value in VALUES if value in log] == []


async def test_a_head_is_told_as_one_though_it_is_answered_as_a_get(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(logs, "log", SimpleNamespace(info=lambda _event, **of: told.append(of)))

    async def answer(scope: Any, _receive: Any, send: Any) -> None:
        assert scope["method"] == "GET"
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nobody(*_message: Any) -> None: ...

    await logs.access(heads.answered(answer))({"type": "http", "method": "HEAD"}, nobody, nobody)  # type: ignore[arg-type]  # -- as little as is looked at
    assert [(each["method"], each["status"]) for each in told] == [("HEAD", 200)]
