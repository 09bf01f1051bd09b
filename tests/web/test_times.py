from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from web.times import Leaf, Times, duration

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)


def at(text: str) -> datetime:
    """A moment on Shanghai's clock, in UTC as rows have it."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def times(language: str = "zh", now: datetime = THURSDAY, zone: str = "Asia/Shanghai") -> Times:
    return Times(zone, now.astimezone(UTC), language)


@pytest.mark.parametrize(
    ("now", "day", "chinese", "english"),
    [
        # a Thursday
        ("2026-11-26T09:00", "2026-11-26T00:00", "今天", "Today"),
        ("2026-11-26T09:00", "2026-11-26T23:59", "今天", "Today"),
        ("2026-11-26T09:00", "2026-11-27T00:00", "明天", "Tomorrow"),
        ("2026-11-26T09:00", "2026-11-28T10:00", "后天", "This Saturday"),
        ("2026-11-26T09:00", "2026-11-29T10:00", "本周日", "This Sunday"),
        ("2026-11-26T09:00", "2026-11-30T10:00", "下周一", "Next Monday"),
        ("2026-11-26T09:00", "2026-12-06T23:59", "下周日", "Next Sunday"),
        ("2026-11-26T09:00", "2026-12-07T00:00", "12月7日 周一", "Mon, Dec 7"),
        ("2026-11-26T09:00", "2026-12-19T10:00", "12月19日 周六", "Sat, Dec 19"),
        ("2026-11-26T09:00", "2027-01-02T10:00", "2027年1月2日 周六", "Sat, Jan 2, 2027"),
        ("2026-11-26T09:00", "2026-11-25T10:00", "昨天", "Yesterday"),
        ("2026-11-26T09:00", "2026-11-24T10:00", "前天", "Tue, Nov 24"),
        ("2026-11-26T09:00", "2026-11-23T10:00", "11月23日 周一", "Mon, Nov 23"),
        ("2026-11-26T09:00", "2025-12-31T10:00", "2025年12月31日 周三", "Wed, Dec 31, 2025"),
        # the edges of a week
        ("2026-11-23T00:00", "2026-11-29T23:59", "本周日", "This Sunday"),
        ("2026-11-23T00:00", "2026-11-30T00:00", "下周一", "Next Monday"),
        ("2026-11-28T23:59", "2026-11-29T00:00", "明天", "Tomorrow"),
        ("2026-11-29T09:00", "2026-12-01T10:00", "后天", "Next Tuesday"),
        ("2026-11-29T09:00", "2026-12-06T10:00", "下周日", "Next Sunday"),
        ("2026-11-29T09:00", "2026-12-07T10:00", "12月7日 周一", "Mon, Dec 7"),
        # the end of a year
        ("2026-12-30T09:00", "2027-01-02T10:00", "本周六", "This Saturday"),
        ("2026-12-30T09:00", "2027-01-09T10:00", "下周六", "Next Saturday"),
        ("2026-12-30T09:00", "2027-01-11T10:00", "2027年1月11日 周一", "Mon, Jan 11, 2027"),
        ("2026-12-31T23:59", "2027-01-01T00:00", "明天", "Tomorrow"),
        ("2027-01-01T00:00", "2026-12-29T10:00", "2026年12月29日 周二", "Tue, Dec 29, 2026"),
    ],
)
def test_day_is_said_as_people_say_it(now: str, day: str, chinese: str, english: str) -> None:
    assert (times("zh", at(now)).day(at(day)), times("en", at(now)).day(at(day))) == (chinese, english)


def test_day_is_the_day_of_the_zone() -> None:
    late = datetime(2026, 11, 26, 17, tzinfo=UTC)  # one in the morning of the 27th in Shanghai
    assert times().day(late) == "明天"
    assert times(zone="Europe/Berlin").day(late) == "今天"


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        ("2026-11-26T10:00", "本周四", "This Thursday"),
        ("2026-11-28T10:00", "本周六", "This Saturday"),
        ("2026-12-05T10:00", "下周六", "Next Saturday"),
        ("2026-12-12T10:00", "12月12日 周六", "Sat, Dec 12"),
        ("2026-11-25T10:00", "11月25日 周三", "Wed, Nov 25"),
    ],
)
def test_week_day_names_the_day_of_the_week(day: str, chinese: str, english: str) -> None:
    assert (times("zh").week_day(at(day)), times("en").week_day(at(day))) == (chinese, english)


@pytest.mark.parametrize(
    ("first", "last", "chinese", "english"),
    [
        (date(2026, 11, 23), date(2026, 11, 29), "11月23日–29日", "Nov 23–29"),
        (date(2026, 11, 30), date(2026, 12, 6), "11月30日–12月6日", "Nov 30–Dec 6"),
        (date(2026, 12, 28), date(2027, 1, 3), "12月28日–1月3日", "Dec 28–Jan 3"),
        (date(2027, 1, 4), date(2027, 1, 10), "2027年1月4日–10日", "Jan 4–10, 2027"),
    ],
)
def test_days_names_a_stretch(first: date, last: date, chinese: str, english: str) -> None:
    assert (times("zh").days(first, last), times("en").days(first, last)) == (chinese, english)


def test_weekdays_begin_on_monday() -> None:
    assert times("zh").weekdays() == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
    assert times("en").weekdays() == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def test_date_stays_true_tomorrow() -> None:
    assert (times("zh").date(at("2026-11-26T10:00")), times("en").date(at("2026-11-26T10:00"))) == ("11月26日 周四", "Thu, Nov 26")


@pytest.mark.parametrize(
    ("clock", "chinese", "english"),
    [
        ("00:00", "凌晨0:00", "12:00 am"),
        ("00:30", "凌晨0:30", "12:30 am"),
        ("04:59", "凌晨4:59", "4:59 am"),
        ("05:00", "上午5:00", "5:00 am"),
        ("10:00", "上午10:00", "10:00 am"),
        ("11:59", "上午11:59", "11:59 am"),
        ("12:00", "中午12:00", "12:00 pm"),
        ("12:59", "中午12:59", "12:59 pm"),
        ("13:00", "下午1:00", "1:00 pm"),
        ("16:59", "下午4:59", "4:59 pm"),
        ("17:00", "傍晚5:00", "5:00 pm"),
        ("18:59", "傍晚6:59", "6:59 pm"),
        ("19:05", "晚上7:05", "7:05 pm"),
        ("23:59", "晚上11:59", "11:59 pm"),
    ],
)
def test_clock_has_twelve_hours_and_a_part_of_the_day(clock: str, chinese: str, english: str) -> None:
    moment = at(f"2026-11-28T{clock}")
    assert (times("zh").clock(moment), times("en").clock(moment)) == (chinese, english)


@pytest.mark.parametrize(
    ("start", "end", "chinese", "english"),
    [
        ("10:00", "11:30", "上午10:00–11:30", "10:00–11:30 am"),
        ("14:00", "16:30", "下午2:00–4:30", "2:00–4:30 pm"),
        ("10:00", "12:00", "上午10:00–中午12:00", "10:00 am–12:00 pm"),
        ("16:30", "17:30", "下午4:30–傍晚5:30", "4:30–5:30 pm"),
        ("11:00", "13:00", "上午11:00–下午1:00", "11:00 am–1:00 pm"),
    ],
)
def test_hours_says_the_part_of_the_day_once(start: str, end: str, chinese: str, english: str) -> None:
    span = at(f"2026-11-28T{start}"), at(f"2026-11-28T{end}")
    assert (times("zh").hours(*span), times("en").hours(*span)) == (chinese, english)


def test_moment_and_span_say_day_and_clock() -> None:
    start, end = at("2026-11-29T10:00"), at("2026-11-29T11:30")
    assert (times("zh").moment(start), times("en").moment(start)) == ("本周日 上午10:00", "This Sunday, 10:00 am")
    assert (times("zh").span(start, end), times("en").span(start, end)) == ("本周日 上午10:00–11:30", "This Sunday, 10:00–11:30 am")
    assert (times("zh").dated(start, end), times("en").dated(start, end)) == (
        "11月29日 周日 上午10:00–11:30",
        "Sun, Nov 29, 10:00–11:30 am",
    )


def test_span_says_both_days_when_it_ends_on_another() -> None:
    start, end = at("2026-11-28T20:00"), at("2026-11-29T08:00")
    assert times("zh").span(start, end) == "后天 晚上8:00–本周日 上午8:00"
    assert times("en").span(start, end) == "This Saturday, 8:00 pm – This Sunday, 8:00 am"
    assert times("zh").dated(start, end) == "11月28日 周六 晚上8:00–11月29日 周日 上午8:00"
    assert times("en").dated(start, end) == "Sat, Nov 28, 8:00 pm – Sun, Nov 29, 8:00 am"


def test_leaf_has_two_lines() -> None:
    moment = at("2026-11-28T10:00")
    assert (times("zh").leaf(moment), times("en").leaf(moment)) == (Leaf("11月28日", "周六"), Leaf("Nov 28", "Sat"))
    assert (times("zh").leaf_clock(moment), times("en").leaf_clock(moment)) == (Leaf("上午", "10:00"), Leaf("am", "10:00"))


@pytest.mark.parametrize(("clock", "bare"), [("09:31", "9:31"), ("15:05", "3:05"), ("12:00", "12:00")])
def test_bare_is_the_clock_alone(clock: str, bare: str) -> None:
    assert times().bare(at(f"2026-11-28T{clock}")) == bare


@pytest.mark.parametrize(
    ("day", "chinese", "english"),
    [
        ("2026-11-26", "今天", "Today"),
        ("2026-11-27", "明天", "Tomorrow"),
        ("2026-11-28", "后天", "In 2 days"),
        ("2026-11-29", "3 天后", "In 3 days"),
        ("2026-11-25", "昨天", "Yesterday"),
        ("2026-11-24", "前天", "2 days ago"),
        ("2026-11-16", "10 天前", "10 days ago"),
    ],
)
def test_relative_days_counts_midnights(day: str, chinese: str, english: str) -> None:
    for clock in ("00:00", "23:59"):
        moment = at(f"{day}T{clock}")
        assert (times("zh").relative_days(moment), times("en").relative_days(moment)) == (chinese, english)


@pytest.mark.parametrize(
    ("passed", "chinese", "english"),
    [
        (timedelta(seconds=-90), "刚刚", "Just now"),
        (timedelta(seconds=59), "刚刚", "Just now"),
        (timedelta(minutes=1), "1 分钟前", "1 min ago"),
        (timedelta(minutes=12, seconds=40), "12 分钟前", "12 min ago"),
        (timedelta(minutes=90), "1 小时前", "1 h ago"),
        (timedelta(hours=3), "3 小时前", "3 h ago"),
        (timedelta(hours=10), "昨天 晚上11:00", "Yesterday, 11:00 pm"),
        (timedelta(hours=-2), "今天 上午11:00", "Today, 11:00 am"),
    ],
)
def test_ago_says_how_long(passed: timedelta, chinese: str, english: str) -> None:
    moment = THURSDAY - passed
    assert (times("zh").ago(moment), times("en").ago(moment)) == (chinese, english)


def test_month_title_has_the_year_of_another_year() -> None:
    assert (times("zh").month_title(date(2026, 12, 1)), times("en").month_title(date(2026, 12, 1))) == ("12月", "December")
    assert (times("zh").month_title(date(2027, 1, 1)), times("en").month_title(date(2027, 1, 1))) == ("2027年1月", "January 2027")
    assert times("zh").month_title(datetime(2026, 11, 30, 17, tzinfo=UTC)) == "12月"


def test_exact_is_for_machines() -> None:
    assert times().exact(at("2026-11-28T10:00")) == "2026-11-28T10:00+08:00"


@pytest.mark.parametrize(
    ("length", "chinese", "english"),
    [
        (timedelta(minutes=45), "45 分钟", "45 min"),
        (timedelta(seconds=59), "0 分钟", "0 min"),
        (timedelta(hours=2), "2 小时", "2 h"),
        (timedelta(minutes=90), "1 个半小时", "1 h 30 min"),
        (timedelta(minutes=80), "1 小时 20 分钟", "1 h 20 min"),
        (timedelta(minutes=30), "30 分钟", "30 min"),
        (timedelta(days=1, hours=2), "26 小时", "26 h"),
    ],
)
def test_duration_is_spoken(length: timedelta, chinese: str, english: str) -> None:
    assert (duration(length, "zh"), duration(length, "en")) == (chinese, english)


def test_times_refuse_a_naive_moment() -> None:
    with pytest.raises(ValueError, match="naive"):
        times().day(datetime(2026, 11, 28, 10))  # noqa: DTZ001 -- the point


@given(some.datetimes(datetime(2026, 11, 1), datetime(2027, 2, 1), timezones=some.just(UTC)))  # noqa: DTZ001 -- Hypothesis adds the zone
def test_day_never_gives_two_days_of_a_month_one_name(moment: datetime) -> None:
    for language in ("zh", "en"):
        said = times(language)
        assert said.day(moment) != said.day(moment + timedelta(days=1))
