from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from events.announce.posters import drawing, layout, lettering
from events.announce.posters.poster import Fact, Poster
from tests import make

LONG = (
    "【周末亲子】小小收银员上岗半天：认识钱币、学会扫码、帮邻居装袋，"
    "最后领一份自己挣来的工资和一张盖着大红章的上岗证书，爸爸妈妈在旁边看着就好，不许帮忙"
)
POSTER = Poster(
    title="剪一条会游的纸鱼",
    kind="亲子活动 · 4–8 岁",
    payload="HTTPS://LINJU.EXAMPLE/G/K7Q2WD/1234",
    call="扫码报名",
    store="梅园路店",
    cover=make.picture("JPEG"),
    summary="一张彩纸、一把圆头剪刀，剪一条尾巴会动的鱼带回家。",
    leaf=("11月28日", "周六"),
    facts=(
        Fact('<circle cx="12" cy="12" r="9"/>', ("11月28日 周六 上午10:00–11:30", "11月29日 周日 上午10:00–11:30")),
        Fact('<circle cx="12" cy="12" r="9"/>', ("收银台旁上二楼", "梅园路 218 号")),
    ),
    hint="在微信里长按图片，点“识别图中二维码”",
    store_note="每天 7:30–21:30",
    logo='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="20" fill="#2f6b50"/></svg>',
)
BARE = Poster(title="包粽子", kind="店内工坊", payload=POSTER.payload, call="扫码报名", store="梅园路店", cover=make.picture())


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    assert image.format == "PNG"
    return image.convert("RGB")


def codes(image: Image.Image) -> list[str]:
    """QR only: rows of letters may look like other codes."""
    return [each.text for each in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))]


def as_sent(image: Image.Image, width: int) -> Image.Image:
    """As a chat passes it on: smaller, and squeezed until the edges blur."""
    stream = BytesIO()
    image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS).save(stream, "JPEG", quality=60)
    return Image.open(stream)


@pytest.mark.parametrize(
    "address", ["HTTPS://LINJU.EXAMPLE/G/K7Q2WD/1", "HTTPS://EVENTS.A-QUITE-LONG-NAME.NEIGHBOURS.EXAMPLE:8443/G/K7Q2WD7Q2WD/123456"]
)
def test_png_carries_the_group_s_code_through_a_chat(address: str) -> None:
    image = opened(drawing.png(replace(POSTER, payload=address)))
    assert image.width == 1080
    assert codes(image) == [address]
    assert codes(as_sent(image, 1080)) == [address]
    assert codes(as_sent(image, 540)) == [address]


@pytest.mark.parametrize(
    "poster", [BARE, replace(POSTER, title=LONG, summary=LONG, stamp="取消了", why=LONG), replace(POSTER, title="Words " * 12)]
)
def test_png_holds_whatever_it_is_given(poster: Poster) -> None:
    image = opened(drawing.png(poster))
    assert codes(image) == [poster.payload]
    assert image.getpixel((10, image.height - 10)) == image.getpixel((1070, image.height - 10)) == (0xF6, 0xEF, 0xE1)


def test_png_is_grey_above_when_called_off() -> None:
    on, off = (opened(drawing.png(replace(POSTER, stamp=stamp))).getpixel((900, 300)) for stamp in ("", "取消了"))
    assert isinstance(on, tuple)
    assert isinstance(off, tuple)
    assert max(on) - min(on) > 60
    assert max(off) - min(off) < 30


def test_png_of_a_photograph_stays_below_what_robots_take() -> None:
    noise = BytesIO()
    Image.merge("RGB", [Image.effect_noise((1280, 960), 90) for _each in range(3)]).save(noise, "JPEG", quality=90)
    data = drawing.png(replace(BARE, cover=noise.getvalue()))  # few words, so the tallest picture
    assert len(data) < 2_000_000
    assert codes(opened(data)) == [POSTER.payload]


def test_sheet_says_everything_within_the_margins() -> None:
    page = layout.sheet(POSTER)
    told = "".join(layout.texts(page.words)).replace(" ", "")
    for text in (
        POSTER.title,
        POSTER.kind,
        POSTER.summary,
        POSTER.call,
        POSTER.hint,
        POSTER.store,
        *(POSTER.leaf or ()),
        *POSTER.facts[0].lines,
    ):
        assert text.replace(" ", "") in told
    widest = max(words.x + lettering.width(words.text, words.size, words.weight) for words in page.words)
    assert widest <= layout.WIDTH - layout.MARGIN
    assert min(words.x for words in page.words) >= layout.MARGIN


@pytest.mark.parametrize(("title", "lines", "size"), [("包粽子", 1, 104), ("小小收银员，上岗半天", 2, 96), (LONG, 5, 58)])
def test_sheet_shrinks_a_long_title_instead_of_cutting_it(title: str, lines: int, size: int) -> None:
    page = layout.sheet(replace(POSTER, title=title))
    set_so = [words for words in page.words if words.size == size]
    assert len(set_so) == lines
    assert "".join(layout.texts(set_so)) == title


def test_cover_height_gives_way_to_words() -> None:
    assert [layout.cover_height(below) for below in (900, 1200, 2000)] == [675, 600, 520]
