from __future__ import annotations

import pytest

from events.intake.relay import numerals


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("0", 0), ("7", 7), ("12", 12), ("一", 1), ("两", 2), ("俩", 2), ("仨", 3), ("九", 9), ("十", 10), ("十二", 12), ("二十", 20)),
        *(("二十三", 23), ("九十九", 99), ("廿一", 21), ("零", 0)),
    ],
)
def test_value_understands_numbers_as_people_write_them(text: str, number: int) -> None:
    assert numerals.value(text) == number


@pytest.mark.parametrize("text", ["", "一二", "十十", "半", "好", "二十三四", "²"])
def test_value_is_none_for_what_is_no_number(text: str) -> None:
    assert numerals.value(text) is None


@pytest.mark.parametrize(
    ("sign", "number"),
    [("①", 1), ("⑳", 20), ("㉑", 21), ("㊿", 50), ("⓪", 0), ("❶", 1), ("❿", 10), ("⓫", 11), ("⓴", 20), ("➓", 10), ("🔟", 10)],
)
def test_encircled_knows_the_runs_of_unicode(sign: str, number: int) -> None:
    assert sign.translate(numerals.ENCIRCLED) == f"({number})"
