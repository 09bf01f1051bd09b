from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from PIL import Image, ImageOps

from events.catalog import sessions
from events.checkin import photos, qr
from events.checkin.tables import Ticket
from events.db.engine import PooledEngine
from events.errors import Refused
from tests import make

SECRET, OTHER = "ABCDEFGHJKMNPQRS", "0123456789ABCDEF"
ADDRESS = "HTTPS://LINJU.EXAMPLE/T/"


def photo(*secrets: str, size: tuple[int, int] = (1200, 900), side: int = 400, turned: float = 0, mode: str = "RGB") -> Image.Image:
    """Tickets on a grey counter, from left to right."""
    picture = Image.new("RGB", size, (150, 150, 150))
    for place, secret in enumerate(secrets):
        ticket = Image.open(BytesIO(qr.png(ADDRESS + secret))).convert("RGB").resize((side, side)).rotate(turned, fillcolor="white")
        picture.paste(ticket, (40 + place * (side + 80), (size[1] - side) // 2))
    return picture.convert(mode)


def file(image: Image.Image, form: str = "JPEG", **of: object) -> bytes:
    stream = BytesIO()
    image.save(stream, form, **of)
    return stream.getvalue()


async def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        await photos.codes(data)
    assert refused.value.field == "photo"
    return str(refused.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_codes_reads_every_kind_of_picture(form: str) -> None:
    assert await photos.codes(file(photo(SECRET), form)) == [ADDRESS + SECRET]


@pytest.mark.parametrize("mode", ["L", "1", "P", "CMYK"])
async def test_codes_reads_every_kind_of_colour(mode: str) -> None:
    assert await photos.codes(file(photo(SECRET, mode=mode), "JPEG" if mode == "CMYK" else "PNG"))


async def test_codes_reads_a_drawing_without_a_ground() -> None:
    """A ticket's picture made transparent, as some apps send it."""
    picture = photo(SECRET, size=(480, 480)).convert("RGBA")
    picture.putalpha(picture.convert("L").point(lambda grey: 0 if grey > 140 else 255))
    assert await photos.codes(file(picture, "PNG")) == [ADDRESS + SECRET]


@pytest.mark.parametrize("turned", [15, 90, 200])
async def test_codes_reads_a_crooked_picture(turned: float) -> None:
    assert await photos.codes(file(photo(SECRET, turned=turned)))


@pytest.mark.parametrize("orientation", range(1, 9))
async def test_codes_reads_however_the_phone_was_held(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert await photos.codes(file(photo(SECRET), exif=exif)) == [ADDRESS + SECRET]


async def test_codes_reads_the_mirrored_picture_of_a_front_camera() -> None:
    assert await photos.codes(file(ImageOps.mirror(photo(SECRET)))) == [ADDRESS + SECRET]


@pytest.mark.parametrize("side", [2400, 600, 90])
async def test_codes_reads_a_phones_twelve_million_pixels_near_and_far(side: int) -> None:
    assert await photos.codes(file(photo(SECRET, size=(4032, 3024), side=side), quality=90)) == [ADDRESS + SECRET]


async def test_codes_finds_several() -> None:
    assert sorted(await photos.codes(file(photo(SECRET, OTHER)))) == [ADDRESS + OTHER, ADDRESS + SECRET]


async def test_codes_refuses_a_picture_without_one() -> None:
    assert "没找到码" in await refusal(file(photo()))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "不是能用的图片"),
        (b"\0" * 1000, "不是能用的图片"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500, "不是能用的图片"),  # an iPhone's own kind
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是能用的图片"),
        (file(photo(SECRET))[:4000], "坏了"),
        (b"\xff\xd8" + b"\0" * 12_000_000, "12 MB"),
    ],
    ids=["nothing", "zeros", "heic", "svg", "cut", "large"],
)
async def test_codes_refuses_what_is_no_picture(data: bytes, said: str) -> None:
    assert said in await refusal(data)


async def test_codes_refuses_a_bomb_before_it_unpacks() -> None:
    assert "像素太多" in await refusal(file(Image.new("1", (9000, 9000)), "PNG"))


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        (ADDRESS + SECRET, SECRET),
        (f"http://127.0.0.1:8000/t/{SECRET.lower()}", SECRET),
        (f" {SECRET}\n", SECRET),
        (f"HTTPS://OLD.EXAMPLE/SHOP/T/{SECRET}", SECRET),
        (ADDRESS + SECRET[:-1], None),
        (ADDRESS + SECRET + "X", None),
        (f"HTTPS://LINJU.EXAMPLE/M/{SECRET}", None),
        (ADDRESS + "ABCDEFGHIJKLMNOU", None),  # letters no secret has
        ("', DROP TABLE ticket", None),
        ("", None),
    ],
)
def test_secret_in(code: str, secret: str | None) -> None:
    assert photos.secret_in(code) == secret


@pytest.fixture
async def theirs(engine: PooledEngine) -> Ticket:
    return await make.ticket_of(await make.registration())


async def of_store(ticket: Ticket, codes: Sequence[str], *, foreign: bool = False) -> int | None:

    _session, event, _store = await sessions.whole(ticket.session)
    found = await photos.ticket(codes, event.store + int(foreign))
    return found.id if found else None


async def test_ticket_is_the_first_of_the_store(theirs: Ticket) -> None:
    codes = ["https://menu.example", ADDRESS + OTHER, ADDRESS + theirs.secret]
    assert await of_store(theirs, codes) == theirs.id
    assert await of_store(theirs, codes[:2]) is None
    assert await of_store(theirs, codes, foreign=True) is None


async def test_codes_unpacks_no_huge_picture_that_no_camera_makes() -> None:
    """A few kilobytes of PNG may be 200 MB of pixels; the photo of everybody else would wait for it."""
    stream = BytesIO()
    Image.new("1", (4100, 4100), 1).save(stream, "PNG")
    with pytest.raises(Refused, match="像素太多"):
        await photos.codes(stream.getvalue())
