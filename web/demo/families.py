"""What the families were told as the month went by: reminded, answered, thanked. The latest can be read on the stand-in's phones."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import httpx

from events import clock
from events.notices import leaving, reminders
from events.people import messages
from events.people.contacts import Kind
from events.people.senders import End, Parcel, Sender, SmsGateway
from web import letters
from web.demo.posts import Wire
from web.demo.timeline import Timeline
from web.standin.sms import ROUTE

DAYS = 35
HOURS = ("09:05", "10:05", "12:05", "14:05", "17:05", "19:05", "21:05")
READ = timedelta(days=2)  # ago, from where on the phones show what they got


class Delivered:
    """Long ago, and read."""

    async def send(self, parcel: Parcel, *, client: httpx.AsyncClient) -> End:
        return End.SENT


def plan(timeline: Timeline, wire: Wire) -> None:
    """Several times a day, as the duties do every minute."""
    for days in range(DAYS, -1, -1):
        for at in HOURS:
            timeline.plan(timeline.days_ago(days, at), partial(_tell, timeline, wire))


async def _tell(timeline: Timeline, wire: Wire) -> None:
    is_old = clock.now() < timeline.now - READ
    sender: Sender = Delivered() if is_old else SmsGateway(wire.standin + ROUTE, "demo")
    senders = {Kind.SMS.value: sender}
    await reminders.queue_due()
    while await leaving.leave(senders, letters.written, wire.address):
        pass
    ahead = (clock.now() - timeline.now).total_seconds()
    await wire.order("clock", forward=ahead)
    while await messages.send_next(senders, wire.client):
        pass
    await wire.order("clock", forward=-ahead)
