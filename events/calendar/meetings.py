"""A store's sessions as one text each: who has written an entry of that very text before need not look at it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from events.catalog.tables import Kind, Session

SIGN = "|"  # in none of the columns
COLUMNS = ("uid", "state", "sequence", "starts_at", "ends_at", "created_at", "changed_at")
_LINE = f" || '{SIGN}' || ".join(f"session.{column}" for column in COLUMNS)
_WANTED = (
    f"SELECT session.event, session.venue, {_LINE} AS line FROM session JOIN event ON event.id = session.event"  # noqa: S608 -- our own
    " WHERE event.store = {} AND event.published_at IS NOT NULL AND session.starts_at > {} AND session.starts_at < {}"
)


class Line(NamedTuple):
    """Ids of its event and its venue, and all else that an entry needs of the session: read by `parsed`."""

    event: int
    venue: int
    text: str


class Meeting(NamedTuple):
    """A session as calendars know it."""

    uid: str
    state: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    changed_at: datetime


async def of_store(store: int, since: datetime, until: datetime, *, kinds: Collection[Kind] = (), most: int) -> list[Line]:
    """The published sessions that start between the two, or those of some kinds, soonest first."""
    of_kinds = f" AND event.kind IN ({', '.join(['{}'] * len(kinds))})" if kinds else ""
    sql = f"{_WANTED}{of_kinds} ORDER BY session.starts_at, session.id LIMIT {most:d}"
    rows = await Session.raw(sql, store, since, until, *(kind.value for kind in kinds))
    return [Line(*row.values()) for row in rows]


def parsed(text: str) -> Meeting:
    uid, state, sequence, *moments = text.split(SIGN)
    return Meeting(uid, state, int(sequence), *map(datetime.fromisoformat, moments))
