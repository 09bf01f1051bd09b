"""Sessions as the cells of a calendar show them: short words, and a shape for whoever sees no colours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from events import clock
from events.catalog.rows import Row
from events.catalog.tables import EventState
from events.errors import _
from events.signup import capacity, openings
from events.signup.capacity import NOBODY, Count
from web import counts, viewer
from web.language import say
from web.site import faces
from web.site.faces import Mark
from web.times import Times

AnyRequest = Request[Any, Any, Any]
# By shape: what its cell says in one short word. Open ones say nothing unless few places are left.
WORDS = {"off": _("取消了"), "draft": _("还是草稿"), "over": _("办完了"), "full": _("满了"), "late": _("截止了"), "open": ""}


@dataclass(frozen=True, slots=True)
class Entry:
    """One session. `begins` and `finishes` are the store's wall clock, without a zone; `shape` is a key of WORDS."""

    session: int
    event: int
    title: str
    kind: str
    kind_name: str
    store_name: str
    begins: datetime
    finishes: datetime
    clock: str
    hours: str
    exact: str
    where: str
    mark: Mark
    shape: str
    word: str
    count: Count
    places: int
    host: str

    @property
    def day(self) -> date:
        return self.begins.date()


async def of(request: AnyRequest, rows: Collection[Row]) -> list[Entry]:
    """In their order; one query however many."""
    language, moment = viewer.seen(request).language, clock.now()
    times = {zone: Times(zone, moment, language) for zone in {row.offer.zone for row in rows}}
    taken = await capacity.counts(row.session for row in rows)
    kinds = faces.kinds(language)
    return [_entry(row, taken.get(row.session, NOBODY), times[row.offer.zone], kinds, language) for row in rows]


def _entry(row: Row, count: Count, times: Times, kinds: Mapping[str, str], language: str) -> Entry:
    offer, meeting = row.offer, row.meeting
    shape = _shape(row, count, times.now)
    zone = ZoneInfo(offer.zone)
    return Entry(
        session=meeting.session,
        event=offer.event,
        title=offer.title,
        kind=offer.kind.value,
        kind_name=kinds[offer.kind],
        store_name=offer.store_name,
        begins=meeting.starts_at.astimezone(zone).replace(tzinfo=None),
        finishes=meeting.ends_at.astimezone(zone).replace(tzinfo=None),
        clock=times.clock(meeting.starts_at),
        hours=times.hours(meeting.starts_at, meeting.ends_at),
        exact=times.exact(meeting.starts_at),
        where=meeting.place.compound or meeting.place.name,
        mark=_mark(row, count, times, shape, language),
        shape=shape,
        word=_word(shape, meeting.places - count.taken, language),
        count=count,
        places=meeting.places,
        host=offer.host_name,
    )


def _shape(row: Row, count: Count, moment: datetime) -> str:
    stage = openings.stage(row.offer, row.meeting, moment)
    if stage == "cancelled":
        return "off"
    if stage == "unpublished":
        return "draft"
    if row.meeting.ends_at <= moment:
        return "over"
    if stage == "late":
        return "late"
    return "full" if count.waiting_families or count.taken >= row.meeting.places else "open"


def _mark(row: Row, count: Count, times: Times, shape: str, language: str) -> Mark:
    if row.offer.state == EventState.DRAFT and shape == "draft":
        return Mark("wait", "edit", say(language, WORDS["draft"]))
    return faces.availability(row.offer, row.meeting, count, times, language)


def _word(shape: str, left: int, language: str) -> str:
    if shape == "open" and left <= faces.FEW:
        return say(language, _("只剩 %(places)s"), places=counts.places(left, language))
    return say(language, WORDS[shape]) if WORDS[shape] else ""
