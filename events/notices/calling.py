"""Whom somebody should call about a session, and why; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events.catalog.tables import Event, Session, SessionState
from events.notices import changes
from events.notices.queueing import stamp
from events.notices.tables import Called, Change, ChangeKind, Notice, NoticeKind, NoticeState, Reply
from events.notices.telling import APPROVED, LET_GO
from events.notices.ways import Unreached
from events.signup.tables import Registration, State

LATE = timedelta(hours=2)  # what has not left by then is told by telephone
SILENT = timedelta(hours=24)  # before the start, who has not answered a change is called
PATIENCE = timedelta(hours=1)  # that a family has to answer before it is called
LOST = (NoticeState.UNREACHED, NoticeState.FAILED, NoticeState.UNKNOWN)
BY_STORE = (APPROVED, LET_GO)  # what the family did not do, and does not know
NEVER_SENT = (Unreached.NO_CONTACT, Unreached.NO_SENDER, Unreached.OPTED_OUT)  # no reason to call for a mere confirmation or reminder
# In the order in which a family is called: one call says all.
CALLED_FOR = (NoticeKind.CALLED_OFF, NoticeKind.CHANGED, NoticeKind.OFFER, NoticeKind.PLACED, NoticeKind.SIGNED_UP, NoticeKind.DAY_BEFORE)
NEEDS = {NoticeKind.PLACED: State.PLACED, NoticeKind.OFFER: State.OFFERED, NoticeKind.DAY_BEFORE: State.PLACED}
NEEDS_ABOUT = {APPROVED: State.WAITING, LET_GO: State.CANCELLED}  # what a registration must still be, by what the notice is about


class Why(StrEnum):
    """Why somebody should call."""

    UNREACHED = "unreached"  # no way, refused, or nobody knows whether it arrived: the notice says which
    LATE = "late"  # the news has not left and it begins soon
    SILENT = "silent"  # no answer to a change


@dataclass(frozen=True)
class Known:
    """A session with what its notices are about."""

    session: Session
    event: Event
    newest: Change | None
    families: Mapping[int, Registration]


def reasons(notices: Iterable[Notice], known: Known, moment: datetime) -> dict[int, Why]:
    """By notice; a family is called for one thing at a time, and not for what it heard when it was called since."""
    mine = list(notices)
    heard = {each.registration: each.called_at for each in mine if each.called == Called.REACHED and each.called_at is not None}
    found: dict[int, tuple[Notice, Why]] = {}
    for each in sorted(mine, key=lambda each: (CALLED_FOR.index(NoticeKind(each.kind)), -each.id)):
        since = heard.get(each.registration)
        if each.registration in found or (since is not None and since >= each.created_at and not _asks(each)):
            continue
        why = _why(each, known.families[each.registration], known, moment)
        if why is not None:
            found[each.registration] = each, why
    return {each.id: why for each, why in found.values()}


def _asks(notice: Notice) -> bool:
    """What another call does not answer."""
    return notice.kind in {*changes.OF_CHANGES, NoticeKind.OFFER}


def _why(notice: Notice, family: Registration, known: Known, moment: datetime) -> Why | None:
    if notice.called == Called.REACHED or notice.reply != Reply.NONE or not _is_of_use(notice, family, known, moment):
        return None
    if notice.state in LOST:
        return Why.UNREACHED
    if notice.change is None or known.newest is None or notice.state == NoticeState.DROPPED:
        return None
    return _why_of_change(notice, family, known.session, known.newest, moment)


def _why_of_change(notice: Notice, family: Registration, session: Session, change: Change, moment: datetime) -> Why | None:
    begins = change.was_starts_at if change.kind == ChangeKind.CALLED_OFF else min(change.was_starts_at, session.starts_at)
    if notice.state != NoticeState.SENT:
        return Why.LATE if moment >= begins - LATE else None
    had_time = notice.finished_at is not None and notice.finished_at <= moment - PATIENCE
    is_asked = change.kind == ChangeKind.MOVED and family.state == State.PLACED
    return Why.SILENT if is_asked and had_time and moment >= begins - SILENT else None


def _is_of_use(notice: Notice, family: Registration, known: Known, moment: datetime) -> bool:
    """Whether a call would still tell the family what is so."""
    needed = NEEDS_ABOUT.get(notice.about) or NEEDS.get(NoticeKind(notice.kind))
    if family.state != needed if needed is not None else family.state == State.CANCELLED:
        return False
    if notice.change is not None:
        is_newest = known.newest is not None and notice.change == known.newest.id
        return is_newest and family.rest_of is None and moment < notice.expires_at
    if known.session.state != SessionState.ON or moment >= known.session.starts_at:
        return False
    if notice.kind == NoticeKind.DAY_BEFORE:  # from the eve until it begins
        return notice.about == stamp(known.session.starts_at) and family.confirmed_at is None and _is_worth(notice, known.event)
    if notice.kind == NoticeKind.OFFER and family.offer_ends_at is not None and notice.about != stamp(family.offer_ends_at):
        return False
    return bool(moment < notice.expires_at) and (notice.kind != NoticeKind.SIGNED_UP or _is_worth(notice, known.event))


def _is_worth(notice: Notice, event: Event) -> bool:
    """A mere confirmation or reminder, where it should have arrived and did not; what the store did, or asks, however it failed."""
    must_answer = notice.kind == NoticeKind.DAY_BEFORE and event.asks_day_before
    return must_answer or notice.about in BY_STORE or notice.reason not in NEVER_SENT
