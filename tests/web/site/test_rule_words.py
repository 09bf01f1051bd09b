from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from events.catalog.rules import Rules
from events.catalog.tables import FeePer, Once, Takers, WaitingRule
from web.site import rule_words
from web.times import Times

NOW = datetime(2026, 3, 20, 2, tzinfo=UTC)
TIMES = Times("Asia/Shanghai", NOW, "zh")
EVERY_RULE = Rules(
    takers=Takers.CHILDREN,
    children_per_adult=2,
    most_places=3,
    once_per=Once.EVENT,
    members_hours=48,
    changes_minutes=90,
    waiting_rule=WaitingRule.HOLD,
    hold_hours=24,
    offer_hours=6,
    needs_approval=True,
    asks_day_before=True,
    drop_hours=4,
    fee=1850,
    fee_per=FeePer.CHILD,
    is_drop_off=True,
)


def plain(lines: list[str]) -> list[str]:
    """Without the spaces that hold a dot to the words before it."""
    return [line.replace("\u00a0", " ") for line in lines]


def test_for_families_says_little_where_there_are_no_rules() -> None:
    assert plain(rule_words.for_families(Rules(), None, TIMES)) == ["来的人都占名额", "开场前都能改、能退"]


def test_for_families_says_in_two_lines_what_concerns_them() -> None:
    assert plain(rule_words.for_families(EVERY_RULE, NOW + timedelta(hours=2), TIMES)) == [
        "孩子占名额，大人陪着不占 · 一个大人最多带 2 个孩子 · 一家最多 3 个名额 · 一家只报一场 · 店里点头才算数",
        "今天 中午12:00前先给群里的邻居报 · 开场前 90 分钟都能改、能退 · 前一天会问一声来不来",
    ]


def test_for_desk_says_every_rule() -> None:
    assert plain(rule_words.for_desk(EVERY_RULE, ["亲子群", "邻居群"], "zh")) == [
        "孩子占名额，大人陪着不占 · 一个大人最多带 2 个孩子 · 一家最多 3 个名额 · 一家只报一场 · 店里点头才算数",
        "先给亲子群、邻居群报 2 天",
        "开场前 90 分钟都能改、能退",
        "候补：给第一家留到开场前 1 天，轮到了等 6 小时回话",
        "孩子留下，大人先走，接的时候对码",
        "前一天问一声来不来，没回话的开场前 4 小时自动退",
        "每个孩子 18.50 元，到店付",
    ]


def test_for_desk_says_less_of_an_event_with_few_rules() -> None:
    assert plain(rule_words.for_desk(Rules(children_per_adult=1), [], "zh")) == [
        "来的人都占名额 · 每个孩子要有一个大人陪",
        "开场前都能改、能退",
        "候补：先给后面坐得下的，轮到了等 12 小时回话",
    ]


@pytest.mark.parametrize(
    ("fen", "per", "words"),
    [
        (0, FeePer.PLACE, ""),
        (1800, FeePer.PLACE, "每个名额 18 元，到店付"),
        (1850, FeePer.CHILD, "每个孩子 18.50 元，到店付"),
        (5, FeePer.FAMILY, "每家 0.05 元，到店付"),
    ],
)
def test_fee_says_what_is_paid_for_what(fen: int, per: FeePer, words: str) -> None:
    assert rule_words.fee(replace(Rules(), fee=fen, fee_per=per), "zh") == words
