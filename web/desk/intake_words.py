"""Words for what a review shows: what is in doubt, what a column may mean, how a line was read."""

from __future__ import annotations

import json

from events.catalog.questions import Asked
from events.errors import _
from events.intake.family_rows import QUESTION
from events.intake.readings import Child, Doubt, Reading
from events.intake.tables import IntakeLine, LineState
from events.people import ages
from web import counts
from web.language import say
from web.site.faces import Mark

WAIT, NO, PLAIN = "wait", "no", "plain"
DOUBTS: dict[Doubt, tuple[str, str, str]] = {  # colour, icon, words
    Doubt.PEOPLE_UNTOLD: (WAIT, "ask", _("没写几位，先算一个大人")),
    Doubt.PEOPLE_TWO_WAYS: (WAIT, "ask", _("几位，有两种读法")),
    Doubt.CHILDREN_UNTOLD: (WAIT, "ask", _("几个孩子，对不上")),
    Doubt.AGE_TWO_WAYS: (WAIT, "ask", _("几岁，有两种读法")),
    Doubt.AGE_UNTOLD: (WAIT, "ask", _("孩子没写几岁，点「改」补上几岁")),
    Doubt.NAME_UNTOLD: (WAIT, "ask", _("没写怎么称呼")),
    Doubt.PHONE_WRONG: (WAIT, "phone", _("手机号不对")),
    Doubt.TWO_PHONES: (WAIT, "phone", _("写了两个手机号")),
    Doubt.CANCELLED: (NO, "cross", _("写了不来")),
    Doubt.WAITING: (PLAIN, "wait", _("写了候补")),
    Doubt.FOR_ANOTHER: (WAIT, "people", _("别人帮着报的")),
    Doubt.TWICE: (WAIT, "copy", _("像是写了两遍")),
    Doubt.NUMBER_AGAIN: (WAIT, "ask", _("这个号前面有了")),
    Doubt.NUMBER_SKIPPED: (PLAIN, "info", _("前面跳了号")),
    Doubt.EMPTY: (WAIT, "ask", _("只有一个号")),
    Doubt.EXPECTING: (PLAIN, "info", _("有人怀孕")),
    Doubt.LEFT_OVER: (PLAIN, "info", _("放进备注了，看一眼")),
    Doubt.NO_NUMBER: (WAIT, "ask", _("前面没有号")),
    Doubt.NOTICE: (WAIT, "info", _("像是通知里的话")),
    Doubt.GLUED: (WAIT, "ask", _("和别家连在一行里")),
    Doubt.CUT: (WAIT, "warn", _("太长，截短了")),
    Doubt.COLUMN_EMPTY: (WAIT, "ask", _("有一格空着")),
    Doubt.CELL_UNCLEAR: (WAIT, "ask", _("有一格没读懂")),
    Doubt.ON_ROSTER: (WAIT, "check", _("名单上已经有了")),
}
MEANINGS = {
    "name": _("怎么称呼"),
    "phone": _("手机号"),
    "party": _("来几位（2大1小）"),
    "adults": _("大人几位"),
    "children": _("孩子几位"),
    "child_name": _("孩子的名字（不留）"),
    "age": _("孩子几岁"),
    "born": _("孩子的出生年月"),
    "allergies": _("过敏"),
    "note": _("备注"),
    "waiting": _("候补"),
    "number": _("序号"),
    "title": _("活动"),
    "kind": _("哪一种"),
    "day": _("日期"),
    "start": _("开始"),
    "end": _("结束"),
    "length": _("多长"),
    "places": _("名额"),
    "venue": _("地点"),
    "host": _("小盒"),
    "chef": _("大厨或老师"),
    "ages": _("年龄"),
    "fee": _("费用"),
    "summary": _("一句话介绍"),
    "bring": _("要带什么"),
}


def marks(doubts: tuple[Doubt, ...], language: str) -> list[Mark]:
    """Each doubt in its colour, with its words."""
    return [Mark(kind, icon, say(language, words)) for kind, icon, words in (DOUBTS[doubt] for doubt in doubts)]


def meanings(values: list[str], asked: list[Asked], language: str) -> list[tuple[str, str]]:
    """What a column may mean, as a select offers it."""
    labels = {f"{QUESTION}{each.question.id}": each.question.label for each in asked}
    return [(value, labels.get(value) or say(language, MEANINGS.get(value, value))) for value in values]


def party(reading: Reading, language: str) -> str:
    """2 大 1 小."""
    return counts.party(reading.adults, len(reading.children), language)


def ages_of(reading: Reading, language: str) -> str:
    """5 岁半、3 岁; a child without an age is a question mark."""
    return say(language, _("、")).join(age(child, language) for child in reading.children)


def age(child: Child, language: str) -> str:
    if child.months is None:
        return "?"
    years, months = divmod(min(child.months, ages.OLDEST * 12), 12)
    return counts.age(years, child.is_half_known and months >= 6, language)


def refusal(row: IntakeLine, language: str) -> str:
    """Why the line was refused, in a sentence."""
    if row.state != LineState.REFUSED or not row.refusal:
        return ""
    return say(language, row.refusal, **json.loads(row.refusal_values or "{}"))
