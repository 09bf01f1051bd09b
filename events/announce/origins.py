"""How families came to a store of late: by a group's link, by the page itself, or signed up by the store. Counts only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from events.announce import links
from events.announce.links import Came
from events.catalog.tables import Store
from events.signup.tables import Registration

WEEKS = 8


@dataclass(frozen=True, slots=True)
class Period:
    """One week, from a Monday on."""

    monday: date
    came: Came


async def by_way(store: Store, now: datetime) -> links.Ways:
    """How those who signed up at this store in the last WEEKS weeks came, whatever the event."""
    ways = links.Ways({}, Came(), Came())
    for _week, code, by_store, came in await _counted(store, weeks(store, now), by_week=False):
        ways = _with(ways, code, by_store, came)
    return ways


async def by_week(store: Store, now: datetime, *, code: str | None = None) -> list[Period]:
    """Those who came by groups' links, or by one group's, in each of the last WEEKS weeks, this one last; by when they signed up."""
    mondays = weeks(store, now)
    found = [Came()] * WEEKS
    for week, of, _by_store, came in await _counted(store, mondays, by_week=True):
        if of and code in (None, of):
            found[week] += came
    return [Period(monday, came) for monday, came in zip(mondays, found, strict=True)]


def weeks(store: Store, now: datetime) -> list[date]:
    """The Mondays of the last WEEKS weeks in the store's time, this week's last."""
    today = now.astimezone(ZoneInfo(store.zone)).date()
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=WEEKS - 1 - n) for n in range(WEEKS)]


_COUNTED = (
    "SELECT {week} AS week, UPPER(r.via) AS code, CASE WHEN r.made_by IS NULL THEN 0 ELSE 1 END AS by_store, "
    "COUNT(DISTINCT r.household) AS families, COUNT(DISTINCT a.id) AS people, "
    "COUNT(DISTINCT CASE WHEN r.state = 'placed' THEN a.id END) AS placed, COUNT(DISTINCT i.attendee) AS arrived "
    "FROM event e JOIN session s ON s.event = e.id JOIN registration r ON r.session = s.id "
    "JOIN attendee a ON a.registration = r.id AND a.given_back_at IS NULL "
    "LEFT JOIN passage i ON i.attendee = a.id AND i.way = 'in' AND i.undone_at IS NULL "
    "WHERE e.store = {{}} AND s.starts_at > {{}} AND r.created_at >= {{}} AND r.state <> 'cancelled' "
    "GROUP BY week, UPPER(r.via), CASE WHEN r.made_by IS NULL THEN 0 ELSE 1 END"
)


async def _counted(store: Store, mondays: Sequence[date], *, by_week: bool) -> list[tuple[int, str, bool, Came]]:
    starts = [datetime.combine(day, time(), ZoneInfo(store.zone)).astimezone(UTC) for day in mondays]
    later = starts[1:] if by_week else []
    whens = "".join(f" WHEN r.created_at < {{}} THEN {n}" for n in range(len(later)))
    sql = _COUNTED.replace("{week}", f"CASE{whens} ELSE {len(later)} END" if later else "0").replace("{{}}", "{}")
    rows = await Registration.raw(sql, *later, store.id, starts[0], starts[0])
    return [(row["week"], row["code"], bool(row["by_store"]), Came(*(row[name] for name in _NUMBERS))) for row in rows]


_NUMBERS = ("families", "people", "placed", "arrived")


def _with(ways: links.Ways, code: str, by_store: bool, came: Came) -> links.Ways:
    if code:
        return links.Ways({**ways.by_group, code: ways.by_group.get(code, Came()) + came}, ways.by_page, ways.by_store)
    if by_store:
        return links.Ways(ways.by_group, ways.by_page, ways.by_store + came)
    return links.Ways(ways.by_group, ways.by_page + came, ways.by_store)
