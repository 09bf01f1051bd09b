"""Posters that leave in a post of their own: each follows its words, and stays where they stay."""

from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import clock
from events.announce.tables import ChannelName, Delivery, DeliveryState, Part
from events.db import writing

WORDS_STAYED = "words_stayed"  # a stopped poster's code: its words were not taken, or are no robot's any more

_WAITING = (
    'SELECT p.id AS id FROM delivery p JOIN delivery w ON w.announcement = p.announcement AND w."group" = p."group" AND w.part = \'words\' '
    "WHERE p.part = 'poster' AND "
)
_LEFT_ALONE = _WAITING + "p.state = 'due' AND (w.state IN ('failed', 'stopped', 'to_do') OR w.state = 'accepted' AND w.channel = 'by_hand')"
_CALLED_BACK = _WAITING + (
    f"p.state = 'stopped' AND p.code = '{WORDS_STAYED}' AND w.state = 'accepted' AND w.channel <> '{ChannelName.BY_HAND}' "
    "AND w.finished_at > p.finished_at"
)


async def follow() -> int:
    """Stop the posters whose words stayed; those whose words went after all are due again. How many changed.

    Words whose end is unknown decide nothing: their poster waits as they do.
    """
    moment = clock.now()
    stopped: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.STOPPED,
        Delivery.code: WORDS_STAYED,
        Delivery.finished_at: moment,
    }
    due: dict[Column | str, Any] = {
        Delivery.state: DeliveryState.DUE,
        Delivery.code: "",
        Delivery.finished_at: None,
        Delivery.due_at: moment,
    }
    return await _turn(_LEFT_ALONE, DeliveryState.DUE, stopped) + await _turn(_CALLED_BACK, DeliveryState.STOPPED, due)


async def _turn(wanted: str, before: DeliveryState, values: dict[Column | str, Any]) -> int:
    ids = [row["id"] for row in await Delivery.raw(wanted)]
    if not ids:
        return 0
    still = Delivery.id.is_in(ids) & (Delivery.state == before) & (Delivery.part == Part.POSTER)
    async with writing():
        return len(await Delivery.update(values).where(still).returning(Delivery.id))
