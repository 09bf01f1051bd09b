"""When an event's sign-up is open, and to whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from events import clock
from events.catalog.rows import Meeting, Offer
from events.catalog.tables import Event, EventState, FirstGroup, Session, SessionState
from events.errors import Refused, _
from events.people.tables import Staff
from events.signup.parties import Party


def stage(event: Event | Offer, session: Session | Meeting, moment: datetime) -> str:
    """Where sign-up for a session stands: `open`, `early`, `late`, `cancelled`, `unpublished`."""
    if event.state == EventState.CANCELLED or session.state == SessionState.CANCELLED:
        return "cancelled"
    if event.state != EventState.PUBLISHED:
        return "unpublished"
    if event.opens_at is not None and moment < event.opens_at:
        return "early"
    return "open" if moment < closes_at(event, session) else "late"


def closes_at(event: Event | Offer, session: Session | Meeting) -> datetime:
    return session.starts_at - timedelta(minutes=event.closes_minutes)


CLOSED = {
    "early": _("还没开始报名"),
    "late": _("报名截止了，想来可以问问小盒"),
    "cancelled": _("这一场取消了"),
    "unpublished": _("这个活动还没发布"),
}


def early_for(event: Event | Offer, moment: datetime) -> datetime | None:
    """Until when only families that came by a link of the event's first groups sign up; None when everybody may."""
    opened = event.opens_at or event.published_at
    if not event.members_hours or opened is None:
        return None
    until = opened + timedelta(hours=event.members_hours)
    return until if moment < until else None


async def is_first(event: Event, *links: str) -> bool:
    """Whether a family came by the link of one of the event's first groups. A link can be forwarded: this is courtesy, no lock."""
    codes_of_groups = [link.upper() for link in links if link]
    return bool(codes_of_groups) and await FirstGroup.exists().where(
        (FirstGroup.event == event.id) & FirstGroup.code.is_in(codes_of_groups)
    )


async def check(event: Event, session: Session, party: Party, by: Staff | None, accepted_at: datetime | None = None) -> None:
    """Whether sign-up is open, to this family; a member of staff may sign up until the session is over."""
    moment = accepted_at or clock.now()
    where = stage(event, session, moment)
    if by is not None:
        if where in {"cancelled", "unpublished"}:
            raise Refused(CLOSED[where])
        if session.ends_at <= moment:
            raise Refused(_("这一场已经结束了"))
        return
    if where != "open":
        raise Refused(CLOSED[where])
    if early_for(event, moment) is not None and not await is_first(event, party.via, party.link):
        raise Refused(_("开始的 %(n)s 小时先给几个群的邻居报，请从群里的链接进来，或者晚点再来"), n=event.members_hours)
