"""Whether what an announcement speaks of is over: after we were down for days it is not posted any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from events.announce.tables import Announcement, Template
from events.catalog.tables import Session, SessionState, Store
from events.errors import Refused, _

LATE = timedelta(minutes=10)  # what leaves sooner after its time is not looked at
AFTERWARDS = (Template.THANKS, Template.CALLED_OFF, Template.DIGEST)  # true afterwards too; a digest has its own hours


async def is_over(announcement: Announcement, store: Store, moment: datetime) -> bool:
    """Whether all sessions ended, or the day it calls tomorrow passed, since it was to be posted. What was meant for afterwards stays."""
    wanted = announcement.send_at or announcement.created_at
    if announcement.template in AFTERWARDS or moment - wanted < LATE:
        return False
    if announcement.template == Template.TOMORROW and _day(moment, store) > _day(wanted + timedelta(days=1), store):
        return True
    of_event = (Session.event == announcement.event) & (Session.state == SessionState.ON)
    last = await Session.select(Session.ends_at).where(of_event).order_by(Session.ends_at, ascending=False).first()
    return last is not None and wanted < last["ends_at"] <= moment


async def check(event: int, template: Template, send_at: datetime) -> None:
    """Refused for words about what is to come that would be posted once the last session has begun; one's own may be about it."""
    if template in AFTERWARDS or template == Template.OWN:
        return
    of_event = (Session.event == event) & (Session.state == SessionState.ON)
    last = await Session.select(Session.starts_at).where(of_event).order_by(Session.starts_at, ascending=False).first()
    if last is not None and last["starts_at"] <= send_at:
        raise Refused(_("到那时候最后一场都开始了，选早一点"), field="send_at")


def _day(moment: datetime, store: Store) -> int:
    return moment.astimezone(ZoneInfo(store.zone)).date().toordinal()
