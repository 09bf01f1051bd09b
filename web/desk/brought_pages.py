"""What came of announcements, as pages show it: bars with their numbers in words. Counts only, no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from events import clock
from events.announce import brought, groups, links, origins
from events.announce.deliveries import Line as Delivered
from events.announce.links import Came
from events.announce.tables import Announcement, Group
from events.catalog.tables import Event, Store
from events.errors import _
from web import charts, counts
from web.charts import Chart
from web.language import say
from web.times import Times


@dataclass(frozen=True)
class Bar:
    """One way by which families came; `all` and `part` are lengths in hundredths of the longest."""

    name: str
    path: str
    told: str
    came: Came
    all: float
    part: float


@dataclass(frozen=True)
class Weeks:
    """The last weeks in one picture, and the same as rows: from which day, how many families, people, and how many of them came."""

    chart: Chart
    rows: list[tuple[str, Came]]
    total: Came


def bars(ways: Sequence[tuple[str, str, Came]], language: str) -> list[Bar]:
    """Name, address and numbers of each; whoever brought most people first, then by name."""
    most = max((came.people for _name, _path, came in ways), default=0)
    found = [
        Bar(name, path, told(came, language), came, charts.share(came.people, most), charts.share(came.arrived, most))
        for name, path, came in ways
    ]
    return sorted(found, key=lambda bar: (-bar.came.people, bar.name))


def told(came: Came, language: str) -> str:
    """5 家报名，12 位；到了 8 位."""
    if not came.families:
        return say(language, _("还没有人从这里来"))
    who = {"families": counts.families(came.families, language), "people": counts.people(came.people, language)}
    return say(language, _("%(families)s报名，%(people)s；到了 %(arrived)s 位"), arrived=came.arrived, **who)


async def of_store(store: Store, who: str, group_path: Any) -> dict[str, Any]:
    """The overview's pictures: `who` is the reader's language, `group_path` leads to a group's own page."""
    now = clock.now()
    ways = await origins.by_way(store, now)
    rows = await groups.of_store(store.id, also=ways.by_group)
    known = {row.code for row in rows}
    others = sum((came for code, came in ways.by_group.items() if code not in known), Came())
    beside = [(_("没点群链接，自己打开的"), ways.by_page), (_("店里帮忙报的"), ways.by_store), (_("别的链接"), others)]
    return {
        "weeks": weeks(await origins.by_week(store, now), Times(store.zone, now, who)),
        "bars": bars([(row.name, group_path(row), ways.by_group.get(row.code, Came())) for row in rows], who),
        "beside": [(say(who, words), told(came, who)) for words, came in beside if came.families],
    }


async def of_group(group: Group, store: Store, language: str) -> Weeks:
    """One group's last weeks."""
    now = clock.now()
    return weeks(await origins.by_week(store, now, code=group.code), Times(store.zone, now, language))


async def of_event(event: Event, language: str) -> list[Bar]:
    """Which groups of its store the families of one event came from, without those nobody came from."""
    ways = await links.ways(event.id)
    rows = await groups.of_store(event.store, also=ways.by_group) if ways.by_group else []
    return bars([(row.name, "", ways.by_group[row.code]) for row in rows if row.code in ways.by_group], language)


async def of_announcement(announcement: Announcement, lines: Sequence[Delivered], language: str) -> list[Bar]:
    """What it brought from each group that may have read it; empty while it is in none."""
    names = {line.group: line.name for line in lines if line.state in brought.REACHED}
    if not names:
        return []
    found = (await brought.of_announcements([announcement])).get(announcement.id, {})
    return bars([(name, "", found.get(group, Came())) for group, name in names.items()], language)


def total(by_group: Mapping[int, Came]) -> Came:
    return sum(by_group.values(), Came())


def weeks(periods: Sequence[origins.Period], times: Times) -> Weeks:
    days = [datetime.combine(period.monday, time(), ZoneInfo(times.zone)).astimezone(UTC) for period in periods]
    labels = [f"{period.monday.month}/{period.monday.day}" for period in periods]
    chart = charts.columns([(label, period.came.people, period.came.arrived) for label, period in zip(labels, periods, strict=True)])
    rows = [(times.date(day), period.came) for day, period in zip(days, periods, strict=True)]
    return Weeks(chart, rows, sum((period.came for period in periods), Came()))
