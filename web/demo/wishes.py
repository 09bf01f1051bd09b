"""What single people wished for: a calendar on their own phone, no more reminders, a better word in an announcement."""

from __future__ import annotations

from functools import partial

from events.announce import editing
from events.announce.tables import Announcement, Delivery, DeliveryState, Template
from events.calendar import addresses
from events.people import opt_outs
from events.people.contacts import Contact, Kind
from events.people.tables import Household, Staff
from web.demo.posts import Wire
from web.demo.timeline import Timeline

HOST = "he"
ADDED = "\n带上水杯就好。"


def plan(timeline: Timeline, wire: Wire) -> None:
    timeline.plan(timeline.days_ago(2, "20:10"), _subscribe)
    timeline.plan(timeline.days_ago(1, "20:20"), _quieten)
    timeline.plan(timeline.hours_ago(0.2), partial(_reword, wire))


async def _subscribe() -> None:
    host = await Staff.objects().get(Staff.login == HOST)
    household = await Household.objects().order_by(Household.id).first()
    if host is None or household is None:
        raise RuntimeError("nobody there to have a calendar")
    await addresses.renew_for_staff(host)
    await addresses.renew_for_household(household.id)


async def _quieten() -> None:
    """One that signed up by telephone: the phone is all we have of it."""
    household = await Household.objects().where(Household.phone != "").order_by(Household.id, ascending=False).first()
    if household is not None:
        await opt_outs.choose(Contact(Kind.SMS, household.phone), opt_outs.Level.REMINDERS)


async def _reword(wire: Wire) -> None:
    """In the groups where nobody has posted it yet."""
    waits = (Delivery.state == DeliveryState.TO_DO) & (Delivery.announcement.template != Template.DIGEST)
    row = await Delivery.select(Delivery.announcement).where(waits).order_by(Delivery.id, ascending=False).first()
    announcement = await Announcement.objects().get(Announcement.id == row["announcement"]) if row else None
    writer = await Staff.objects().get(Staff.id == announcement.made_by) if announcement else None
    if announcement is None or writer is None:
        raise RuntimeError("nothing waits to be posted by hand")
    await editing.edit(announcement, announcement.text + ADDED, version=announcement.version, by=writer, address=wire.address)
