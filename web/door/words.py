"""The door's answers as people read them: one word, its colour, and why."""

from __future__ import annotations

from events.checkin.tables import Checked, Proof
from events.checkin.verdicts import SENTENCES, Verdict
from events.errors import _
from web.language import say

BY = _("自己")
# The colour is the answer's field and the shape of its sign: in, again, wrong.
WORDS: dict[Verdict, tuple[str, str]] = {
    Verdict.WELCOME: (_("请进"), "in"),
    Verdict.BACK: (_("请进"), "in"),
    Verdict.INSIDE: (_("进过了"), "again"),
    Verdict.AGE: (_("年龄不合"), "wrong"),
    Verdict.GUARDIAN: (_("大人不够"), "wrong"),
    Verdict.OTHER_SESSION: (_("不是这场"), "wrong"),
    Verdict.OTHER_DAY: (_("不是今天"), "wrong"),
    Verdict.PENDING: (_("还没点头"), "wrong"),
    Verdict.WAITING: (_("还在排队"), "wrong"),
    Verdict.OFFERED: (_("还没回话"), "wrong"),
    Verdict.MOVED: (_("换场了"), "wrong"),
    Verdict.MERGED: (_("并起来了"), "wrong"),
    Verdict.GIVEN_BACK: (_("退掉了"), "wrong"),
    Verdict.CALLED_OFF: (_("取消了"), "wrong"),
    Verdict.UNKNOWN: (_("不认识"), "wrong"),
}

# How somebody was known who fetched children.
PROOFS = {Proof.CODE: _("对了接人码"), Proof.DELEGATE: _("代接的人，对了码"), Proof.IDENTITY: _("核对了是谁")}
CHECKED = {Checked.KNOWN.value: _("认得"), Checked.PAPERS.value: _("看了证件"), Checked.CALLED.value: _("打电话问过家长")}


def word(verdict: Verdict, language: str) -> str:
    """The big one."""
    return say(language, WORDS[verdict][0])


def tone(verdict: Verdict) -> str:
    return WORDS[verdict][1]


def why(verdict: Verdict, language: str) -> str:
    """The sentence below it."""
    return say(language, SENTENCES[verdict])


def ways(language: str) -> list[tuple[str, str, str]]:
    """How a host may have made sure who somebody is, to choose from."""
    return [(way, say(language, told), "") for way, told in CHECKED.items()]


def themselves(reader: str) -> str:
    """Who let them in, where that was the family itself: stands in a name's place."""
    return say(reader, BY)
