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


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("", []),
        ("腿脚慢 可能晚到", []),
        ("对花生过敏", ["对花生过敏"]),
        ("女孩 对鸡蛋过敏", ["对鸡蛋过敏"]),
        ("晚到，孩子对鸡蛋、牛奶过敏。谢谢", ["孩子对鸡蛋、牛奶过敏"]),
        ("3栋 allergic to nuts", ["allergic to nuts"]),
        ("花生过敏 peanut allergy", ["花生过敏", "peanut allergy"]),
        ("不能吃花生过敏", ["不能吃花生过敏"]),
        ("食物过敏 花生、虾 晚到", ["食物过敏", "花生、虾"]),
        ("没有过敏", []),
        ("不过敏，无食物过敏", []),
        ("no known allergies, not allergic", []),
    ],
)
def test_allergies_of_a_note_stand_as_they_were_said(note: str, expected: list[str]) -> None:
    assert mentions.allergies(note) == expected
