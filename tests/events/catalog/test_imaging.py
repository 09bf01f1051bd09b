import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image, ImageCms, ImageDraw

from events.catalog import imaging
from events.catalog.imaging import Prepared, prepare
from events.errors import Refused

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def file(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (64, 48), colour: float | tuple[int, ...] = RED) -> Image.Image:
    return Image.new(mode, size, colour)


def drawn(prepared: Prepared) -> Image.Image:
    return Image.open(BytesIO(prepared.cover))


def is_near(found: object, colour: tuple[int, ...]) -> bool:
    assert isinstance(found, tuple)
    return all(abs(one - other) < 12 for one, other in zip(found, colour, strict=True))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def claiming(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG of one bit a pixel whose header claims a size."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels, 1)) + chunk(b"IEND", b"")


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refused:
        prepare(data)
    assert refused.value.field == "picture"
    return refused.value.sentence


def test_prepare_makes_three_progressive_jpegs() -> None:
    prepared = prepare(file(plain(size=(3000, 2000))))
    sizes = [Image.open(BytesIO(data)).size for data in (prepared.cover, prepared.card, prepared.chat)]
    assert sizes == [(1280, 853), (480, 320), (600, 600)]
    assert (prepared.width, prepared.height) == (1280, 853)
    assert (drawn(prepared).format, drawn(prepared).mode, drawn(prepared).info["progressive"]) == ("JPEG", "RGB", 1)


def test_prepare_never_enlarges() -> None:
    assert drawn(prepare(file(plain(size=(200, 100))))).size == (200, 100)


@pytest.mark.parametrize(("size", "expected"), [((10, 60_000), (1, 2560)), ((60_000, 10), (1280, 1)), ((1, 1), (1, 1))])
def test_prepare_survives_odd_shapes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert drawn(prepare(file(plain(size=size), "PNG"))).size == expected


def test_prepare_digests_the_cover() -> None:
    same, other = file(plain()), file(plain(colour=BLUE))
    assert prepare(same).digest == prepare(same).digest != prepare(other).digest
    assert len(prepare(same).digest) == 64


@pytest.mark.parametrize(
    ("image", "form"),
    [
        (plain("CMYK", colour=(0, 255, 255, 0)), "JPEG"),
        (plain("L", colour=76), "JPEG"),
        (plain("RGBA", colour=(255, 0, 0, 255)), "PNG"),
        (plain("P", colour=1), "PNG"),
        (plain("1", colour=1), "PNG"),
        (plain("LA", colour=(9, 255)), "PNG"),
        (plain("I;16", colour=9), "PNG"),
        (plain("RGBA", colour=(255, 0, 0, 255)), "WEBP"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.mode,
)
def test_prepare_turns_every_mode_into_rgb(image: Image.Image, form: str) -> None:
    assert drawn(prepare(file(image, form))).mode == "RGB"


def test_prepare_keeps_the_colour_of_cmyk() -> None:
    assert is_near(drawn(prepare(file(plain("CMYK", colour=(0, 255, 255, 0)), quality=95))).getpixel((9, 9)), RED)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_prepare_puts_what_is_transparent_on_white(form: str) -> None:
    assert is_near(drawn(prepare(file(plain("RGBA", colour=(0, 0, 0, 0)), form))).getpixel((9, 9)), WHITE)


def test_prepare_puts_a_transparent_palette_on_white() -> None:
    palette = plain("P", colour=1)
    palette.putpalette([*BLUE, *RED])
    assert is_near(drawn(prepare(file(palette, "PNG"))).getpixel((9, 9)), RED)
    assert is_near(drawn(prepare(file(palette, "PNG", transparency=1))).getpixel((9, 9)), WHITE)


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_prepare_takes_the_first_frame_of_a_moving_picture(form: str) -> None:
    moving = file(plain(), form, save_all=True, append_images=[plain(colour=BLUE)], duration=80)
    assert getattr(Image.open(BytesIO(moving)), "n_frames", 1) == 2
    assert is_near(drawn(prepare(moving)).getpixel((9, 9)), RED)


def test_prepare_takes_a_phone_picture_with_a_second_one_inside() -> None:
    double = file(plain(), "MPO", save_all=True, append_images=[plain(colour=BLUE)])
    assert Image.open(BytesIO(double)).format == "MPO"
    assert is_near(drawn(prepare(double)).getpixel((9, 9)), RED)


def test_prepare_turns_a_phone_picture_upright() -> None:
    lying = plain(size=(3000, 2000), colour=BLUE)
    ImageDraw.Draw(lying).rectangle((0, 0, 2999, 500), RED)  # the upper side as stored
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned a quarter clockwise
    upright = drawn(prepare(file(lying, exif=exif)))
    assert upright.size == (1280, 1920)
    assert is_near(upright.getpixel((1270, 900)), RED)
    assert is_near(upright.getpixel((10, 900)), BLUE)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_prepare_leaves_no_metadata(form: str) -> None:
    exif = Image.Exif()
    exif[MAKER] = "NeighbourPhone"
    exif.get_ifd(GPS)[2] = (31.0, 14.0, 15.0)
    told = file(plain(), form, exif=exif, comment=b"NeighbourPhone")
    assert Image.open(BytesIO(told)).getexif().get_ifd(GPS)
    assert b"NeighbourPhone" in told
    prepared = prepare(told)
    for data in (prepared.cover, prepared.card, prepared.chat):
        again = Image.open(BytesIO(data))
        assert not again.getexif()
        assert again.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert b"NeighbourPhone" not in data


def test_prepare_converts_a_colour_profile_and_drops_it() -> None:
    lab = ImageCms.createProfile("LAB")
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    prepared = drawn(prepare(file(plain(), icc_profile=srgb, quality=95)))
    assert is_near(prepared.getpixel((9, 9)), RED)
    assert "icc_profile" not in prepared.info
    mismatched = file(plain(), icc_profile=ImageCms.ImageCmsProfile(lab).tobytes(), quality=95)
    assert is_near(drawn(prepare(mismatched)).getpixel((9, 9)), RED)


def test_prepare_takes_a_picture_with_a_broken_profile() -> None:
    assert is_near(drawn(prepare(file(plain(), icc_profile=b"nonsense", quality=95))).getpixel((9, 9)), RED)


@pytest.mark.parametrize("data", [b"", "一行字".encode(), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", b"\xff\xd8"])
def test_prepare_refuses_what_is_no_picture(data: bytes) -> None:
    assert refusal(data) == "这不是能用的图片，换一张 JPG、PNG 或 WebP"


@pytest.mark.parametrize("form", ["BMP", "TIFF", "PPM", "ICO", "PDF"])
def test_prepare_refuses_other_formats(form: str) -> None:
    assert refusal(file(plain(), form)) == "这不是能用的图片，换一张 JPG、PNG 或 WebP"


def test_prepare_refuses_too_many_bytes_before_looking() -> None:
    assert refusal(b"\0" * (imaging.BYTES + 1)) == "图片最大 %(most)s MB，换张小一点的"
    assert refusal(b"\0" * imaging.BYTES) != "图片最大 %(most)s MB，换张小一点的"


@pytest.mark.parametrize("size", [(30_000, 30_000), (10_000, 10_000), (7_072, 7_072)])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_prepare_refuses_a_bomb_by_its_header(size: tuple[int, int]) -> None:
    assert refusal(claiming(*size)) == "图片的像素太多，先缩小再传"


def test_prepare_refuses_a_bomb_where_warnings_are_errors() -> None:
    assert refusal(claiming(10_000, 7_000)) == "图片的像素太多，先缩小再传"


def test_prepare_refuses_a_real_bomb() -> None:
    bomb = claiming(30_000, 30_000, bytes(30_000 * (1 + 30_000 // 8)))
    assert len(bomb) < 600_000
    assert refusal(bomb) == "图片的像素太多，先缩小再传"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_prepare_refuses_a_truncated_file(form: str) -> None:
    whole = file(Image.effect_noise((400, 300), 80).convert("RGB"), form)
    assert drawn(prepare(whole)).size == (400, 300)
    assert refusal(whole[: len(whole) // 2]) in {"图片坏了或没传完整，换一张试试", "这不是能用的图片，换一张 JPG、PNG 或 WebP"}


def cut(data: bytes, at: int, new: int) -> bytes:
    return data[:at]


def flipped(data: bytes, at: int, new: int) -> bytes:
    return data[:at] + bytes([new]) + data[at + 1 :]


@settings(max_examples=60, deadline=None)
@given(
    some.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    some.sampled_from([cut, flipped]),
    some.floats(0, 1, exclude_max=True),
    some.integers(0, 255),
)
@pytest.mark.filterwarnings("ignore")
def test_prepare_answers_or_refuses_any_damage(form: str, damage: Callable[[bytes, int, int], bytes], where: float, new: int) -> None:
    whole = file(plain(), form)
    try:
        prepared = prepare(damage(whole, int(len(whole) * where), new))
    except Refused:
        return
    assert drawn(prepared).mode == "RGB"
