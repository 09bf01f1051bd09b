"""Times as people say them, in Chinese and in English: such formats are grammar, so both languages live here and not in a catalog."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

Day = date  # the name `date` is a method below

_WEEKDAYS = "一二三四五六日"
_PERIODS = ((5, 12, 13, 17, 19), ("凌晨", "上午", "中午", "下午", "傍晚", "晚上"))


class Leaf(NamedTuple):
    """The two lines of a calendar leaf: the small one in its head, the big one below."""

    date: str
    day: str


@dataclass(frozen=True, slots=True)
class Times:
    """Says aware moments on the clock of `zone`, as seen at `now`, in "zh" or "en". Weeks start on Monday.

    What stays on paper or in a chat must not say "tomorrow": `date` and `dated` hold on any day.
    English names of days start with a capital: they are labels, not parts of a sentence.
    """

    zone: str
    now: datetime
    language: str

    def day(self, moment: datetime) -> str:
        """今天, 明天, 后天, 昨天, 前天; up to the end of next week 本周六 and 下周日; else the date."""
        return self._near(moment) or self.week_day(moment)

    def week_day(self, moment: datetime) -> str:
        """本周六 even if that is tomorrow; the date for what is past or after next week."""
        day, today = self._local(moment).date(), self._local(self.now).date()
        weeks = (_monday(day) - _monday(today)).days // 7
        if day < today or weeks > 1:
            return self.date(moment)
        if self.language == "zh":
            return ("本周", "下周")[weeks] + _WEEKDAYS[day.weekday()]
        return f"{('This', 'Next')[weeks]} {format_date(day, 'EEEE', locale='en')}"

    def date(self, moment: datetime) -> str:
        """12月19日 周六, with the year if it is not this one."""
        return self.on(self._local(moment).date())

    def on(self, day: Day) -> str:
        """The same of a day."""
        other_year = day.year != self._local(self.now).year
        if self.language == "zh":
            return (f"{day.year}年" if other_year else "") + f"{_chinese_date(day)} {_chinese_weekday(day)}"
        return format_date(day, "EEE, MMM d, y" if other_year else "EEE, MMM d", locale="en")

    def clock(self, moment: datetime) -> str:
        """上午10:00."""
        local = self._local(moment)
        period = self._period(local)
        return f"{period}{_bare(local, self.language)}" if self.language == "zh" else f"{_bare(local, self.language)} {period}"

    def bare(self, moment: datetime) -> str:
        """9:31, for what happened just now."""
        return _bare(self._local(moment), self.language)

    def hours(self, start: datetime, end: datetime) -> str:
        """上午10:00–11:30: the part of the day is said again only if it is another."""
        if self._period(self._local(start)) != self._period(self._local(end)):
            return f"{self.clock(start)}–{self.clock(end)}"
        if self.language == "zh":
            return f"{self.clock(start)}–{self.bare(end)}"
        return f"{self.bare(start)}–{self.clock(end)}"

    def moment(self, moment: datetime) -> str:
        """本周六 上午10:00."""
        return self._joined(self.day(moment), self.clock(moment))

    def span(self, start: datetime, end: datetime) -> str:
        """本周六 上午10:00–11:30; both days if it ends on another."""
        if self._local(start).date() != self._local(end).date():
            return f"{self.moment(start)}{self._to}{self.moment(end)}"
        return self._joined(self.day(start), self.hours(start, end))

    def dated(self, start: datetime, end: datetime) -> str:
        """11月28日 周六 上午10:00–11:30, true on whatever day it is read."""
        if self._local(start).date() != self._local(end).date():
            return self._to.join(self._joined(self.date(moment), self.clock(moment)) for moment in (start, end))
        return self._joined(self.date(start), self.hours(start, end))

    def leaf(self, moment: datetime) -> Leaf:
        """11月28日 over 周六."""
        day = self._local(moment).date()
        if self.language == "zh":
            return Leaf(_chinese_date(day), _chinese_weekday(day))
        return Leaf(format_date(day, "MMM d", locale="en"), format_date(day, "EEE", locale="en"))

    def leaf_clock(self, moment: datetime) -> Leaf:
        """上午 over 10:00."""
        return Leaf(self._period(self._local(moment)), self.bare(moment))

    def relative_days(self, moment: datetime) -> str:
        """今天, 后天, 3 天后, 3 天前."""
        days = self._days_until(moment)
        if self.language == "zh":
            return self._near(moment) or (f"{days} 天后" if days > 0 else f"{-days} 天前")
        return self._near(moment) or (f"In {days} days" if days > 0 else f"{-days} days ago")

    def ago(self, moment: datetime) -> str:
        """刚刚, 12 分钟前, 3 小时前; from another day, the day and the clock. A clock that runs ahead a little is 刚刚 too."""
        passed = self.now - moment
        if self._days_until(moment) or passed < -timedelta(minutes=5):
            return self.moment(moment)
        if passed < timedelta(minutes=1):
            return "刚刚" if self.language == "zh" else "Just now"
        return f"{duration(_whole(passed), self.language)}{'前' if self.language == 'zh' else ' ago'}"

    def month_title(self, day: Day) -> str:
        """11月, with the year if it is not this one; a datetime is taken on the clock of the zone."""
        day = self._local(day).date() if isinstance(day, datetime) else day
        other_year = day.year != self._local(self.now).year
        if self.language == "zh":
            return (f"{day.year}年" if other_year else "") + f"{day.month}月"
        return format_date(day, "LLLL y" if other_year else "LLLL", locale="en")

    def days(self, first: Day, last: Day) -> str:
        """11月23日–29日, 11月30日–12月6日: a stretch of days, with the year if it does not begin in this one."""
        other_year = first.year != self._local(self.now).year
        if self.language == "zh":
            end = f"{last.day}日" if first.month == last.month else _chinese_date(last)
            return (f"{first.year}年" if other_year else "") + f"{_chinese_date(first)}–{end}"
        end = str(last.day) if first.month == last.month else format_date(last, "MMM d", locale="en")
        return f"{format_date(first, 'MMM d', locale='en')}–{end}" + (f", {first.year}" if other_year else "")

    def weekdays(self) -> list[str]:
        """周一 to 周日, the heads of a calendar's columns."""
        return [_chinese_weekday(day) if self.language == "zh" else format_date(day, "EEE", locale="en") for day in _A_WEEK]

    def exact(self, moment: datetime) -> str:
        """ISO 8601 with the zone's offset, for `<time datetime>`."""
        return self._local(moment).isoformat(timespec="minutes")

    def _local(self, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("a naive datetime says no moment")
        return moment.astimezone(ZoneInfo(self.zone))

    def _days_until(self, moment: datetime) -> int:
        return (self._local(moment).date() - self._local(self.now).date()).days

    def _near(self, moment: datetime) -> str | None:
        return _NEAR[self.language].get(self._days_until(moment))

    def _period(self, local: datetime) -> str:
        if self.language == "zh":
            return _PERIODS[1][bisect(_PERIODS[0], local.hour)]
        return "am" if local.hour < 12 else "pm"

    def _joined(self, day: str, hours: str) -> str:
        return f"{day} {hours}" if self.language == "zh" else f"{day}, {hours}"

    @property
    def _to(self) -> str:
        return "–" if self.language == "zh" else " – "


_A_WEEK = [Day(2024, 1, day) for day in range(1, 8)]
_NEAR = {
    "zh": {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"},
    "en": {-1: "Yesterday", 0: "Today", 1: "Tomorrow"},
}


def duration(length: timedelta, language: str) -> str:
    """45 分钟, 2 小时, 1 个半小时, 1 小时 20 分钟; seconds are left out."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if language == "zh":
        if hours and minutes == 30:
            return f"{hours} 个半小时"
        parts = [f"{hours} 小时"] * bool(hours) + [f"{minutes} 分钟"] * (minutes > 0 or not hours)
    else:
        parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * (minutes > 0 or not hours)
    return " ".join(parts)


def _whole(passed: timedelta) -> timedelta:
    """Minutes in the first hour, then hours."""
    return passed if passed < timedelta(hours=1) else timedelta(hours=passed // timedelta(hours=1))


def _bare(local: datetime, language: str) -> str:
    """Twelve hours; the hour after midnight is 0 in Chinese, where nobody says 凌晨12:30, and 12 in English."""
    hour = local.hour if local.hour == 0 and language == "zh" else (local.hour - 1) % 12 + 1
    return f"{hour}:{local.minute:02}"


def _chinese_date(day: Day) -> str:
    return f"{day.month}月{day.day}日"


def _chinese_weekday(day: Day) -> str:
    return f"周{_WEEKDAYS[day.weekday()]}"


def _monday(day: Day) -> Day:
    return day - timedelta(days=day.weekday())
