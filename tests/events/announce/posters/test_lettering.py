from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from events.announce.posters import lettering

SURNAMES = (
    "逄亓仉乜笪佘佟阚麴璩郗郤郄呙郏妫芈昝爨龑亶仝仡佴僪劢卞厍召咸員嗏圐堃夔妘娄尧岀嵇巩帅庹弭归愼戚揭撖敖"
    "晁晏曲朴权来查柏桓楼殳毌氾洗浑渠涂湛澹濮火点爱牟狐玥瓮甪甯畅畢皋盍眭矫禚秘种窦竺笃簡粟糜綦線繆缑羿翦"
    "聂脱臧舒苌苟苻茆茹荀莘菅萨葉蒯蓟蔺蘧虎虢蛮衡袭覃訾谌谯貊贠贲赧赫越軒辜达逯遆邝邰郜郦郯鄂鄞鄢鄯酆釆鍾"
    "钭铎镕镡閆闫闾陕隗雍靖鞠韓頓顓颛饶騫骆鬱魏鮑鲍鲜鸷麦麻黎黻齐龘喆㐂𠮷𬭚𫖯𫍯𬬭鿏䶮㛃㽏"
)


def read_cmap(face: lettering.Face) -> set[int]:
    """What a font says it has: its table of characters (OpenType 1.9, cmap format 12), read without Pillow or FreeType."""
    data, start = Path(face[0]).read_bytes(), 0
    if data[:4] == b"ttcf":
        start = struct.unpack_from(">I", data, 12 + 4 * face[1])[0]
    tables = struct.unpack_from(">H", data, start + 4)[0]
    entries = (struct.unpack_from(">4sIII", data, start + 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _sum, offset, _length in entries if tag == b"cmap")
    subtables = (struct.unpack_from(">HHI", data, cmap + 4 + 8 * n)[2] for n in range(struct.unpack_from(">H", data, cmap + 2)[0]))
    table = next(cmap + offset for offset in subtables if struct.unpack_from(">H", data, cmap + offset)[0] == 12)
    groups = (struct.unpack_from(">III", data, table + 16 + 12 * n) for n in range(struct.unpack_from(">I", data, table + 12)[0]))
    return {code for first, last, glyph in groups for code in range(first, last + 1) if glyph or first != last}


@pytest.fixture(scope="module")
def chinese() -> set[int]:
    return read_cmap(lettering.faces()[0])


def of_two_bytes(codec: str) -> Iterator[str]:
    """Every character that an old Chinese encoding has in two bytes."""
    for high in range(0x81, 0xFF):
        for low in range(0x40, 0xFF):
            try:
                yield bytes((high, low)).decode(codec)
            except UnicodeDecodeError:
                continue


def test_every_character_of_old_computers_is_in_the_font(chinese: set[int]) -> None:
    """GB 2312 is what shops typed in; GBK has all 20,902 characters that a census met with until 2000."""
    assert {sign for sign in of_two_bytes("gb2312") if ord(sign) not in chinese} == set()
    ideographs = {sign for sign in of_two_bytes("gbk") if "\u4e00" <= sign <= "\u9fa5"}
    assert len(ideographs) == 20_902
    assert {sign for sign in ideographs if ord(sign) not in chinese} == set()


def test_rare_surnames_come_out_as_themselves(chinese: set[int]) -> None:
    assert {sign for sign in SURNAMES if ord(sign) not in chinese} == set()
    assert [(face, run) for face, run in lettering.runs(SURNAMES)] == [(lettering.faces()[0], SURNAMES)]


def test_has_agrees_with_the_fonts_own_table(chinese: set[int]) -> None:
    """No box is ever drawn: what would come out as one is told apart from what the font has, all over GB 18030's planes."""
    face = lettering.faces()[0]
    codes = [*range(0x3400, 0x9FFF, 13), *range(0x20000, 0x2F800, 211), *range(0x30000, 0x323AF, 211)]
    assert {hex(code) for code in codes if lettering.has(face, chr(code)) != (code in chinese)} == set()


@pytest.mark.parametrize(
    ("sign", "file"), [("é", "CJK"), ("Ж", "CJK"), ("ไ", "Thai"), ("₂", "NotoSans["), ("🥟", "Emoji"), ("👨‍👩‍👧", "Emoji")]
)
def test_runs_ask_the_next_font_for_what_the_first_lacks(sign: str, file: str) -> None:
    ((face, run),) = lettering.runs(sign)
    assert file in face[0]
    assert run == sign


def test_runs_put_the_printers_sign_for_what_no_font_has() -> None:
    assert [run for _face, run in lettering.runs("王\U000323af\ue000")] == ["王〓〓"]


def test_runs_leave_out_what_cannot_be_seen_and_keep_what_changes_a_sign() -> None:
    assert [run for _face, run in lettering.runs("王\x00\x1b师\u0301傅")] == ["王师\u0301傅"]
    assert list(lettering.runs("\x07")) == []


def test_write_hangs_an_opening_bracket_out_to_the_left() -> None:
    assert ink("【好】")[0] < ink("好")[0] + 20


def test_write_ends_where_width_says() -> None:
    on = ImageDraw.Draw(Image.new("RGB", (600, 120)))
    for text in ("剪纸鱼", "Paper 鱼🥟", ""):
        assert lettering.write(on, (10, 80), text, 48, lettering.BOLD, "#fff") == pytest.approx(
            10 + lettering.width(text, 48, lettering.BOLD)
        )


def test_write_is_bolder_when_bold() -> None:
    assert ink("鱼", lettering.BOLD)[1] > 1.2 * ink("鱼", lettering.REGULAR)[1]


def test_missing_names_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert lettering.missing() == []
    monkeypatch.setattr(lettering, "PACKAGES", ("a_font_nobody_has", "manimgx_fonts"))
    lettering.faces.cache_clear()
    try:
        assert lettering.missing() == ["a_font_nobody_has"]
        with pytest.raises(lettering.NoFonts, match="a_font_nobody_has"):
            lettering.faces()
    finally:
        lettering.faces.cache_clear()


def ink(text: str, weight: int = lettering.REGULAR) -> tuple[int, float]:
    """Where the ink begins, and how much there is."""
    image = Image.new("L", (400, 120))
    lettering.write(ImageDraw.Draw(image), (50, 90), text, 64, weight, "#fff")
    box = image.getbbox()
    assert box is not None
    return box[0], sum(level * count for level, count in enumerate(image.histogram()))
