"""The groups to tick for an announcement, each with what it heard lately, and the buttons that tick many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events import clock
from events.announce import answering, choosing
from events.announce.choosing import Told
from events.announce.tables import ChannelName, Group
from events.catalog import compounds
from events.catalog.tables import Compound, Event
from events.errors import _
from web import counts
from web.desk import delivery_pages
from web.language import say
from web.times import Times

LATELY = timedelta(days=7)
ALL, NONE, CAME, TOLD = "all", "none", "came", "told"
FEWEST = 2  # groups from which a button saves anything


@dataclass(frozen=True)
class Choice:
    """A group to tick."""

    id: int
    name: str
    way: str
    way_icon: str
    lately: str
    of_event: str
    came: str
    is_chosen: bool
    is_ill: bool


@dataclass(frozen=True)
class Button:
    """Ticks these groups and no others."""

    value: str
    words: str
    groups: frozenset[int]


@dataclass(frozen=True)
class Known:
    """What is known of the groups one may announce in."""

    rows: Sequence[Group]
    told: Mapping[int, Told]
    came: Mapping[int, int]
    compounds: Sequence[Compound]


async def of(rows: Sequence[Group], event: Event) -> Known:
    """In three queries, however many groups there are."""
    told = await choosing.told([row.id for row in rows], event, since=clock.now() - LATELY)
    return Known(rows, told, await choosing.came_before(event, rows), await compounds.in_use(event.store))


def buttons(known: Known, language: str) -> list[Button]:
    """All and none, those who heard of this event, whose families came before, each kind, each compound; what ticks nothing is left out."""
    rows = known.rows
    found = [Button(ALL, say(language, _("全选")), frozenset(row.id for row in rows))]
    found.append(Button(TOLD, say(language, _("听过这个活动的")), frozenset(group for group, told in known.told.items() if told.of_event)))
    found.append(Button(CAME, say(language, _("有人来过的")), frozenset(known.came)))
    kinds = delivery_pages.KINDS.items()
    found.extend(Button(f"kind-{kind}", say(language, words), frozenset(choosing.of_kind(rows, kind))) for kind, words in kinds)
    found.extend(Button(f"compound-{each.id}", each.name, frozenset(choosing.of_compound(rows, each.id))) for each in known.compounds)
    shown = [each for each in found if each.groups and (each.value == ALL or len(each.groups) < len(rows))]
    return [*shown, Button(NONE, say(language, _("都不选")), frozenset())] if len(rows) >= FEWEST else []


def choices(known: Known, chosen: set[int], times: Times, language: str) -> list[Choice]:
    return [_choice(row, known, chosen, times, language) for row in known.rows]


def _choice(group: Group, known: Known, chosen: set[int], times: Times, language: str) -> Choice:
    channel = ChannelName(group.channel)
    told = known.told.get(group.id, choosing.NOTHING)
    members = counts.people(group.members, language) if group.members else ""
    return Choice(
        id=group.id,
        name=group.name,
        way=say(language, delivery_pages.WAYS[channel]),
        way_icon=delivery_pages.WAY_ICONS[channel],
        lately=" · ".join(part for part in (members, _lately(told.moments, times, language)) if part),
        of_event=_of_event(told.of_event, times, language),
        came=_came(known.came.get(group.id, 0), language),
        is_chosen=group.id in chosen,
        is_ill=bool(group.trouble),
    )


def _lately(told: Sequence[datetime], times: Times, language: str) -> str:
    today = sum(answering.is_same_day(moment, times.zone) for moment in told)
    if today:
        return say(language, _("今天发过 %(n)s 条"), n=today)
    if told:
        return say(language, _("%(when)s发过"), when=times.relative_days(max(told)))
    return say(language, _("一周没发了"))


def _of_event(told: Sequence[datetime], times: Times, language: str) -> str:
    if not told:
        return ""
    return say(language, _("这个活动%(when)s说过，一共 %(n)s 次"), when=times.relative_days(max(told)), n=len(told))


def _came(families: int, language: str) -> str:
    if not families:
        return ""
    return say(language, _("半年里 %(families)s来过这样的活动"), families=counts.families(families, language))
