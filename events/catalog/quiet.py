"""Quiet hours of a store, in its own time: robots say nothing then, unless a person asked for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from events.catalog.tables import Store


def is_quiet(store: Store, moment: datetime) -> bool:
    """From `quiet_from` until just before `quiet_until`, over midnight too; both the same: never."""
    begins, ends = store.quiet_from, store.quiet_until
    local = moment.astimezone(ZoneInfo(store.zone)).time()
    return begins <= local < ends if begins <= ends else local >= begins or local < ends


def over_at(store: Store, moment: datetime) -> datetime:
    """When the quiet hours that `moment` is in end, in UTC; the moment itself when it is not quiet."""
    if not is_quiet(store, moment):
        return moment
    local = moment.astimezone(ZoneInfo(store.zone))
    end = local.replace(hour=store.quiet_until.hour, minute=store.quiet_until.minute, second=store.quiet_until.second, microsecond=0)
    return (end if end > local else end + timedelta(days=1)).astimezone(UTC)
