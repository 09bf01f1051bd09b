"""Lines of one plan or calendar that want the same host, chef or room at the same time."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import msgspec

from events.catalog.overlaps import Clash, Slot, There
from events.catalog.tables import EventState, Kind
from events.intake.event_readings import Unsure
from events.intake.tables import LineState
from events.people import staff
from web.desk.event_intake_shown import Shown

MOST = 12  # of one line: somebody's whole calendar may lie on one hour


def counts(line: Shown) -> bool:
    """Whether it is in the way of others: it is to be done, or will be once it is mended."""
    is_wanted = line.row.is_chosen or (line.told.is_to_mend and Unsure.TWICE not in line.told.unsure)
    return line.is_open and is_wanted and line.row.state != LineState.LEFT


async def within(lines: Mapping[int, tuple[Shown, Slot]], store: int, zone: str) -> dict[int, list[Clash]]:
    """What each line clashes with among the others, by its place."""
    hosts = {row.id: row.name for row in await staff.named({slot.host for _line, slot in lines.values()})}
    own = {place: msgspec.structs.replace(slot, session=-1 - place) for place, (_line, slot) in lines.items()}
    there = There([_row(line, own[place], hosts, store, zone) for place, (line, _slot) in lines.items() if counts(line) and line.title])
    return {place: list(islice(there.clashes(slot), MOST)) for place, slot in own.items()}


def _row(line: Shown, slot: Slot, hosts: Mapping[int, str], store: int, zone: str) -> dict[str, Any]:
    """As `overlaps` takes what is there."""
    names = {"place": line.where, "title": line.title, "host_name": hosts.get(slot.host, ""), "store_name": "", "zone": zone}
    kind = Kind.VISIT if slot.is_visit else Kind.WORKSHOP
    return {**msgspec.structs.asdict(slot), **names, "event": 0, "store": store, "kind": kind, "state": EventState.PUBLISHED}
