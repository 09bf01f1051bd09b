from __future__ import annotations

import pytest

from events.intake import hours
from events.intake.hours import Hours


def at(told: str) -> int:
    return int(told[:2]) * 60 + int(told[3:])


@pytest.mark.parametrize(
    ("cell", "times"),
    [
        *(
            (cell, ["10:00"])
            for cell in ("10:00", "10：00", "10点", "上午10点", "上午十点", "早上10点整", "10:00:00", "10am", "10:00 开始")
        ),
        *((cell, ["10:30"]) for cell in ("10点半", "上午10点半", "10点30", "10点30分")),
        *((cell, ["14:00"]) for cell in ("14:00", "下午2点", "下午两点", "2pm", "午后2:00")),
        *((cell, ["12:00"]) for cell in ("12点", "中午12点", "下午12点")),
        *((cell, ["14:00", "15:30"]) for cell in ("14：00-15：30", "下午2:00~3:30", "下午2点到3点半", "14:00—15:30", "14点至15点半")),
        ("14-16点", ["14:00", "16:00"]),
        ("上午10点-下午2点", ["10:00", "14:00"]),
        ("10:00-2:00", ["10:00", "14:00"]),
        ("晚上7点到8点半", ["19:00", "20:30"]),
        ("下午两点三刻", ["14:45"]),
    ],
)
def test_hours_reads_what_people_write(cell: str, times: list[str]) -> None:
    assert hours.hours(cell) == Hours(tuple(at(each) for each in times))


@pytest.mark.parametrize(("cell", "times"), [("2:00", ["14:00"]), ("2点到4点", ["14:00", "16:00"]), ("6点半", ["18:30"])])
def test_hours_before_seven_are_of_the_afternoon_and_not_clear(cell: str, times: list[str]) -> None:
    assert hours.hours(cell) == Hours(tuple(at(each) for each in times), is_clear=False)


def test_midnight_is_not_clear() -> None:
    assert [hours.hours(cell).is_clear for cell in ("晚上12点", "24:00")] == [False, False]


@pytest.mark.parametrize("cell", ["差一刻三点", "25:00", "10:5", "10:75", "全天", "10:00 12:00 14:00", "10点左右吧"])
def test_hours_are_not_read_where_something_is_left_over(cell: str) -> None:
    assert hours.hours(cell) == Hours(is_read=False)


def test_no_hours_are_no_fault() -> None:
    assert hours.hours("") == Hours()


@pytest.mark.parametrize(
    ("start", "cell", "end"),
    [("10:00", "11:30", "11:30"), ("14:00", "3:30", "15:30"), ("10:00", "下午2点", "14:00"), ("15:00", "14:00", "14:00")],
)
def test_until_is_the_next_such_time(start: str, cell: str, end: str) -> None:
    assert hours.until(at(start), cell) == at(end)


@pytest.mark.parametrize("cell", ["", "两小时", "10:00-11:00", "25:00"])
def test_until_is_none_for_no_time(cell: str) -> None:
    assert hours.until(600, cell) is None


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        *((cell, 90) for cell in ("90分钟", "90", "1.5小时", "一个半小时", "1小时30分", "1小时半", "1:30", "约90分钟", "90 min")),
        *((cell, 120) for cell in ("2小时", "两小时", "2h", "2 hours")),
        *((cell, 30) for cell in ("半小时", "半个小时")),
    ],
)
def test_length_in_minutes(cell: str, minutes: int) -> None:
    assert hours.length(cell) == (minutes, True)


def test_a_bare_small_number_may_be_hours() -> None:
    assert hours.length("2") == (120, False)


@pytest.mark.parametrize("cell", ["", "很久", "10", "0", "1小时左右吧，看情况"])
def test_length_is_none_for_none(cell: str) -> None:
    assert hours.length(cell) is None
