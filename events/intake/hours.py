"""Hours as people write them into tables: "下午2点到3点半", "14：00-15：30", "90分钟". What may be read in two ways says so."""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.intake.days import plain
from events.intake.relay import numerals

NOON, DAY = 12 * 60, 24 * 60  # minutes after midnight
EARLIEST = 7 * 60  # without a word for the part of the day, an hour before this may be one of the afternoon
SHORTEST, MOST_HOURS = 15, 8  # a bare number that is a length: from here on minutes, up to here hours
FROM_AND_TO = 2
_HAN = rf"[{numerals.HAN}]{{1,3}}"
_EARLY = ("凌晨", "清晨", "早上", "早晨", "上午", "早", "am", "a.m.")
_NOON = ("中午", "午间")
_NIGHT = ("晚上", "晚间", "夜里", "晚", "夜")
_LATE = ("下午", "午后", "傍晚", "晚上", "晚间", "夜里", "晚", "夜", "pm", "p.m.")
_PARTS = "|".join(re.escape(each) for each in (*_EARLY[:-2], *_NOON, *_LATE[:-2]))
_CLOCK = re.compile(
    rf"(?P<part>{_PARTS})?\s*(?P<hour>\d{{1,2}}|{_HAN})\s*"
    rf"(?::\s*(?P<minute>\d\d)(?::\d\d)?(?!\d)|[点时](?:\s*(?P<word>半|一刻|三刻|整|钟)|\s*(?P<more>\d{{1,2}}|{_HAN})\s*分?)?|(?=\s*[ap]\.?m))\s*"
    r"(?P<suffix>[ap]\.?m\.?)?"
)
_WORDS = {"半": 30, "一刻": 15, "三刻": 45}
_BARE = re.compile(r"(?<![\d:])(\d{1,2})(?=\s*[-~–—到至]\s*\d{1,2}\s*[点时])")  # "14-16点"
_NOTHING = re.compile(r"[\s\-~–—到至,，、;；()（）.]|开始|结束")
_HOURS = re.compile(rf"(?P<n>\d{{1,2}}(?:\.\d)?|半|{_HAN})\s*个?\s*(?P<half>半)?\s*(?:小时|钟头|hours?|hrs?|h)(?P<and>半)?")
_MINUTES = re.compile(rf"(?P<n>\d{{1,4}}|{_HAN})\s*(?:分钟|分|minutes?|mins?|m)(?![a-z])")
_ABOUT = re.compile(r"[\s约左右大概]")


@dataclass(frozen=True)
class Hours:
    """Minutes after midnight: one time, or from and to. `is_clear` as above."""

    times: tuple[int, ...] = ()
    is_clear: bool = True
    is_read: bool = True  # False: words nobody understood


def hours(cell: str) -> Hours:
    """The times of a cell, in their order."""
    text = _filled(cell)
    found = [(_part(each), _told(each)) for each in _CLOCK.finditer(text)]
    times = [(part, minutes) for part, minutes in found if minutes is not None]
    if _NOTHING.sub("", _CLOCK.sub("", text)) or len(found) > FROM_AND_TO or len(times) < len(found):
        return Hours(is_read=False)
    if not times:
        return Hours()
    first, is_clear = _first(*times[0])
    return Hours((first, *(_second(first, part, minutes) for part, minutes in times[1:])), is_clear)


def until(start: int, cell: str) -> int | None:
    """When it ends, told by itself: the next such time after the start. None for what is no time."""
    found = [(_part(each), _told(each)) for each in _CLOCK.finditer(_filled(cell))]
    if len(found) != 1 or not hours(cell).is_read:
        return None
    part, minutes = found[0]
    return None if minutes is None else _second(start, part, minutes)


def length(cell: str) -> tuple[int, bool] | None:
    """Minutes, and whether that is clear: a bare number up to 8 may be hours. None for what is no length."""
    text = _ABOUT.sub("", plain(cell))
    if re.fullmatch(r"\d{1,4}(\.\d)?", text):
        return _bare(float(text))
    if re.fullmatch(r"\d{1,2}:\d\d", text):
        return int(text.split(":")[0]) * 60 + int(text.split(":")[1]), True
    total = 0.0
    for pattern, size in ((_HOURS, 60), (_MINUTES, 1)):
        if match := pattern.search(text):
            total += (_number(match["n"]) + 0.5 * any(match.groupdict().get(name) for name in ("half", "and"))) * size
            text = text[: match.start()] + text[match.end() :]
    return (round(total), True) if total and text in {"", "零", "又"} else None


def _bare(number: float) -> tuple[int, bool] | None:
    if number >= SHORTEST and number == int(number):
        return int(number), True
    return (round(number * 60), False) if 0 < number <= MOST_HOURS else None


def _filled(cell: str) -> str:
    """14-16点 with both its marks."""
    return _BARE.sub(r"\1点", plain(cell))


def _number(text: str) -> float:
    """Figures or characters; half of one."""
    return 0.5 if text == "半" else float(text) if text[0].isascii() else numerals.value(text) or 0


def _part(match: re.Match[str]) -> str:
    return (match["part"] or match["suffix"] or "").replace(".", "")


def _told(match: re.Match[str]) -> int | None:
    """Minutes after midnight as the figures say; None for none there is."""
    hour, minute = int(_number(match["hour"])), _WORDS.get(match["word"] or "", 0)
    for name in ("minute", "more"):
        if match[name]:
            minute = int(_number(match[name]))
    return hour * 60 + minute if hour * 60 + minute <= DAY and minute < 60 else None


def _first(part: str, minutes: int) -> tuple[int, bool]:
    """When it starts, and whether it could be no other time."""
    if not part:
        return (minutes, minutes < DAY) if minutes >= EARLIEST else (minutes + NOON, False)
    if part in _EARLY:
        return minutes, minutes < DAY
    is_midnight = part in _NIGHT and minutes >= NOON and minutes < NOON + 60
    later = minutes + NOON if minutes < (10 * 60 if part in _NOON else NOON) else minutes
    return later, not is_midnight and later < DAY


def _second(first: int, part: str, minutes: int) -> int:
    """When it ends: the next such time after the start, so that 下午2点到4点 ends in the afternoon."""
    if part:
        return _first(part, minutes)[0]
    return minutes + NOON if minutes <= first < minutes + NOON and minutes < NOON else minutes
