"""The door's rule, in one place: what a ticket is worth here and now."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from events.catalog.tables import Event, Session, SessionState
from events.checkin.presence import Where
from events.errors import Refused, _
from events.signup import rules
from events.signup.tables import Ending, State


class Verdict(StrEnum):
    WELCOME = "welcome"  # may come in
    BACK = "back"  # was in, left, may come in again
    INSIDE = "inside"  # in already
    AGE = "age"  # not of the event's age
    GUARDIAN = "guardian"  # the rule about adults and children, for those who would be inside
    OTHER_SESSION = "other_session"  # of another session on this day
    OTHER_DAY = "other_day"
    PENDING = "pending"
    WAITING = "waiting"
    OFFERED = "offered"
    MOVED = "moved"
    MERGED = "merged"
    GIVEN_BACK = "given_back"
    CALLED_OFF = "called_off"
    UNKNOWN = "unknown"  # no ticket of ours


SENTENCES = {
    Verdict.WELCOME: _("可以进"),
    Verdict.BACK: _("出去过，可以再进"),
    Verdict.INSIDE: _("已经进来了"),
    Verdict.AGE: _("年龄不在这个活动的范围里"),
    Verdict.GUARDIAN: _("大人不够，孩子先等等大人"),
    Verdict.OTHER_SESSION: _("是今天另一场的票"),
    Verdict.OTHER_DAY: _("不是今天的票"),
    Verdict.PENDING: _("还在等店里点头，没有名额"),
    Verdict.WAITING: _("还在排队，没有名额"),
    Verdict.OFFERED: _("名额给他们留着，还没回话"),
    Verdict.MOVED: _("换到别的场次了"),
    Verdict.MERGED: _("和家里另一份报名并在一起了，看那一份"),
    Verdict.GIVEN_BACK: _("名额已经退了"),
    Verdict.CALLED_OFF: _("这一场取消了"),
    Verdict.UNKNOWN: _("名单上没有这张票"),
}

OPEN = (Verdict.WELCOME, Verdict.BACK)
# A family's answer is the first of these among its people's: what somebody should look at comes before what goes by itself.
RANK = (
    *(Verdict.MERGED, Verdict.MOVED, Verdict.GIVEN_BACK, Verdict.CALLED_OFF, Verdict.PENDING, Verdict.WAITING, Verdict.OFFERED),
    *(Verdict.OTHER_DAY, Verdict.OTHER_SESSION, Verdict.AGE, Verdict.GUARDIAN, Verdict.WELCOME, Verdict.BACK, Verdict.INSIDE),
    Verdict.UNKNOWN,
)
_PLACES = {verdict: place for place, verdict in enumerate(RANK)}
ADULTS = 12  # in one registration, at the most

_WITHOUT_A_PLACE = {State.PENDING: Verdict.PENDING, State.WAITING: Verdict.WAITING, State.OFFERED: Verdict.OFFERED}
_ENDED = {Ending.MOVED: Verdict.MOVED, Ending.MERGED: Verdict.MERGED}
_BY_HOST = frozenset({Verdict.AGE, Verdict.GUARDIAN, Verdict.OTHER_SESSION, Verdict.UNKNOWN})
_BY_LEAD = _BY_HOST | {Verdict.OTHER_DAY, Verdict.PENDING, Verdict.WAITING, Verdict.OFFERED, Verdict.GIVEN_BACK}
_STANDING = {Where.OUTSIDE: Verdict.WELCOME, Where.INSIDE: Verdict.INSIDE, Where.LEFT: Verdict.BACK}


def decide(
    *,
    state: str,
    ending: str,
    session: Session,
    door: Session,
    zone: str,
    now: datetime,
    where: Where = Where.OUTSIDE,
    fits_age: bool = True,
) -> Verdict:
    """What the door of one session answers to one person with a ticket of `session`. Pure: the roster tabulates it.

    The event's own state is not asked: called off, it takes along the sessions that had not begun, and no others.
    """
    if where is Where.INSIDE and session.id != door.id:
        return Verdict.INSIDE  # let in here all the same
    if state == State.CANCELLED:
        return _ENDED[Ending(ending)] if ending in _ENDED else Verdict.GIVEN_BACK
    if session.state == SessionState.CANCELLED:
        return Verdict.CALLED_OFF
    if state in _WITHOUT_A_PLACE:
        return _WITHOUT_A_PLACE[State(state)]
    if not is_its_day(session, zone, now):
        return Verdict.OTHER_DAY
    if session.id != door.id:
        return Verdict.OTHER_SESSION
    if where is not Where.INSIDE and not fits_age:
        return Verdict.AGE
    return _STANDING[where]


def is_its_day(session: Session, zone: str, moment: datetime) -> bool:
    """The day on which a session begins; one that goes on past midnight has its own until it ends."""
    return _day(session.starts_at, zone) == _day(moment, zone) or session.starts_at <= moment < session.ends_at


def first(verdicts: list[Verdict]) -> Verdict:
    """A family's answer, from those of its people; one without people is asked as if one were outside."""
    return min(verdicts, key=_PLACES.__getitem__)


def together(says: list[Verdict], *, children: int, adults: int, event: Event) -> Verdict:
    """The answer to those who would come in, from what is said to each: with whom is inside already, so many would be inside then."""
    verdict = first(says)
    return Verdict.GUARDIAN if verdict in OPEN and not keeps_company(children=children, adults=adults, event=event) else verdict


def overrulable(*, is_lead: bool) -> frozenset[Verdict]:
    """What somebody may be let in against, with an explicit yes. More than the places allow is the lead's to say."""
    return _BY_LEAD if is_lead else _BY_HOST


def company(event: Event) -> tuple[int, ...] | None:
    """How many children may be inside with 0, 1, 2 … adults of the family; None: the event does not mind. `rules` tabulated."""
    if event.children_per_adult is None:
        return None
    return tuple(_most_children(adults, event) for adults in range(ADULTS + 1))


def keeps_company(*, children: int, adults: int, event: Event) -> bool:
    """Whether these may be inside together: the same rule as at sign-up."""
    try:
        rules.check_company(children=children, adults=adults, event=event)
    except Refused:
        return False
    return True


def _most_children(adults: int, event: Event) -> int:
    return max((n for n in range(rules.LARGEST + 1) if keeps_company(children=n, adults=adults, event=event)), default=0)


def _day(moment: datetime, zone: str) -> object:
    return moment.astimezone(ZoneInfo(zone)).date()
