"""Calendars answered early: exactly what the long way says, and never a moment behind what was committed."""

from __future__ import annotations

import pytest
from litestar import Litestar

from events import db
from events.catalog.tables import Session
from events.db import writing
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web import kept

ENCODINGS = ("br", "gzip", "identity")


def path(cast: Cast) -> str:
    return f"/calendar/{cast.east.id}/events.ics"


async def said(client: Browser, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    answer = await client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status_code, {name: value for name, value in answer.headers.items() if name != "x-request-id"}, answer.content


@pytest.mark.parametrize("encoding", ENCODINGS)
async def test_it_repeats_what_the_application_said(
    anyone: Browser, cast: Cast, encoding: str, monkeypatch: pytest.MonkeyPatch, time_machine: object
) -> None:
    for day in range(8):
        await make.session(cast.event, starts_at=make.at(day + 3))
    _status, headers, _body = await said(anyone, path(cast), accept_encoding=encoding)
    asked = ({"accept_encoding": encoding}, {"accept_encoding": encoding, "if_none_match": headers["etag"]})
    at_length = [await said(anyone, path(cast), **each) for each in asked]
    monkeypatch.setattr(kept, "file", None)  # the long way is closed
    assert [await said(anyone, path(cast), **each) for each in asked] == at_length
    assert [status for status, _headers, _body in at_length] == [200, 304]
    assert at_length[0][1].get("content-encoding", "identity") == encoding


async def test_it_never_repeats_what_is_no_longer_true(anyone: Browser, cast: Cast) -> None:
    told = []
    for minute in range(3):
        async with writing():
            await Session.update({Session.ends_at: cast.session.ends_at + make.MINUTE * minute}).where(Session.id == cast.session.id)
        told += [(await anyone.get(path(cast))).text for _ in range(2)]
    assert told[::2] == told[1::2]
    assert len(set(told)) == 3


async def test_it_keeps_to_our_own_host(anyone: Browser, cast: Cast) -> None:
    assert [(await anyone.get(path(cast))).status_code for _ in range(2)] == [200, 200]
    assert (await anyone.get(path(cast), headers={"host": "elsewhere.example"})).status_code == 400


async def test_it_repeats_no_error_and_nothing_private(anyone: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"/calendar/{max(cast.east.id, cast.west.id) + 1}/events.ics"
    assert [(await anyone.get(nobody)).status_code for _ in range(2)] == [404, 404]
    await make.store()
    assert (await anyone.get(nobody)).status_code == 200


async def test_it_goes_the_long_way_while_the_database_is_busy(anyone: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy() -> str:
        raise db.Busy("too long")

    assert [(await anyone.get(path(cast))).status_code for _ in range(2)] == [200, 200]
    monkeypatch.setattr(db, "version", busy)
    assert (await anyone.get(path(cast))).status_code == 503


@pytest.mark.parametrize(
    ("twice", "once"),
    [
        ([("accept-encoding", "br"), ("if-none-match", "{tag}"), ("if-none-match", "")], [("accept-encoding", "br")]),
        ([("accept-encoding", "gzip"), ("accept-encoding", "identity")], [("accept-encoding", "identity")]),
    ],
)
async def test_a_header_said_twice_spoils_nobody_s_answer(
    anyone: Browser, cast: Cast, twice: list[tuple[str, str]], once: list[tuple[str, str]]
) -> None:
    """What the application takes of two is its own affair: the answer to it is never the answer to one that says only the other."""
    for day in range(8):
        await make.session(cast.event, starts_at=make.at(day + 3))
    tag = (await anyone.head(path(cast))).headers["etag"]  # which is not remembered
    await anyone.get(path(cast), headers=[(name, value.format(tag=tag)) for name, value in twice])
    async with anyone.stream("GET", path(cast), headers=once) as answer:
        assert (answer.status_code, answer.headers.get("content-encoding", "identity")) == (200, once[0][1])


async def test_tags_of_any_length_are_not_remembered(anyone: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await anyone.get(path(cast), headers={"if-none-match": "a" * 10_000})).status_code == 200
    monkeypatch.setattr(kept, "file", None)  # the long way is closed
    assert (await anyone.get(path(cast), headers={"if-none-match": "a" * 10_000})).status_code == 500


async def test_a_cookie_meant_for_one_browser_is_nobody_else_s(anyone: Browser, app: Litestar, cast: Cast) -> None:
    anyone.cookies.set("linju_csrf", "of-another-secret", domain="127.0.0.1")
    await anyone.get(path(cast))
    assert "set-cookie" not in (await Browser(app).get(path(cast))).headers
