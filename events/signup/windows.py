"""How long a family may take to answer an offer."""

from __future__ import annotations

from datetime import datetime, timedelta

from events.catalog import quiet
from events.catalog.tables import Store

LAST = timedelta(hours=3)  # before the start nobody is asked any more, the host calls
SHORTEST = timedelta(minutes=30)  # less time to answer is no question
STEP = timedelta(minutes=5)


def latest(*, now: datetime, starts_at: datetime) -> datetime:
    """Until when an answer to an offer can be waited for at all: three hours before the start, or half an hour from now if that is
    later, but never once it has begun."""
    return min(max(starts_at - LAST, now + SHORTEST), starts_at)


def window(store: Store, *, now: datetime, starts_at: datetime, hours: int) -> datetime | None:
    """Until when a family has time to answer: that many hours in which the store is not quiet, at most until three hours before the start.

    None when less than half an hour of them is left: too late to ask.
    """
    end = starts_at - LAST
    awake, moment = timedelta(), now
    while moment < end and awake < timedelta(hours=hours):
        if quiet.is_quiet(store, moment):
            moment = min(quiet.over_at(store, moment), end)
        else:
            step = min(STEP, end - moment, timedelta(hours=hours) - awake)
            moment, awake = moment + step, awake + step
    return moment if awake >= SHORTEST else None
