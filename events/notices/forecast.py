"""How families would hear of a change, counted before it is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from events.notices import ways
from events.notices.tables import NoticeKind
from events.notices.ways import Way
from events.people import opt_outs
from events.people.tables import Household
from events.signup.tables import Registration

CALL = "call"  # by nobody but the telephone


async def by_way(families: Sequence[Registration], senders: Collection[str]) -> Counter[str]:
    """How many by each kind of contact that we can send to, and how many are to be called; two queries however many."""
    ids = sorted({row.household for row in families})
    households = {row.id: row for row in await Household.objects().where(Household.id.is_in(ids))} if ids else {}
    known = [ways.known(row, households[row.household]) for row in families]
    wishes = await opt_outs.of({way.contact for each in known for way in each})
    chosen = [ways.chosen(each, NoticeKind.CHANGED, wishes, senders) for each in known]
    return Counter(way.contact.kind.value if isinstance(way, Way) else CALL for way in chosen)
