from __future__ import annotations

from dataclasses import replace as replace_in
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from events.announce.occasions import Few, Moved, Occasion
from events.announce.tables import Template
from events.catalog import listing
from events.catalog.rows import Meeting, Page
from events.catalog.tables import EventState
from tests import make
from web.desk import announcement_words
from web.times import Times

NOW = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)  # Monday 9:10 in Shanghai
STARTS = datetime(2026, 11, 28, 2, tzinfo=UTC)  # Saturday 10:00
TIMES = Times("Asia/Shanghai", NOW, "zh")
VAGUE = ("今天", "明天", "后天", "本周", "下周", "刚刚")


@pytest.fixture
async def page(engine: object) -> Page:
    event = await make.event(
        title="剪一条会游的纸鱼", summary="一张彩纸、一把圆头剪刀。", bring="围裙\n水杯", fee_note="材料费 18 元", age_from=4
    )
    await make.session(event, starts_at=STARTS)
    return await listing.event_page(event.id)


@pytest.fixture
def meeting(page: Page) -> Meeting:
    return replace(page.meetings[0], starts_at=STARTS, ends_at=STARTS + timedelta(minutes=90))


def occasion(meeting: Meeting) -> Occasion:
    moved = Moved(meeting, STARTS - timedelta(days=1), STARTS - timedelta(hours=22, minutes=30), "旧活动室")
    alone = (meeting,)
    return Occasion(coming=alone, ahead=alone, open=alone, few=(Few(meeting, 3),), tomorrow=alone, moved=(moved,), off=alone, over=alone)


@pytest.mark.parametrize("template", [each for each in Template if each not in (Template.OWN, Template.DIGEST)])
def test_draft_is_true_on_whatever_day_it_is_read(page: Page, meeting: Meeting, template: Template) -> None:
    words = announcement_words.draft(template, page, occasion(meeting), TIMES)
    assert words
    assert [each for each in VAGUE if each in words] == []
    assert "11月28日 周六" in words


def test_draft_new_tells_what_when_where_and_how_much(page: Page, meeting: Meeting) -> None:
    words = announcement_words.draft(Template.NEW, page, occasion(meeting), TIMES)
    assert words.splitlines() == [
        "【店内工坊】剪一条会游的纸鱼",
        "一张彩纸、一把圆头剪刀。",
        "11月28日 周六 上午10:00–11:30",
        f"4 岁以上，{meeting.place.name}，材料费 18 元",
        "报名点这里：",
    ]


def test_draft_new_invites_to_wait_for_what_is_full(page: Page, meeting: Meeting) -> None:
    words = announcement_words.draft(Template.NEW, page, replace_in(occasion(meeting), full=frozenset({meeting.session})), TIMES)
    assert "11月28日 周六 上午10:00–11:30，满了，可以排队" in words.splitlines()


def test_draft_few_names_the_number_and_when_it_was_counted(page: Page, meeting: Meeting) -> None:
    words = announcement_words.draft(Template.FEW, page, occasion(meeting), TIMES)
    assert words.splitlines()[1:3] == ["11月28日 周六 上午10:00–11:30，还有 3 个名额", "11月23日 周一 上午9:10数的，先报先得"]


def test_draft_tomorrow_says_what_to_bring(page: Page, meeting: Meeting) -> None:
    words = announcement_words.draft(Template.TOMORROW, page, occasion(meeting), TIMES)
    assert ("【11月28日 周六】剪一条会游的纸鱼" in words, "带上：围裙、水杯" in words) == (True, True)


def test_draft_changed_tells_from_and_to(page: Page, meeting: Meeting) -> None:
    lines = announcement_words.draft(Template.CHANGED, page, occasion(meeting), TIMES).splitlines()
    assert lines[:4] == [
        "【改时间了】剪一条会游的纸鱼",
        "原来：11月27日 周五 上午10:00–11:30",
        "改到：11月28日 周六 上午10:00–11:30",
        f"地方改到{meeting.place.name}（原来在旧活动室）",
    ]


def test_draft_changed_place_alone_says_so(page: Page, meeting: Meeting) -> None:
    moved = Moved(meeting, meeting.starts_at, meeting.ends_at, "旧活动室")
    lines = announcement_words.draft(Template.CHANGED, page, Occasion(moved=(moved,)), TIMES).splitlines()
    assert (lines[0], any(line.startswith("原来：") for line in lines)) == ("【换地方了】剪一条会游的纸鱼", False)


def test_draft_called_off_tells_why_and_what_still_is(page: Page, meeting: Meeting) -> None:
    off = replace(page, offer=replace(page.offer, state=EventState.CANCELLED, cancel_reason="老师病了"))
    words = announcement_words.draft(Template.CALLED_OFF, off, Occasion(off=(meeting,)), TIMES)
    assert words.splitlines() == [
        "【取消了】剪一条会游的纸鱼",
        "11月28日 周六 上午10:00–11:30",
        "原因：老师病了",
        "报了名的邻居不用来了，不好意思。",
        "点这里看：",
    ]
    later = replace(meeting, starts_at=STARTS + timedelta(days=7), ends_at=STARTS + timedelta(days=7, hours=1))
    one = announcement_words.draft(Template.CALLED_OFF, page, Occasion(off=(meeting,), open=(later,)), TIMES)
    assert one.splitlines()[-3:] == ["别的场次照常：", "12月5日 周六 上午10:00–11:00", "报名点这里："]


def test_draft_of_own_words_is_empty(page: Page, meeting: Meeting) -> None:
    assert announcement_words.draft(Template.OWN, page, occasion(meeting), TIMES) == ""
