from __future__ import annotations

from io import BytesIO

import httpx
import pytest
import zxingcpp
from PIL import Image

from events.announce.posters import lettering
from events.announce.tables import Group
from events.catalog.tables import EventState
from tests import make
from tests.browser import ADDRESS
from tests.cast import Cast
from web.site import posters


@pytest.fixture
async def group(cast: Cast) -> Group:
    return await make.group(cast.east, host=cast.east_host)


def address(cast: Cast, group: Group) -> str:
    return f"/G/{group.code}/{cast.event.id}/poster.png"


@pytest.mark.parametrize("lower", [False, True])
async def test_show_is_anybody_s_picture_with_the_group_s_link(cast: Cast, anyone: httpx.AsyncClient, group: Group, lower: bool) -> None:
    path = address(cast, group)
    answer = await anyone.get(path.lower() if lower else path)
    assert (answer.status_code, answer.headers["content-type"], answer.headers["cache-control"]) == (200, "image/png", posters.CACHE)
    assert "set-cookie" not in answer.headers
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.content)))
    assert found.text == f"{ADDRESS}/G/{group.code}/{cast.event.id}".upper()
    again = await anyone.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_show_of_what_nobody_may_see_is_not_there(cast: Cast, anyone: httpx.AsyncClient, group: Group) -> None:
    draft = await make.event(store=cast.east, host=cast.east_host, state=EventState.DRAFT)
    west = await make.group(cast.west)
    assert (await anyone.get(address(cast, group))).status_code == 200
    for code, event in (
        ("ZZZZZ", cast.event.id),
        ("%E7%BE%A4", cast.event.id),
        (group.code, 999),
        (group.code, draft.id),
        (west.code, cast.event.id),
    ):
        assert (await anyone.get(f"/G/{code}/{event}/poster.png")).status_code == 404


async def test_show_is_not_there_on_a_machine_without_fonts(
    cast: Cast, anyone: httpx.AsyncClient, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lettering, "missing", lambda: ["noto-sans-sc"])
    assert (await anyone.get(address(cast, group))).status_code == 404


async def test_show_asks_a_crowd_to_come_again(
    cast: Cast, anyone: httpx.AsyncClient, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posters, "_under_way", {object() for _ in range(posters.MOST_AT_ONCE)})
    answer = await anyone.get(address(cast, group))
    assert (answer.status_code, answer.headers["retry-after"], answer.content) == (503, "5", b"")
    posters._under_way.pop()
    assert (await anyone.get(address(cast, group))).status_code == 200
    assert len(posters._under_way) == posters.MOST_AT_ONCE - 1
