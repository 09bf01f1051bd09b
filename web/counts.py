"""Numbers with their words, in Chinese and in English: measure words and plurals are grammar, so both languages live here."""

from __future__ import annotations


def party(adults: int, children: int, language: str) -> str:
    """1 大 2 小; who does not come is not counted."""
    if language == "zh":
        parts = [f"{adults} 大"] * bool(adults) + [f"{children} 小"] * bool(children)
        return " ".join(parts) or "0 位"
    parts = [_english(adults, "adult")] * bool(adults) + [_english(children, "child", "children")] * bool(children)
    return ", ".join(parts) or "nobody"


def families(count: int, language: str) -> str:
    """3 家."""
    return f"{count} 家" if language == "zh" else _english(count, "family", "families")


def people(count: int, language: str) -> str:
    """5 位."""
    return f"{count} 位" if language == "zh" else _english(count, "person", "people")


def places(count: int, language: str) -> str:
    """6 个名额."""
    return f"{count} 个名额" if language == "zh" else _english(count, "place")


def portions(hundredths: int, language: str) -> str:
    """12 份, 12 份半, 半份: what an event's people eat comes in halves."""
    whole, has_half = hundredths // 100, hundredths % 100 >= 50
    if language == "zh":
        return f"{whole} 份{'半' if has_half else ''}" if whole or not has_half else "半份"
    number = f"{whole or ''}½" if has_half else str(whole)
    return f"{number} portion{'' if hundredths in (50, 100) else 's'}"


def yuan(fen: int, language: str) -> str:
    """36 元, 36.50 元."""
    return f"{in_yuan(fen)} 元" if language == "zh" else f"¥{in_yuan(fen)}"


def in_yuan(fen: int) -> str:
    """36, 36.50: the number alone."""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


def span(minutes: int, language: str) -> str:
    """2 天, 3 小时, 45 分钟: in the largest unit that is whole."""
    units = ((1440, "天", "day"), (60, "小时", "hour"), (1, "分钟", "minute"))
    size, chinese, english = next(unit for unit in units if minutes and minutes % unit[0] == 0)
    return f"{minutes // size} {chinese}" if language == "zh" else _english(minutes // size, english)


def age(years: int, is_half: bool, language: str) -> str:
    """6 岁半, 4 岁, 不到 1 岁: what `ages.half_years_on` found."""
    if language == "zh":
        return f"{years} 岁{'半' if is_half else ''}" if years else "不到 1 岁"
    return f"{years}{'½' if is_half else ''}" if years else "under 1"


def ages(youngest: int | None, oldest: int | None, language: str) -> str:
    """4–8 岁, 6 岁以上, 8 岁以下 (both inclusive), 不限年龄."""
    chinese = language == "zh"
    match youngest, oldest:
        case None, None:
            return "不限年龄" if chinese else "All ages"
        case int(), None:
            return f"{youngest} 岁以上" if chinese else f"Ages {youngest} and up"
        case None, int():
            return f"{oldest} 岁以下" if chinese else f"Up to age {oldest}"
        case same, other if same == other:
            return f"{same} 岁" if chinese else f"Age {same}"
        case _:
            return f"{youngest}–{oldest} 岁" if chinese else f"Ages {youngest}–{oldest}"


def _english(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
