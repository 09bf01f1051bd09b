"""Helps to choose groups: by what they are, by whose families came before, and who was told of what lately."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from events import clock
from events.announce.tables import Delivery, DeliveryState, Group, Part
from events.catalog.tables import Event
from events.signup.tables import Registration

AGO = timedelta(days=180)  # how far back "came before" looks
TOLD = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.SENDING)  # has it, or may have it

_CAME = (
    "SELECT UPPER(r.via) AS code, COUNT(DISTINCT r.household) AS families FROM event e "
    "JOIN session s ON s.event = e.id JOIN registration r ON r.session = s.id "
    "WHERE e.store = {} AND e.kind = {} AND s.starts_at > {} AND s.starts_at <= {} AND r.via <> '' AND r.state <> 'cancelled' "
    "AND EXISTS (SELECT 1 FROM attendee a JOIN passage i ON i.attendee = a.id "
    "WHERE a.registration = r.id AND i.way = 'in' AND i.undone_at IS NULL) GROUP BY UPPER(r.via)"
)


@dataclass(frozen=True)
class Told:
    """What a group had lately: when it last took anything, and when something of this event."""

    moments: tuple[datetime, ...] = ()
    of_event: tuple[datetime, ...] = field(default=())


NOTHING = Told()


async def came_before(event: Event, groups: Iterable[Group]) -> Mapping[int, int]:
    """By group, how many families its link brought to events of this kind in the last 180 days and who were there; one query."""
    now = clock.now()
    rows = await Registration.raw(_CAME, event.store, event.kind, now - AGO, now)
    families = {row["code"]: int(row["families"]) for row in rows}
    return {group.id: families[group.code.upper()] for group in groups if group.code.upper() in families}


async def told(groups: Collection[int], event: Event, *, since: datetime) -> Mapping[int, Told]:
    """What each of these groups had since then, of this event at any time, words with their poster being one; one query."""
    if not groups:
        return {}
    here = Delivery.group.is_in(list(groups)) & Delivery.state.is_in(list(TOLD)) & (Delivery.part == Part.WORDS)
    recent = (Delivery.created_at > since) | (Delivery.announcement.event == event.id)
    rows = await Delivery.select(
        Delivery.group, Delivery.finished_at, Delivery.created_at, Delivery.announcement.event.as_alias("event")
    ).where(here & recent)
    found: dict[int, tuple[list[datetime], list[datetime]]] = {}
    for row in rows:
        moment = row["finished_at"] or row["created_at"]
        lately, of_event = found.setdefault(row["group"], ([], []))
        if moment > since:
            lately.append(moment)
        if row["event"] == event.id:
            of_event.append(moment)
    return {group: Told(tuple(sorted(lately)), tuple(sorted(of_event))) for group, (lately, of_event) in found.items()}


def of_kind(groups: Iterable[Group], kind: str) -> set[int]:
    """The groups of one kind."""
    return {group.id for group in groups if group.kind == kind}


def of_compound(groups: Iterable[Group], compound: int) -> set[int]:
    """The groups of one compound."""
    return {group.id for group in groups if group.compound == compound}
