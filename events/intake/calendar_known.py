"""What was taken over from calendars before, and which of a file's entries it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from events import clock
from events.catalog.tables import Event, EventState, Session, SessionState
from events.intake import calendar_keys
from events.intake.calendar_entries import AHEAD, Calendar, Entry
from events.intake.calendar_keys import Content
from events.intake.event_readings import Origin
from events.intake.tables import ImportedEntry
from events.signup import registrations
from events.signup.tables import Registration

BEHIND = timedelta(days=31)  # sessions this long over are asked for too
NEAR = timedelta(hours=84)  # a series moved as a whole: its next occurrence is its own
AT_ONCE = 300  # values in one statement


@dataclass(frozen=True)
class Earlier:
    """One entry taken over, with its session and event as they are now. `families`: those who are signed up or wait."""

    entry: ImportedEntry
    session: Session
    event: Event
    families: int = 0

    @property
    def is_off(self) -> bool:
        """Whether nothing can be done to it here any more: called off, or over."""
        states = (self.session.state == SessionState.CANCELLED, self.event.state == EventState.CANCELLED)
        return any(states) or self.session.ends_at <= clock.now()

    @property
    def takes_words(self) -> bool:
        """Whether title and description may follow the file: nobody has read them, and nobody here wrote better ones."""
        return takes_words(self.event, self.entry)

    def is_newer_than(self, entry: Entry) -> bool:
        """Whether an older version of it came."""
        return is_newer(self.entry, entry)


def takes_words(event: Event, entry: ImportedEntry) -> bool:
    """Whether the event is a draft that nobody here has written in since the entry was taken over."""
    return event.state == EventState.DRAFT and bool(event.changed_at <= entry.changed_at)


def is_newer(kept: ImportedEntry, other: Entry | Origin) -> bool:
    """Whether what was taken over is the newer version: by SEQUENCE, of one number by the stamp."""
    if kept.sequence != other.sequence:
        return bool(kept.sequence > other.sequence)
    return kept.stamp is not None and other.stamp is not None and bool(kept.stamp > other.stamp)


async def of(store: int) -> dict[str, Earlier]:
    """By key: those whose sessions are to come, or were of late."""
    wanted = (ImportedEntry.store == store) & (ImportedEntry.session.starts_at > clock.now() - BEHIND)
    rows = await ImportedEntry.objects(ImportedEntry.session, ImportedEntry.session._.event).where(wanted).order_by(ImportedEntry.id)
    concerned = await families([row.session.id for row in rows])
    found = {}
    for row in rows:
        session = row.session
        event = session.event
        row.session, session.event = session.id, event.id  # plain ids, as everywhere
        found[row.key] = Earlier(row, session, event, concerned[session.id])
    return found


async def ours(store: int, calendar: Calendar) -> frozenset[str]:
    """Which of the file's numbers are sessions of this store: its own calendar, read in again."""
    uids = [uid for uid in {each.uid.casefold() for each in calendar.entries} if _is_uuid(uid)]
    found = list[str]()
    for start in range(0, len(uids), AT_ONCE):
        wanted = Session.uid.is_in([UUID(uid) for uid in uids[start : start + AT_ONCE]]) & (Session.event.store == store)
        found += [str(row["uid"]) for row in await Session.select(Session.uid).where(wanted)]
    return frozenset(found)


def matched(store: int, calendar: Calendar, earlier: Mapping[str, Earlier], zone: str) -> tuple[dict[int, Earlier], list[Earlier]]:
    """By an entry's place in the file what it was before; and what was taken over from this very calendar and is not in it now."""
    clock_there = ZoneInfo(zone)
    found = dict[int, Earlier]()
    for n, entry in enumerate(calendar.entries):
        keys = (calendar_keys.of(store, entry), *calendar_keys.others(store, entry, _start(entry, clock_there)))
        known = next((earlier[key] for key in keys if key in earlier), None)
        if known is not None and known not in found.values():
            found[n] = known
    gone = _gone(calendar, earlier, found.values())
    found |= _moved(store, calendar, gone, found, clock_there)
    taken = {each.session.id for each in found.values()}
    return found, [each for each in gone if each.session.id not in taken]


async def families(sessions: Sequence[int]) -> Counter[int]:
    """How many hear of it when one of these is moved or called off, by session."""
    found = Counter[int]()
    for start in range(0, len(sessions), AT_ONCE):
        wanted = registrations.concerned(sessions[start : start + AT_ONCE])
        found.update(row["session"] for row in await Registration.select(Registration.session).where(wanted))
    return found


def _is_uuid(uid: str) -> bool:
    try:
        return str(UUID(uid)) == uid
    except ValueError:
        return False


def _gone(calendar: Calendar, earlier: Mapping[str, Earlier], found: Iterable[Earlier]) -> list[Earlier]:
    """Only where the calendar names itself: any other file may be one entry of many."""
    name, there, moment = calendar_keys.calendar_of(calendar), {each.session.id for each in found}, clock.now()
    return [
        each
        for each in earlier.values()
        if name
        and Content.load(each.entry.content).calendar == name
        and each.session.id not in there
        and not each.is_off
        and moment < each.session.starts_at < moment + AHEAD - timedelta(days=1)
    ]


def _moved(store: int, calendar: Calendar, gone: Sequence[Earlier], found: Mapping[int, Earlier], zone: ZoneInfo) -> dict[int, Earlier]:
    """A series that is at another hour now has other starts: each that is gone is the nearest new one of its number."""
    fresh = {n: each for n, each in enumerate(calendar.entries) if n not in found and each.uid and each.first}
    starts = {n: _at(each, zone) for n, each in fresh.items()}
    moved = dict[int, Earlier]()
    for uid in dict.fromkeys(each.uid for each in fresh.values()):
        for known in (each for each in gone if _is_of(store, uid, each, zone)):
            near = {n: abs(starts[n] - known.session.starts_at) for n, each in fresh.items() if each.uid == uid and n not in moved}
            best = min(near, key=lambda n: near[n], default=None)
            if best is not None and near[best] <= NEAR:
                moved[best] = known
    return moved


def _is_of(store: int, uid: str, known: Earlier, zone: ZoneInfo) -> bool:
    firsts = calendar_keys.starts(known.session, known.session.starts_at.astimezone(zone).date())
    return known.entry.key in {calendar_keys.keyed(store, uid, first) for first in firsts}


def _at(entry: Entry, zone: ZoneInfo) -> datetime:
    return datetime.combine(entry.day, time(), zone) + timedelta(minutes=entry.starts or 0)


def _start(entry: Entry, zone: ZoneInfo) -> str:
    return calendar_keys.start_of(_at(entry, zone)) if entry.starts is not None else f"{entry.day:%Y%m%d}"
