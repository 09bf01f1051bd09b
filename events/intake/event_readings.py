"""One row of a plan of events, as it was read: one session of an event. Nothing here is decided yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from events.catalog.tables import FeePer, Kind

LENGTH = 90  # minutes of a session whose end nobody told


class Unsure(StrEnum):
    """Why a host should look at a row. Words for pages are the web's."""

    TITLE_UNTOLD = "title_untold"
    KIND_UNCLEAR = "kind_unclear"
    DAY_UNTOLD = "day_untold"
    DAY_UNCLEAR = "day_unclear"
    DAY_TWO_WAYS = "day_two_ways"  # "11/12/2026", a day of the week that is another, a day that has just gone by
    DAY_PAST = "day_past"
    TIME_UNTOLD = "time_untold"
    TIME_UNCLEAR = "time_unclear"
    TIME_TWO_WAYS = "time_two_ways"  # "2:00": of the afternoon, most likely
    END_TWO_WAYS = "end_two_ways"  # end and length differ, or "2" is no minutes
    END_WRONG = "end_wrong"  # before the start
    PLACES_UNTOLD = "places_untold"
    PLACES_UNCLEAR = "places_unclear"
    PLACES_TWO_WAYS = "places_two_ways"  # families, not people
    VENUE_UNTOLD = "venue_untold"
    VENUE_UNKNOWN = "venue_unknown"
    VENUE_TWO_WAYS = "venue_two_ways"
    HOST_UNKNOWN = "host_unknown"
    HOST_TWO_WAYS = "host_two_ways"
    HOST_OTHER = "host_other"  # a host plans their own events
    AGES_UNCLEAR = "ages_unclear"
    AGES_TWO_WAYS = "ages_two_ways"
    EVENT_TWO_WAYS = "event_two_ways"  # several events of the store have this title
    TWICE = "twice"  # an earlier row says the same title, day, hour and place
    THERE = "there"  # the event has a session at that day, hour and place already
    # of a calendar's entry
    ALL_DAY = "all_day"  # a day and no hour
    TOO_LONG = "too_long"  # over 24 hours
    ZONE_UNKNOWN = "zone_unknown"  # a clock nobody knows: read by the store's
    REPEATS_UNCLEAR = "repeats_unclear"  # a rule nobody understands: read once
    # shown, and no reason to stop
    KIND_UNTOLD = "kind_untold"
    NEXT_YEAR = "next_year"
    END_UNTOLD = "end_untold"
    VENUE_NEAR = "venue_near"  # not the whole name
    HOST_NEAR = "host_near"
    FEE_IN_WORDS = "fee_in_words"
    AS_ABOVE = "as_above"  # no title: the event of the row above
    DIFFERS = "differs"  # from an earlier row of the same event, which stands
    OTHER_KIND = "other_kind"  # an event of this title is there, of another kind or called off: a new one is made
    CUT = "cut"
    UID_UNTOLD = "uid_untold"  # known by what it says: another title or time makes it another entry
    UID_TWICE = "uid_twice"  # several entries of the file have one number: known by their starts too
    CONFLICT = "conflict"  # another time in the file, and another one here too
    OFF_HERE = "off_here"  # called off here, whatever the file says
    GONE = "gone"  # no longer in the calendar it came from
    WORDS_OTHER = "words_other"  # title or description are otherwise now
    WORDS_KEPT = "words_kept"  # ... and stay here: families read them already, or somebody edited them


SHOWN_ONLY = frozenset(
    {
        *(Unsure.KIND_UNTOLD, Unsure.NEXT_YEAR, Unsure.END_UNTOLD, Unsure.VENUE_NEAR, Unsure.HOST_NEAR),
        *(Unsure.FEE_IN_WORDS, Unsure.AS_ABOVE, Unsure.DIFFERS, Unsure.OTHER_KIND, Unsure.CUT),
        *(Unsure.UID_UNTOLD, Unsure.UID_TWICE, Unsure.CONFLICT, Unsure.OFF_HERE, Unsure.GONE, Unsure.WORDS_OTHER, Unsure.WORDS_KEPT),
    }
)


class Act(StrEnum):
    """What a line does. A plan's rows are new; a calendar's entry may be known from an earlier file."""

    NEW = "new"
    CHANGE = "change"  # another time, place, or other words
    CALL_OFF = "call_off"
    SAME = "same"  # says what is here already
    OLDER = "older"  # an older version than the one that was taken over
    OURS = "ours"  # this store's own session, come back by a calendar


NOTHING = frozenset({Act.SAME, Act.OLDER, Act.OURS})


@dataclass(frozen=True)
class Origin:
    """Of a calendar's entry: how it is known again, its version, and what it says, in parts that are compared (`calendar_keys`)."""

    key: str
    place: str = ""
    sequence: int = 0
    stamp: datetime | None = None
    content: str = ""


@dataclass(frozen=True)
class Told:
    """A session of an event. Times are minutes after the day's midnight by the store's clock; `fee` in fen; ids where one was found.

    `event`: one of the store's to which the session is added; none: a draft of the row's own title and kind.
    `session`: what a calendar's entry became earlier; `was`: the key it had then, where it has another now; `stood`: when and where that
    session was as the file was read.
    """

    title: str = ""
    kind: Kind = Kind.WORKSHOP
    day: date | None = None
    starts: int | None = None
    ends: int | None = None
    places: int | None = None
    venue: int | None = None
    host: int | None = None
    event: int | None = None
    chef: str = ""
    age_from: int | None = None
    age_to: int | None = None
    fee: int = 0
    fee_per: FeePer = FeePer.PLACE
    fee_note: str = ""
    summary: str = ""
    bring: str = ""
    description: str = ""
    act: Act = Act.NEW
    session: int | None = None
    was: str = ""
    stood: str = ""
    origin: Origin | None = None
    unsure: tuple[Unsure, ...] = ()

    @property
    def is_nothing_to_do(self) -> bool:
        """Whether all it says is here already."""
        return self.act in NOTHING

    @property
    def is_careful(self) -> bool:
        """Whether it is done only if somebody ticks this very line: it calls off, or overrules what was changed here."""
        return self.act == Act.CALL_OFF or Unsure.CONFLICT in self.unsure

    @property
    def is_to_mend(self) -> bool:
        """Whether a host has to say what it means before anything is made of it."""
        return self.act in (Act.NEW, Act.CHANGE) and any(each not in SHOWN_ONLY for each in self.unsure)

    def noon(self, zone: str) -> datetime | None:
        """Of its day, for naming the day where the hours are missing."""
        return datetime.combine(self.day, time(12), ZoneInfo(zone)) if self.day else None

    def span(self, zone: str) -> tuple[datetime, datetime] | None:
        """From when to when; None while something is missing."""
        if self.day is None or self.starts is None or self.ends is None:
            return None
        midnight = datetime.combine(self.day, time(), ZoneInfo(zone))
        return midnight + timedelta(minutes=self.starts), midnight + timedelta(minutes=self.ends)


def marked(told: Told, *more: Unsure) -> Told:
    """With more to look at, each once."""
    return replace(told, unsure=tuple(dict.fromkeys((*told.unsure, *more)))) if more else told


def dump(told: Told) -> str:
    """As `IntakeLine.told` keeps it."""
    return msgspec.json.encode(told).decode()


@lru_cache(maxsize=1_024)
def load(text: str) -> Told:
    """What `dump` wrote; an empty row where the intake is closed."""
    return msgspec.json.decode(text, type=Told) if text else Told()
