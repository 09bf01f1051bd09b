"""The ledger: what became of every delivery, narrowed down, counted, a page at a time; and one answer about many of them at once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from piccolo.custom_types import Combinable
from piccolo.query.functions import Count

from events.announce import answering, deliveries
from events.announce.deliveries import Line
from events.announce.tables import Announcement, ChannelName, Delivery, DeliveryState, Template
from events.errors import NotThere, Refused
from events.people import rights
from events.people.tables import Audit, Staff

PAGE = 50
MOST = 20_000  # lines of a file
_CHUNK = 500


class Standing(StrEnum):
    """How a delivery stands, as people ask for it: what a claim or a post under way is, is one thing to them."""

    TO_DO = "to_do"
    UNKNOWN = "unknown"
    FAILED = "failed"
    WAITING = "waiting"
    UNDER_WAY = "under_way"
    PAUSED = "paused"
    ACCEPTED = "accepted"
    STOPPED = "stopped"


STATES: Mapping[Standing, tuple[DeliveryState, ...]] = {
    Standing.UNDER_WAY: (DeliveryState.DUE, DeliveryState.CLAIMED, DeliveryState.SENDING),
    **{each: (DeliveryState(each.value),) for each in Standing if each is not Standing.UNDER_WAY},
}
_STANDING = {state: standing for standing, states in STATES.items() for state in states}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is asked for; None is everything. `mine`: the groups one looks after or covers; `from_` and `until`: when it was written."""

    standing: Standing | None = None
    channel: ChannelName | None = None
    template: Template | None = None
    store: int | None = None
    group: int | None = None
    event: int | None = None
    mine: bool = False
    from_: datetime | None = None
    until: datetime | None = None


async def page(asked: Filter, *, by: Staff, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """The newest first, of the stores one sees; `before` is the last line of the page before."""
    wanted = _narrowed(asked, by)
    if asked.standing is not None:
        wanted &= Delivery.state.is_in(list(STATES[asked.standing]))
    if before is not None:
        wanted &= Delivery.id < before
    return await deliveries.lines_of(wanted, newest=limit)


async def counts(asked: Filter, *, by: Staff) -> Mapping[Standing, int]:
    """How many there are of each standing, whichever is shown; one query."""
    rows = await Delivery.select(Delivery.state, Count(Delivery.id, alias="n")).where(_narrowed(asked, by)).group_by(Delivery.state)
    counted = dict.fromkeys(Standing, 0)
    for row in rows:
        counted[_STANDING[DeliveryState(row["state"])]] += row["n"]
    return counted


async def every(asked: Filter, *, by: Staff) -> AsyncIterator[Line]:
    """All lines, the newest first, read some hundreds at a time; at most MOST."""
    before, n = None, 0
    while lines := await page(asked, by=by, before=before, limit=min(_CHUNK, MOST - n)):
        for line in lines:
            yield line
        before, n = lines[-1].id, n + len(lines)
        if n >= MOST:
            return


Act = Callable[..., Awaitable[bool]]  # a delivery, the attempt looked at, by=
# About many at once only what nobody has to look up in the group: an unknown end is answered one by one.
ALL: Mapping[str, tuple[Act, tuple[DeliveryState, ...]]] = {
    "again": (answering.again, (DeliveryState.FAILED,)),
    "by_hand": (answering.by_hand, (DeliveryState.FAILED,)),
    "stop": (answering.stop, answering.STOPPABLE),
}


@dataclass(frozen=True, slots=True)
class Answered:
    """How many were changed, how many were left as they are, and, if any of them was refused, why."""

    changed: int = 0
    left: int = 0
    refused: Refused | None = None


async def answer_all(meant: Mapping[int, int], answer: str, *, by: Staff) -> Answered:
    """One of ALL about many deliveries, by id with the attempt looked at; each is asked for itself.

    What is no longer as it was looked at, or not theirs to answer, stays as it is. NotThere for one they do not see.
    """
    act, states = ALL[answer]
    rows = {row.id: row for row in await Delivery.objects().where(Delivery.id.is_in(list(meant)) & _seen(by))} if meant else {}
    if len(rows) != len(meant):
        raise NotThere
    changed, refused = 0, None
    for id, attempt in meant.items():
        try:
            changed += rows[id].state in states and await act(rows[id], attempt, by=by)
        except Refused as reason:
            refused = reason
    return Answered(changed, len(meant) - changed, refused)


@dataclass(frozen=True, slots=True)
class Past:
    """One thing that was done about a delivery, or about its announcement; `by` is a name, empty for the program."""

    at: datetime
    act: str
    by: str


async def history(delivery: Delivery) -> Sequence[Past]:
    """What the trail tells of a delivery and of its announcement, the oldest first."""
    of_it = (Audit.subject == Delivery._meta.tablename) & (Audit.subject_id == delivery.id)
    of_all = (Audit.subject == Announcement._meta.tablename) & (Audit.subject_id == delivery.announcement)
    rows = await Audit.select(Audit.at, Audit.act, Audit.staff.name.as_alias("by")).where(of_it | of_all).order_by(Audit.id)
    return [Past(row["at"], row["act"], row["by"] or "") for row in rows]


def _seen(by: Staff) -> Combinable:
    everything = Delivery.id > 0
    return everything if rights.owns(by) else everything & (Delivery.announcement.store == by.store)


def _narrowed(asked: Filter, by: Staff) -> Combinable:
    wanted = _seen(by)
    of = Delivery.announcement
    for column, value in (
        (Delivery.channel, asked.channel),
        (Delivery.group, asked.group),
        (of.template, asked.template),
        (of.store, asked.store),
        (of.event, asked.event),
    ):
        if value is not None:
            wanted &= column == value
    if asked.mine:
        wanted &= (Delivery.group.host == by.id) | (Delivery.group.cover == by.id)
    if asked.from_ is not None:
        wanted &= of.created_at >= asked.from_
    if asked.until is not None:
        wanted &= of.created_at < asked.until
    return wanted
