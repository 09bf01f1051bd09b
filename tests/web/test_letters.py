from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from events.notices.letters import Told
from events.notices.tables import NoticeKind
from events.signup.tables import State
from web import letters

STARTS = datetime(2026, 12, 5, 2, tzinfo=UTC)
LINK, STOP = "https://events.example.com/M/0123456789ABCDEFGHJKMNPQRS", "https://events.example.com/N/abcdefghijklmnopqrstuvwxyz12"
TOLD = Told(
    kind=NoticeKind.SIGNED_UP,
    state=State.PLACED,
    title="亲子做月饼",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=90),
    zone="Asia/Shanghai",
    place="二楼活动室",
    store="梅园路店",
    store_phone="021-5555 0100",
    people=3,
    link=LINK,
    stop="",
    offer_ends_at=STARTS - timedelta(days=2),
    is_short=True,
)
WAS: dict[str, Any] = {"was_starts_at": STARTS - timedelta(days=1), "was_ends_at": STARTS - timedelta(days=1) + timedelta(minutes=90)}
SAME: dict[str, Any] = {"was_starts_at": STARTS, "was_ends_at": STARTS + timedelta(minutes=90)}


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 24, 4, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("of", "words"),
    [
        ({}, f"梅园路店：报上了：亲子做月饼。12月5日 周六 上午10:00，二楼活动室。改、退都在这：{LINK}"),
        (
            {"link": "", "stop": STOP},
            f"梅园路店：报上了：亲子做月饼。12月5日 周六 上午10:00，二楼活动室。要改要退，打 021-5555 0100。不想收：{STOP}",
        ),
        (
            {"state": State.WAITING},
            f"梅园路店：排上队了：亲子做月饼。有名额就告诉您。12月5日 周六 上午10:00，二楼活动室。改、退都在这：{LINK}",
        ),
        (
            {"state": State.CANCELLED, "reason": "只收五岁以上"},
            f"梅园路店：这次没能排下：亲子做月饼。只收五岁以上。12月5日 周六 上午10:00，二楼活动室。改、退都在这：{LINK}",
        ),
        (
            {"kind": NoticeKind.OFFER, "state": State.OFFERED},
            (
                "梅园路店：轮到您家了：亲子做月饼。12月3日 周四 上午10:00前回个话，过了就问后面的邻居。"
                f"12月5日 周六 上午10:00，二楼活动室。要不要，点这里：{LINK}"
            ),
        ),
        (
            {"kind": NoticeKind.CHANGED, **WAS},
            (
                "梅园路店：改时间了：亲子做月饼。原来12月4日 周五 上午10:00–11:30。现在：12月5日 周六 上午10:00，二楼活动室。"
                f"照样来、换一场、来不了，点一下：{LINK}"
            ),
        ),
        (
            {"kind": NoticeKind.CHANGED, **SAME, "was_place": "一楼", "link": "", "stop": STOP},
            (
                "梅园路店：换地方了：亲子做月饼。原来在一楼。现在：12月5日 周六 上午10:00，二楼活动室。"
                f"来不来，打 021-5555 0100 说一声。不想收：{STOP}"
            ),
        ),
        (
            {"kind": NoticeKind.CALLED_OFF, "reason": "师傅病了。"},
            f"梅园路店：取消了：亲子做月饼。师傅病了。12月5日 周六 上午10:00，二楼活动室。别的场次：{LINK}",
        ),
        (
            {"kind": NoticeKind.DAY_BEFORE, "asks": True},
            f"梅园路店：明天来吗：亲子做月饼。来不来都回一声。12月5日 周六 上午10:00，二楼活动室。来不来，点一下：{LINK}",
        ),
        (
            {"kind": NoticeKind.PLACED, "rest": 2},
            f"梅园路店：排上了：亲子做月饼。还有 2 位接着排。12月5日 周六 上午10:00，二楼活动室。改、退都在这：{LINK}",
        ),
        (
            {"kind": NoticeKind.OFFER, "state": State.WAITING},
            (
                "梅园路店：没等到回话：亲子做月饼。名额先给了后面的邻居，还想来就再排上。"
                f"12月5日 周六 上午10:00，二楼活动室。还想来，点这里：{LINK}"
            ),
        ),
        ({"kind": NoticeKind.THANKS, "link": ""}, "梅园路店：谢谢您来：亲子做月饼。下次再来。"),
    ],
)
def test_written_is_short_by_sms(of: dict[str, Any], words: str) -> None:
    assert letters.written(replace(TOLD, **of)) == words


def test_written_has_a_subject_and_a_line_for_each_thing_by_mail() -> None:
    assert letters.written(replace(TOLD, is_short=False, stop=STOP)).splitlines() == [
        "报上了：亲子做月饼，12月5日 周六 上午10:00",
        "",
        "12月5日 周六 上午10:00–11:30",
        "二楼活动室",
        "3 位",
        "",
        f"改、退都在这：{LINK}",
        "",
        "梅园路店 021-5555 0100",
        "",
        f"不想再收到这样的信：{STOP}",
    ]


CASES = [
    (kind, state, opens, way)
    for kind, state, opens, way in product(NoticeKind, State, (True, False), (SAME, WAS))
    if kind != NoticeKind.SIGNED_UP or state in State
]


@pytest.mark.parametrize("is_short", [True, False])
def test_written_has_words_for_all_that_may_be_told(is_short: bool) -> None:
    for kind, state, opens, was in CASES:
        told = replace(TOLD, kind=kind, state=state, is_short=is_short, link=LINK if opens else "", stop="" if opens else STOP, **was)
        text = letters.written(told)
        assert "亲子做月饼" in text and "%" not in text
        assert (LINK in text) == (opens and kind != NoticeKind.THANKS)
        assert (STOP in text) == (not opens)
        assert letters.written(replace(told, store_phone="")).count("打 ") == 0


TEXT = st.text(st.sampled_from("做月饼的 abc👨‍👩‍👧é🇨🇳。，"), min_size=1)
LONG = TEXT.map(lambda text: (text * 80)[:80])


@given(title=LONG, place=LONG, store=TEXT, reason=TEXT, case=st.sampled_from(CASES))
def test_written_is_never_longer_than_three_sms_and_keeps_its_address(title: str, place: str, store: str, reason: str, case: Any) -> None:
    kind, state, opens, was = case
    texts: dict[str, Any] = {"title": title, "place": place, "store": store[:80], "reason": reason[:120], "was_place": place}
    told = replace(TOLD, kind=kind, state=state, rest=2, link=LINK if opens else "", stop="" if opens else STOP, **texts, **was)
    text = letters.written(told)
    assert letters.units(text) <= letters.ROOM
    assert (STOP in text) == (not opens)
    assert (LINK in text) == (opens and kind != NoticeKind.THANKS)


def test_units_count_as_phones_do() -> None:
    assert [letters.units(text) for text in ("月饼", "a", "👨")] == [2, 1, 2]


def test_what_was_called_off_is_named_by_the_time_and_place_the_family_knew() -> None:
    told = replace(TOLD, kind=NoticeKind.CALLED_OFF, was_place="三楼", **WAS)
    for is_short in (True, False):
        text = letters.written(replace(told, is_short=is_short))
        assert "12月4日" in text and "12月5日" not in text
        assert "三楼" in text and "二楼" not in text
