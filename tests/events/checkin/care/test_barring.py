from __future__ import annotations

import pytest

from events.checkin.care import barring


@pytest.mark.parametrize(
    ("collector", "barred"),
    [
        ("陈强", "陈强"),
        ("陈 强", "陈强"),
        ("ＣＨＥＮ qiang", "chen Qiang"),
        ("爸爸陈强", "陈强"),
        ("陈强", "陈强（孩子爸爸）"),
        ("陈·强", "陈强"),
        ("strasse", "STRAßE"),
    ],
)
def test_is_meant_however_the_name_is_written(collector: str, barred: str) -> None:
    assert barring.is_meant(collector, [barred])


@pytest.mark.parametrize(
    ("collector", "barred"),
    [("陈妈妈", "陈强"), ("陈", "陈强"), ("", "陈强"), ("陈强", ""), ("陈强", "！"), ("外婆", "陈强")],
)
def test_is_meant_leaves_others_alone(collector: str, barred: str) -> None:
    assert not barring.is_meant(collector, [barred])


def test_is_meant_spares_who_signed_up_unless_they_are_named_themselves() -> None:
    assert barring.is_meant("陈女士", ["陈女士的前夫"])
    assert not barring.is_meant("陈 女士", ["陈女士的前夫"], ["陈女士"])
    assert barring.is_meant("陈女士", ["陈女士"], ["陈女士"])


def test_read_takes_one_a_line() -> None:
    assert barring.read(" 陈 强 \n\n王五\r\n") == ["陈 强", "王五"]
