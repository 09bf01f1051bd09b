from io import BytesIO

import pytest
from PIL import Image

from events.catalog import pictures
from events.catalog.tables import Picture
from tests import make
from tests.browser import Browser
from tests.cast import Cast


@pytest.fixture
async def picture(cast: Cast) -> Picture:
    return await pictures.keep(cast.east, make.picture(), by=cast.east_host)


@pytest.mark.parametrize(("file", "width"), [("cover.jpg", 1280), ("card.jpg", 480), ("chat.jpg", 600)])
async def test_show_gives_a_jpeg_for_ever(anyone: Browser, picture: Picture, file: str, width: int) -> None:
    answer = await anyone.get(f"/pictures/{picture.digest}/{file}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "set-cookie" not in answer.headers
    with Image.open(BytesIO(answer.content)) as image:
        assert image.width == width


async def test_show_of_anything_else_is_not_there(anyone: Browser, picture: Picture) -> None:
    for address in (f"{picture.digest}/cover.png", f"{picture.digest}/%2e%2e", "0" * 64 + "/card.jpg", "x/card.jpg"):
        assert (await anyone.get(f"/pictures/{address}")).status_code == 404
