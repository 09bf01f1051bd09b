from __future__ import annotations

import pytest

from events.signup import mentions


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("", []),
        ("花生", ["花生"]),
        ("花生、坚果", ["花生", "坚果"]),
        ("花生，坚果,鸡蛋 牛奶；虾;蟹/麦子", ["花生", "坚果", "鸡蛋", "牛奶", "虾", "蟹", "麦子"]),
        ("对花生过敏", ["花生"]),
        ("鸡蛋严重过敏。", ["鸡蛋"]),
        ("花生、 花生", ["花生"]),
        ("没有", []),
        ("无", []),
        ("None", []),
        ("tree nuts, Egg", ["tree nuts", "egg"]),
        ("egg 牛奶", ["egg", "牛奶"]),
        ("不吃猪肉、吃素", ["猪肉", "吃素"]),
    ],
)
def test_of_takes_apart_what_families_write(told: str, expected: list[str]) -> None:
    assert mentions.of(told) == expected
