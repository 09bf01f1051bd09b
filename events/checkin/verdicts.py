"""The door's rule, in one place: what a ticket is worth here and now."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from events.catalog.tables import SessionState
from events.errors import _
from events.signup.tables import State


class Verdict(StrEnum):
    WELCOME = "welcome"  # may come in
    INSIDE = "inside"  # everybody of the family is in already
    WAITING = "waiting"
    GIVEN_BACK = "given_back"
    CALLED_OFF = "called_off"
    OTHER_DAY = "other_day"


SENTENCES = {
    Verdict.WELCOME: _("可以进"),
    Verdict.INSIDE: _("已经进来了"),
    Verdict.WAITING: _("还在排队，没有名额"),
    Verdict.GIVEN_BACK: _("名额已经退了"),
    Verdict.CALLED_OFF: _("这一场取消了"),
    Verdict.OTHER_DAY: _("不是今天的票"),
}


def decide(*, state: str, session_state: str, starts_at: datetime, zone: str, now: datetime, heads: int, inside: int) -> Verdict:
    """What the door answers to a family with `heads` people of whom `inside` are in. Pure: the roster tabulates it.

    The event's own state is not asked: called off, it takes along the sessions that had not begun, and no others.
    """
    if state == State.CANCELLED:
        return Verdict.GIVEN_BACK
    if session_state == SessionState.CANCELLED:
        return Verdict.CALLED_OFF
    if state == State.WAITING:
        return Verdict.WAITING
    if starts_at.astimezone(ZoneInfo(zone)).date() != now.astimezone(ZoneInfo(zone)).date():
        return Verdict.OTHER_DAY
    return Verdict.INSIDE if heads and inside >= heads else Verdict.WELCOME
