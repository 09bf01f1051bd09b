from __future__ import annotations

import pytest

from web import language


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh;q=0.2,en;q=0.9", "en"),
        ("en;q=0.5,zh;q=0.5", "en"),
        ("fr-FR,fr;q=0.9", "zh"),
        ("fr;q=0.9,en;q=0.1", "en"),
        ("EN-us", "en"),
        ("zh-Hant-TW", "zh"),
        ("en;q=0,fr", "zh"),
        ("fr, en ; q=0.5 , zh ; q=0.4", "en"),
        ("de; q=1.0, en; q=0.5", "en"),
        ("*", "zh"),
        ("en;q=", "en"),
        ("en;q=high,zh;q=0.1", "zh"),
        ("en;q=nan", "zh"),
        ("\0;;,,;q=", "zh"),
        ("x," * 5000 + "en", "zh"),
        ("english", "zh"),
    ],
)
def test_accepted_is_the_first_of_ours_that_ranks_highest(header: str, expected: str) -> None:
    assert language.accepted(header) == expected


def test_accepted_remembers_no_more_of_a_header_than_a_browser_sends() -> None:
    """Anybody may send any, as long as they like: memory must not grow by it."""
    language._ranked_highest.cache_clear()
    assert {language.accepted("en," + "x" * length) for length in range(10_000, 10_050)} == {"en"}
    assert language._ranked_highest.cache_info().currsize == 1


def test_say_gives_chinese_as_it_stands() -> None:
    assert language.say("zh", "最多 %(n)s 个字", n=80) == "最多 80 个字"


def test_say_translates_and_fills() -> None:
    english = language.say("en", "最多 %(n)s 个字", n=80)
    assert "80" in english
    assert english.isascii()


def test_say_leaves_an_unknown_sentence_as_it_is() -> None:
    assert language.say("en", "没有人写过这一句") == "没有人写过这一句"


def test_say_fills_only_where_there_is_something_to_fill() -> None:
    assert language.say("zh", "省 20%") == "省 20%"


def test_translations_are_read_once() -> None:
    assert language.translations("en") is language.translations("en")
