import pytest

from web import counts


@pytest.mark.parametrize(
    ("adults", "children", "chinese", "english"),
    [
        (1, 2, "1 大 2 小", "1 adult, 2 children"),
        (2, 1, "2 大 1 小", "2 adults, 1 child"),
        (2, 0, "2 大", "2 adults"),
        (0, 1, "1 小", "1 child"),
        (0, 0, "0 位", "nobody"),
    ],
)
def test_party_counts_who_comes(adults: int, children: int, chinese: str, english: str) -> None:
    assert (counts.party(adults, children, "zh"), counts.party(adults, children, "en")) == (chinese, english)


@pytest.mark.parametrize(("count", "english"), [(0, "0 families"), (1, "1 family"), (3, "3 families")])
def test_families_are_counted_by_the_house(count: int, english: str) -> None:
    assert (counts.families(count, "zh"), counts.families(count, "en")) == (f"{count} 家", english)


@pytest.mark.parametrize(("count", "english"), [(1, "1 person"), (5, "5 people")])
def test_people_are_counted_politely(count: int, english: str) -> None:
    assert (counts.people(count, "zh"), counts.people(count, "en")) == (f"{count} 位", english)


@pytest.mark.parametrize(("count", "english"), [(1, "1 place"), (6, "6 places")])
def test_places_are_counted(count: int, english: str) -> None:
    assert (counts.places(count, "zh"), counts.places(count, "en")) == (f"{count} 个名额", english)


@pytest.mark.parametrize(
    ("years", "is_half", "chinese", "english"),
    [
        (6, True, "6 岁半", "6½"),
        (4, False, "4 岁", "4"),
        (1, True, "1 岁半", "1½"),
        (0, True, "不到 1 岁", "under 1"),
        (0, False, "不到 1 岁", "under 1"),
    ],
)
def test_age_says_the_half(*, years: int, is_half: bool, chinese: str, english: str) -> None:
    assert (counts.age(years, is_half, "zh"), counts.age(years, is_half, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("youngest", "oldest", "chinese", "english"),
    [
        (4, 8, "4–8 岁", "Ages 4–8"),
        (6, None, "6 岁以上", "Ages 6 and up"),
        (0, None, "0 岁以上", "Ages 0 and up"),
        (None, 8, "8 岁以下", "Up to age 8"),
        (6, 6, "6 岁", "Age 6"),
        (None, None, "不限年龄", "All ages"),
    ],
)
def test_ages_says_who_is_meant(youngest: int | None, oldest: int | None, chinese: str, english: str) -> None:
    assert (counts.ages(youngest, oldest, "zh"), counts.ages(youngest, oldest, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (45, "45 分钟", "45 minutes"),
        (60, "1 小时", "1 hour"),
        (90, "90 分钟", "90 minutes"),
        (720, "12 小时", "12 hours"),
        (2880, "2 天", "2 days"),
    ],
)
def test_spans_are_said_in_the_largest_whole_unit(minutes: int, chinese: str, english: str) -> None:
    assert (counts.span(minutes, "zh"), counts.span(minutes, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [(1800, "18 元", "¥18"), (0, "0 元", "¥0"), (3650, "36.50 元", "¥36.50"), (5, "0.05 元", "¥0.05")],
)
def test_yuan_says_fen_only_where_there_are_some(fen: int, chinese: str, english: str) -> None:
    assert (counts.yuan(fen, "zh"), counts.yuan(fen, "en")) == (chinese, english)


@pytest.mark.parametrize(
    ("hundredths", "chinese", "english"),
    [
        (1200, "12 份", "12 portions"),
        (1250, "12 份半", "12½ portions"),
        (100, "1 份", "1 portion"),
        (150, "1 份半", "1½ portions"),
        (50, "半份", "½ portion"),
        (0, "0 份", "0 portions"),
    ],
)
def test_portions(hundredths: int, chinese: str, english: str) -> None:
    assert (counts.portions(hundredths, "zh"), counts.portions(hundredths, "en")) == (chinese, english)
