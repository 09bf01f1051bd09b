import re
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as some
from PIL import Image

from events.checkin import qr
from events.codes import ALPHABET

TICKET = "HTTPS://LINJU.EXAMPLE/T/ABCDEFGHJKMNPQRS"


def decoded(png: bytes) -> zxingcpp.Barcode:
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("L"))
    return found


def drawn(svg: str) -> Image.Image:
    """The SVG's runs, painted: enough of a renderer for one path of rectangles."""
    side = int(svg.split('viewBox="0 0 ')[1].split(maxsplit=1)[0])
    image = Image.new("L", (side, side), 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", svg):
        image.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    return image.resize((side * 8, side * 8), Image.Resampling.NEAREST)


def test_png_is_read_back_by_another_decoder() -> None:
    found = decoded(qr.png(TICKET))
    assert (found.text, found.format, found.ec_level) == (TICKET, zxingcpp.BarcodeFormat.QRCode, "Q")


@given(some.text(ALPHABET, min_size=16, max_size=20))
def test_png_carries_any_secret(secret: str) -> None:
    payload = qr.address_payload("https://linju.example", f"/T/{secret}")
    assert decoded(qr.png(payload, 4)).text == payload


def test_png_carries_lower_case_and_chinese_too() -> None:
    assert decoded(qr.png("https://linju.example/events/12?来自=群")).text == "https://linju.example/events/12?来自=群"


@pytest.mark.parametrize("scale", [1, 3, 12])
def test_png_has_scale_pixels_a_module_and_a_quiet_zone(scale: int) -> None:
    image = Image.open(BytesIO(qr.png(TICKET, scale)))
    side = (29 + 2 * 4) * scale
    assert (image.format, image.mode, image.size) == ("PNG", "1", (side, side))
    border = image.convert("L")
    border.paste(255, (4 * scale, 4 * scale, side - 4 * scale, side - 4 * scale))
    assert border.getextrema() == (255, 255)


def test_svg_draws_what_the_png_draws() -> None:
    (found,) = zxingcpp.read_barcodes(drawn(qr.svg(TICKET)))
    assert found.text == TICKET


def test_svg_is_one_path_without_style_or_script() -> None:
    svg = qr.svg(TICKET)
    assert svg.count("<path") == 1
    assert not re.search(r"style|script|<g|href", svg)


def test_address_payload_is_upper_case() -> None:
    assert qr.address_payload("https://linju.example/", "/T/abc") == "HTTPS://LINJU.EXAMPLE/T/ABC"
    assert qr.address_payload("http://127.0.0.1:8000", "T/ABC") == "HTTP://127.0.0.1:8000/T/ABC"


@pytest.mark.parametrize("address", ["https://邻聚.example", "https://linju.example/?a=b", "https://li_nju.example"])
def test_address_payload_refuses_what_alphanumeric_mode_lacks(address: str) -> None:
    with pytest.raises(ValueError, match="not alphanumeric"):
        qr.address_payload(address, "/T/ABC")


def test_version_of_a_ticket_stays_small() -> None:
    assert qr.version(TICKET) == 3
    assert qr.version(TICKET.lower()) == 4


def test_version_3_holds_a_host_of_twenty_with_a_secret_of_sixteen() -> None:
    payload = qr.address_payload("https://" + "h" * 20, "/T/" + "0" * 16)
    assert (qr.version(payload), qr.version(payload + "0")) == (3, 4)
