"""Kept pages: drawn once for all who read alike, and never a moment behind what was committed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from events import db
from events.catalog.tables import Event
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web import kept, replies


async def test_page_tells_of_a_change_the_moment_it_is_committed(anyone: Browser, cast: Cast) -> None:
    assert cast.event.title in (await anyone.get("/")).text
    for title in ("换个名字一", "换个名字二"):
        async with db.writing():
            await Event.update({Event.title: title}).where(Event.id == cast.event.id)
        assert title in (await anyone.get("/")).text


async def test_page_counts_a_family_that_just_signed_up(anyone: Browser, cast: Cast) -> None:
    before = (await anyone.get(f"/events/{cast.event.id}")).text
    await make.registration(cast.session, adults=5)
    assert (await anyone.get(f"/events/{cast.event.id}")).text != before


async def test_page_is_drawn_once_for_readers_of_the_same_moment(anyone: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    draw = replies.draw

    def noted(request: Any, template: str, **context: object) -> str:
        drawn.append(template)
        return draw(request, template, **context)

    monkeypatch.setattr(replies, "draw", noted)
    await asyncio.gather(*(anyone.get("/") for _ in range(10)))
    assert drawn == ["site/events/index"]
    await anyone.get("/", headers={"accept-language": "en"})  # another reader has another page
    assert drawn == ["site/events/index"] * 2


async def test_version_asks_again_for_whoever_came_after_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is given an answer that was asked for before they came; those who wait together share one."""
    gate = asyncio.Event()
    asked: list[int] = []

    async def answer() -> str:
        asked.append(len(asked))
        await gate.wait()
        return str(asked[-1])

    monkeypatch.setattr(db, "version", answer)
    version = kept.Version()
    first = asyncio.create_task(version.now())
    await asyncio.sleep(0)
    late = [asyncio.create_task(version.now()) for _ in range(5)]
    await asyncio.sleep(0)
    gate.set()
    assert await first == "0"
    assert await asyncio.gather(*late) == ["1"] * 5


async def test_version_gives_no_old_answer_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[str | Exception] = iter(["1", db.Busy("too long"), "2"])

    async def answer() -> str:
        await asyncio.sleep(0)
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(db, "version", answer)
    version = kept.Version()
    assert await version.now() == "1"
    outcomes = await asyncio.gather(version.now(), version.now(), return_exceptions=True)
    assert [type(each) for each in outcomes] == [db.Busy, str]
    assert outcomes[1] == "2"
