import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.announce import fitting

LINK = "https://linju.example/G/7QX3/41"
MORE = "…"
texts = st.text(max_size=400) | st.text(alphabet="纸鱼 a👩‍👩‍👧🇨🇳👍🏽é\u0301\ufe0f\n", max_size=400)


@given(text=texts, room=st.integers(min_value=len(LINK), max_value=600))
@example(text="鱼" * 200, room=len(LINK))
@example(text="鱼" * 200, room=len(LINK) + 4)
def test_fit_keeps_the_link_whole_within_the_bytes(text: str, room: int) -> None:
    fitted = fitting.fit(text, LINK, room)
    assert len(fitted.encode()) <= room
    assert fitted.endswith(LINK)


@given(text=texts, room=st.integers(min_value=len(LINK), max_value=600))
def test_fit_changes_nothing_when_there_is_room_and_else_keeps_a_start(text: str, room: int) -> None:
    fitted = fitting.fit(text, LINK, room)
    whole = fitting.whole(text, LINK)
    if fitting.size(text, LINK) <= room:
        assert fitted == whole
    else:
        assert text.strip().startswith(fitted.removesuffix(LINK).removesuffix(f"{MORE}\n"))


@given(text=texts, room=st.integers(min_value=3, max_value=600))
def test_fit_without_a_link_stays_within_the_bytes(text: str, room: int) -> None:
    assert len(fitting.fit(text, "", room).encode()) <= room


def test_fit_uses_all_the_room_there_is() -> None:
    assert fitting.fit("鱼" * 1000, LINK, 2048) == "鱼" * ((2048 - len(LINK) - 4) // 3) + f"{MORE}\n{LINK}"


def test_fit_cuts_no_emoji_in_two() -> None:
    family = "👩‍👩‍👧"
    room = len(f"来{family}{MORE}".encode())
    assert fitting.fit(f"来{family}玩玩", "", room) == f"来{family}{MORE}"
    assert {fitting.fit(f"来{family}玩玩", "", less) for less in range(6, room)} == {f"来{MORE}"}
    assert fitting.fit("来👍🏽玩玩玩玩", "", 13) == f"来{MORE}"
    assert fitting.fit("🇨🇳🇨🇳🇨🇳", "", 15) == f"🇨🇳{MORE}"
    assert fitting.fit("e\u0301e\u0301e\u0301", "", 7) == f"e\u0301{MORE}"


def test_fit_leaves_out_another_address_rather_than_half_of_it() -> None:
    text = "看照片 https://photos.example/albums/2026/spring 再来报名，孩子在这边做，您去楼下买菜"
    assert fitting.fit(text, LINK, 70) == f"看照片{MORE}\n{LINK}"


def test_fit_says_the_link_once_when_the_words_hold_it() -> None:
    text = f"报名：{LINK}，带围裙"
    assert fitting.fit(text, LINK, 2048) == text
    assert fitting.fit(text + "鱼" * 100, LINK, 60) == f"报名：{MORE}\n{LINK}"


def test_fit_is_not_fooled_by_a_longer_link() -> None:
    assert fitting.fit(f"报名：{LINK}2", LINK, 2048) == f"报名：{LINK}2\n{LINK}"


def test_fit_gives_the_bare_link_when_nothing_else_fits() -> None:
    assert fitting.fit("鱼" * 50, LINK, len(LINK) + 6) == LINK


def test_fit_refuses_a_link_that_cannot_fit() -> None:
    with pytest.raises(ValueError, match=r"^a link of 31 bytes cannot fit in 30$"):
        fitting.fit("鱼", LINK, len(LINK) - 1)


def test_size_counts_three_bytes_for_a_chinese_character() -> None:
    assert fitting.size("纸鱼", "") == 6
    assert fitting.size("纸鱼", LINK) == 6 + 1 + len(LINK)


@given(text=texts, room=st.integers(min_value=len(LINK), max_value=600))
def test_beside_leaves_the_link_to_its_button(text: str, room: int) -> None:
    words = fitting.beside(text, LINK, room)
    assert words
    assert fitting.fit(text, LINK, room) in (words, f"{words}\n{LINK}", f"{words}{LINK}") or not words.endswith(LINK)
    assert fitting.beside(text, "", room) == fitting.fit(text, "", room)


def test_beside_keeps_a_link_that_is_all_there_is_or_stands_within_the_words() -> None:
    assert fitting.beside("", LINK, 100) == LINK
    assert fitting.beside(f"报名：{LINK}，带围裙", LINK, 100) == f"报名：{LINK}，带围裙"
    assert fitting.beside("周六见", LINK, 100) == "周六见"


def test_heading_is_one_line_within_the_bytes() -> None:
    assert fitting.heading("", "\n\n 周六见\n带围裙", 100) == "周六见"
    assert fitting.heading("剪\n纸", "周六见", 100) == "剪"
    assert fitting.heading("鱼" * 50, "", 32) == "鱼" * 9 + "…"
    assert fitting.heading("", "", 32) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("鱼好", ["鱼", "好"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👨‍👩‍👧🥟", ["👨‍👩‍👧", "🥟"]),
        ("🇨🇳🇨🇳", ["🇨🇳", "🇨🇳"]),
        ("👍🏽!", ["👍🏽", "!"]),
    ],
)
def test_signs_are_what_a_reader_sees_as_one(text: str, expected: list[str]) -> None:
    assert fitting.signs(text) == expected
