"""How a group is: whether its robot is taken, and what there still waits for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from piccolo.query.functions import Count

from events.announce import deliveries
from events.announce.channels import Reason, known
from events.announce.tables import Delivery, DeliveryState, Group

RELINK = frozenset(
    {Reason.ROBOT_GONE, Reason.GROUP_GONE, Reason.BAD_SIGNATURE, Reason.UNREADABLE}
    | {Reason.CORP_UNKNOWN, Reason.SECRET_WRONG, Reason.OWNER_UNKNOWN, Reason.NOT_OWNED}
)
"""What is mended by pasting what the host pasted once more."""


class Sign(StrEnum):
    RELINK = "relink"  # its robot is gone, or not ours any more
    TROUBLE = "trouble"  # the last post failed for another reason
    UNTRIED = "untried"  # a robot that never took anything
    WELL = "well"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class Health:
    """A group's sign, and how many of its deliveries wait for an answer, by state."""

    sign: Sign
    to_do: int = 0
    unknown: int = 0
    failed: int = 0

    @property
    def rank(self) -> int:
        """The smaller, the sooner somebody should look."""
        if self.sign in {Sign.RELINK, Sign.TROUBLE}:
            return 0 if self.sign is Sign.RELINK else 1
        if self.unknown or self.failed:
            return 2
        if self.sign is Sign.UNTRIED:
            return 3
        return 4 if self.to_do else 5


def sign(group: Group) -> Sign:
    """What its last posts say of a group."""
    if group.channel not in known.ROBOTS:
        return Sign.BY_HAND
    if group.trouble:
        return Sign.RELINK if group.trouble in RELINK else Sign.TROUBLE
    return Sign.WELL if group.accepted_at is not None else Sign.UNTRIED


async def of(groups: Iterable[Group]) -> Mapping[int, Health]:
    """The health of these groups, in one query."""
    rows = list(groups)
    waits: dict[int, dict[str, int]] = {row.id: {} for row in rows}
    if rows:
        wanted = Delivery.group.is_in(list(waits)) & deliveries.is_asked()
        for row in (
            await Delivery.select(Delivery.group, Delivery.state, Count(Delivery.id, alias="n"))
            .where(wanted)
            .group_by(Delivery.group, Delivery.state)
        ):
            waits[row["group"]][row["state"]] = row["n"]
    return {row.id: _health(row, waits[row.id]) for row in rows}


def _health(group: Group, waits: Mapping[str, int]) -> Health:
    return Health(
        sign(group),
        to_do=waits.get(DeliveryState.TO_DO, 0),
        unknown=waits.get(DeliveryState.UNKNOWN, 0),
        failed=waits.get(DeliveryState.FAILED, 0),
    )
