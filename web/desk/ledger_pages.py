"""What the ledger is narrowed to, read from its address and written back into it; and its choices in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from events.announce import ledger
from events.announce.ledger import Filter, Standing
from events.announce.tables import ChannelName, Template
from events.errors import _
from web import find
from web.desk import audit, delivery_pages
from web.desk.announcement_words import TEMPLATES
from web.language import say

Choice = TypeVar("Choice", Standing, ChannelName, Template)

STANDINGS = {
    Standing.TO_DO: _("等着贴"),
    Standing.UNKNOWN: _("不知道发到没有"),
    Standing.FAILED: _("没发出去"),
    Standing.WAITING: _("等群主点"),
    Standing.UNDER_WAY: _("等着发"),
    Standing.PAUSED: _("停着"),
    Standing.ACCEPTED: _("收下了"),
    Standing.STOPPED: _("不发了"),
}
NAMES = ("standing", "channel", "template", "store", "group", "event", "mine", "from", "until")  # in an address
ALL = {
    "again": _("这 %(n)s 条都再试"),
    "by_hand": _("这 %(n)s 条都我来贴"),
    "stop": _("这 %(n)s 条都不发了"),
}


@dataclass(frozen=True)
class Narrowing:
    """A filter as an address has it: days are the reader's, `until` the last that is meant."""

    filter: Filter
    from_day: date | None = None
    until_day: date | None = None

    def query(self, **changed: object) -> str:
        """The part of an address behind "?", with some of it otherwise; empty for everything."""
        asked = self.filter
        values = {
            "standing": asked.standing,
            "channel": asked.channel,
            "template": asked.template,
            "store": asked.store,
            "group": asked.group,
            "event": asked.event,
            "mine": "1" if asked.mine else None,
            "from": self.from_day,
            "until": self.until_day,
        } | changed
        return urlencode({name: str(value) for name, value in values.items() if value is not None})

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the standing was asked for."""
        return bool(self.query(standing=None))

    @property
    def fields(self) -> Mapping[str, str]:
        """What a form starts from."""
        asked = self.filter
        given = {"channel": asked.channel, "template": asked.template, "store": asked.store, "group": asked.group, "event": asked.event}
        days = {"from": self.from_day, "until": self.until_day, "mine": "1" if asked.mine else None}
        return {name: str(value) for name, value in {**given, **days}.items() if value is not None}


def read(given: Mapping[str, str], zone: str) -> Narrowing:
    """Anything unknown in an address is as if it were not there, and two days are meant from the one to the other, whichever is first."""
    from_day, until_day = _day(given.get("from", "")), _day(given.get("until", ""))
    if from_day and until_day and until_day < from_day:
        from_day, until_day = until_day, from_day
    asked = Filter(
        standing=_one_of(Standing, given.get("standing", "")),
        channel=_one_of(ChannelName, given.get("channel", "")),
        template=_one_of(Template, given.get("template", "")),
        store=_id(given.get("store", "")),
        group=_id(given.get("group", "")),
        event=_id(given.get("event", "")),
        mine=given.get("mine") == "1",
        from_=_start(from_day, zone),
        until=_start(until_day + timedelta(days=1), zone) if until_day else None,
    )
    return Narrowing(asked, from_day, until_day)


def standings(narrowing: Narrowing, counts: Mapping[Standing, int], language: str) -> list[dict[str, Any]]:
    """The chips: everything, and each standing that there is, with how many."""
    shown = narrowing.filter.standing
    everything = {
        "query": narrowing.query(standing=None),
        "words": say(language, _("全部")),
        "n": sum(counts.values()),
        "is_on": shown is None,
    }
    return [
        everything,
        *(
            {"query": narrowing.query(standing=each), "words": say(language, words), "n": counts[each], "is_on": each == shown}
            for each, words in STANDINGS.items()
            if counts[each] or each == shown
        ),
    ]


def choices(language: str) -> dict[str, list[tuple[str, str]]]:
    """What the filter's selects offer."""
    return {
        "channels": [(each.value, say(language, words)) for each, words in delivery_pages.WAYS.items()],
        "templates": [(each.value, say(language, words)) for each, words in TEMPLATES.items()],
    }


def offers(faces: Sequence[delivery_pages.Face], language: str) -> list[tuple[str, str]]:
    """What may be answered about all that are shown, with to how many it applies."""
    n = {
        "again": sum(face.can_retry for face in faces),
        "by_hand": sum(face.can_retry for face in faces),
        "stop": sum(face.can_stop and face.line.state in ledger.ALL["stop"][1] for face in faces),
    }
    return [(answer, say(language, words, n=n[answer])) for answer, words in ALL.items() if n[answer] > 1]


def past(history: Sequence[ledger.Past], language: str) -> list[tuple[datetime, str, str]]:
    """When, what, and by whom, for a delivery's page; nobody's name is the program's."""
    return [(each.at, say(language, audit.ACTS.get(each.act, each.act)), each.by) for each in history]


def _one_of(kind: type[Choice], typed: str) -> Choice | None:
    return kind(typed) if typed in {each.value for each in kind} else None


def _id(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 and 0 < int(typed) <= find.LARGEST else None


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year < 2200 else None


def _start(day: date | None, zone: str) -> datetime | None:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) if day else None
