"""The door's rule, in one place: what a ticket is worth here and now."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from events.catalog.tables import SessionState
from events.errors import _
from events.signup.tables import Ending, State


class Verdict(StrEnum):
    WELCOME = "welcome"  # may come in
    INSIDE = "inside"  # everybody of the family is in already
    PENDING = "pending"
    WAITING = "waiting"
    OFFERED = "offered"
    MOVED = "moved"
    MERGED = "merged"
    GIVEN_BACK = "given_back"
    CALLED_OFF = "called_off"
    OTHER_DAY = "other_day"


SENTENCES = {
    Verdict.WELCOME: _("可以进"),
    Verdict.INSIDE: _("已经进来了"),
    Verdict.PENDING: _("还在等店里点头，没有名额"),
    Verdict.WAITING: _("还在排队，没有名额"),
    Verdict.OFFERED: _("名额给他们留着，还没回话"),
    Verdict.MOVED: _("换到别的场次了"),
    Verdict.MERGED: _("和家里另一份报名并在一起了，看那一份"),
    Verdict.GIVEN_BACK: _("名额已经退了"),
    Verdict.CALLED_OFF: _("这一场取消了"),
    Verdict.OTHER_DAY: _("不是今天的票"),
}

_WITHOUT_A_PLACE = {State.PENDING: Verdict.PENDING, State.WAITING: Verdict.WAITING, State.OFFERED: Verdict.OFFERED}
_ENDED = {Ending.MOVED: Verdict.MOVED, Ending.MERGED: Verdict.MERGED}


def decide(
    *, state: str, session_state: str, starts_at: datetime, zone: str, now: datetime, heads: int, inside: int, ending: str = ""
) -> Verdict:
    """What the door answers to a family with `heads` people of whom `inside` are in. Pure: the roster tabulates it.

    The event's own state is not asked: called off, it takes along the sessions that had not begun, and no others.
    """
    if state == State.CANCELLED:
        return _ENDED[Ending(ending)] if ending in _ENDED else Verdict.GIVEN_BACK
    if session_state == SessionState.CANCELLED:
        return Verdict.CALLED_OFF
    if state in _WITHOUT_A_PLACE:
        return _WITHOUT_A_PLACE[State(state)]
    if starts_at.astimezone(ZoneInfo(zone)).date() != now.astimezone(ZoneInfo(zone)).date():
        return Verdict.OTHER_DAY
    return Verdict.INSIDE if heads and inside >= heads else Verdict.WELCOME
