"""Whether a notice is still true when its turn has come; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.catalog.tables import Event, EventState, Session, SessionState, Store, Venue
from events.notices import changes
from events.notices.queueing import stamp
from events.notices.tables import Notice, NoticeKind, Reply
from events.notices.telling import APPROVED, LAPSED, LET_GO
from events.people.tables import Household
from events.signup.tables import Registration, State

HERE = timedelta(hours=1)  # whoever is signed up by the store so shortly before the start stands there


class Dropped(StrEnum):
    """Why a notice was dropped, beside `changes.NEWER` and `changes.OFF`."""

    LATE = "late"  # of no use any more
    GIVEN_BACK = "given_back"
    NOT_PLACED = "not_placed"
    ANSWERED = "answered"
    MOVED = "moved"  # the session starts at another time now
    SAID = "said"  # another notice said it
    HERE = "here"
    NOT_COME = "not_come"


@dataclass(frozen=True, slots=True)
class Case:
    """A notice with all it is about, as it is now."""

    notice: Notice
    registration: Registration
    household: Household
    session: Session
    event: Event
    store: Store
    venue: Venue
    people: int
    newest_change: int | None
    has_come: bool


def untrue(case: Case, moment: datetime) -> str:
    """Why there is nothing to tell; empty when there is."""
    if case.notice.expires_at <= moment:
        return Dropped.LATE
    is_off = case.session.state == SessionState.CANCELLED or case.event.state != EventState.PUBLISHED
    if case.notice.kind == NoticeKind.CALLED_OFF:
        return "" if is_off and case.registration.state != State.CANCELLED else Dropped.GIVEN_BACK
    if is_off:
        return changes.OFF
    if case.notice.kind == NoticeKind.THANKS:
        return "" if case.has_come else Dropped.NOT_COME
    if case.session.starts_at <= moment:
        return Dropped.LATE
    if case.notice.about == LET_GO:
        return "" if case.registration.state == State.CANCELLED else Dropped.ANSWERED
    if case.registration.state == State.CANCELLED:
        return Dropped.GIVEN_BACK
    return _RULES[NoticeKind(case.notice.kind)](case, moment)


def _signed_up(case: Case, moment: datetime) -> str:
    if case.notice.about == APPROVED:
        return "" if case.registration.state == State.WAITING else Dropped.ANSWERED
    is_by_store = case.registration.made_by is not None
    return Dropped.HERE if is_by_store and case.session.starts_at - case.registration.created_at < HERE else ""


def _placed(case: Case, moment: datetime) -> str:
    return "" if case.registration.state == State.PLACED else Dropped.NOT_PLACED


def _offer(case: Case, moment: datetime) -> str:
    row = case.registration
    if case.notice.about.startswith(LAPSED):
        return "" if row.state == State.WAITING and row.lapsed_at is not None else Dropped.ANSWERED
    is_open = row.state == State.OFFERED and row.offer_ends_at is not None and row.offer_ends_at > moment
    return "" if is_open and stamp(row.offer_ends_at) == case.notice.about else Dropped.ANSWERED


def _reminder(case: Case, moment: datetime) -> str:
    return Dropped.MOVED if case.notice.about != stamp(case.session.starts_at) else _placed(case, moment)


def _changed(case: Case, moment: datetime) -> str:
    if case.notice.change != case.newest_change:
        return changes.NEWER
    return Dropped.ANSWERED if case.notice.reply != Reply.NONE else ""


_RULES = {
    NoticeKind.SIGNED_UP: _signed_up,
    NoticeKind.PLACED: _placed,
    NoticeKind.OFFER: _offer,
    NoticeKind.DAY_BEFORE: _reminder,
    NoticeKind.SOON: _reminder,
    NoticeKind.CHANGED: _changed,
}
