from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from events.announce import posters
from events.announce.posters import Poster, drawing

POSTER = Poster(
    title="包粽子", kind="店内工坊", payload="HTTPS://LINJU.EXAMPLE/G/K7Q2WD/1", call="扫码报名", store="梅园路店", cover=b"a picture"
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The titles that were really drawn, each as large as a third of what is kept."""
    titles: list[str] = []

    def png(poster: Poster) -> bytes:
        assert threading.current_thread() is not threading.main_thread()
        time.sleep(0.05)
        titles.append(poster.title)
        return poster.title.encode() + bytes(posters.KEPT // 3)

    monkeypatch.setattr(drawing, "png", png)
    posters._wall.clear()
    yield titles
    posters._wall.clear()


async def test_png_draws_the_same_poster_once(drawn: list[str]) -> None:
    many = await asyncio.gather(*(posters.png(replace(POSTER)) for _each in range(5)))
    assert drawn == ["包粽子"]
    assert len(set(many)) == 1


@pytest.mark.parametrize(
    "change", [{"title": "包汤圆"}, {"cover": b"another"}, {"payload": "HTTPS://LINJU.EXAMPLE/G/OTHER/1"}, {"stamp": "取消了"}]
)
async def test_png_draws_anew_what_says_something_else(drawn: list[str], change: dict[str, str]) -> None:
    await posters.png(POSTER)
    await posters.png(replace(POSTER, **change))  # type: ignore[arg-type]  # -- one field of several types
    assert len(drawn) == 2


async def test_png_keeps_no_more_than_it_may(drawn: list[str]) -> None:
    for n in range(4):
        await posters.png(replace(POSTER, title=f"第{n}场"))
        assert sum(map(len, posters._wall.values())) <= posters.KEPT
    await posters.png(replace(POSTER, title="第3场"))
    assert len(drawn) == 4
    await posters.png(replace(POSTER, title="第0场"))
    assert len(drawn) == 5
