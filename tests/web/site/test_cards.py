"""The drawing of a kind as a picture that chat programs show."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.browser import Browser


@pytest.mark.parametrize("kind", ["workshop", "family", "visit"])
async def test_show_draws_each_kind(anyone: Browser, kind: str) -> None:
    answer = await anyone.get(f"/cards/{kind}.png")
    picture = Image.open(io.BytesIO(answer.content))
    assert (picture.format, picture.width) == ("PNG", 640)
    assert len(picture.convert("RGB").getcolors(maxcolors=1_000_000) or []) > 50  # a drawing, not a blank sheet


async def test_show_knows_no_other_file(anyone: Browser) -> None:
    assert (await anyone.get("/cards/other.png")).status_code == 404
