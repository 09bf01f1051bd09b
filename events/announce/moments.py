"""When an announcement goes: at once, at a time somebody chose, or at the end of the store's quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from events.catalog import quiet
from events.catalog.tables import Store
from events.errors import Refused, _

FURTHEST = timedelta(days=60)
GRACE = timedelta(minutes=2)  # a time that was still to come when the form was drawn is now


class AskedAtNight(Refused):
    """It is quiet then: to be asked once more, and told `at_night=True`."""


def morning(store: Store, moment: datetime) -> datetime | None:
    """The next end of the quiet hours, in UTC; None where the store has none."""
    if store.quiet_from == store.quiet_until:
        return None
    if quiet.is_quiet(store, moment):
        return quiet.over_at(store, moment)
    end = store.quiet_until
    local = moment.astimezone(ZoneInfo(store.zone))
    today = local.replace(hour=end.hour, minute=end.minute, second=end.second, microsecond=0)
    return (today if today > local else today + timedelta(days=1)).astimezone(UTC)


def chosen(store: Store, send_at: datetime | None, now: datetime, *, is_urgent: bool = False, at_night: bool = False) -> datetime:
    """When it is due, never before `now`. What was meant for now goes in the morning if it is quiet, unless it is urgent.

    Refused, as AskedAtNight, for what would ring at night before somebody said so twice (`at_night`).
    """
    if send_at is not None:
        _check(send_at, now)
    moment = max(send_at or now, now)
    if not quiet.is_quiet(store, moment) or at_night:
        return moment
    if send_at is None and not is_urgent:
        return quiet.over_at(store, now)
    raise AskedAtNight(_("那时候是休息时间，一发大家手机就响。真要那时候发，再勾一下"), field="at_night")


def _check(send_at: datetime, now: datetime) -> None:
    if send_at < now - GRACE:
        raise Refused(_("这个时间过了，选晚一点"), field="send_at")
    if send_at > now + FURTHEST:
        raise Refused(_("最多提前 %(n)s 天定好"), field="send_at", n=FURTHEST.days)
