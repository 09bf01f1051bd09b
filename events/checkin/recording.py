"""Writing down what was done at the door."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from events import clock, codes, db
from events.checkin.tables import Act, Flag, How, Passage, Scan, Way
from events.checkin.verdicts import OPEN
from events.people.tables import Staff

THEMSELVES = "*"  # in a name's place: nobody of the staff, the family itself by the venue's screen
WAYS = {Act.ENTER: Way.IN, Act.LEAVE: Way.OUT}


def fresh() -> str:
    """A nonce for an act that nobody's device named."""
    return codes.secret(26)


def linked(nonce: str) -> str:
    """Of the act by which those whom a miss let in came in, once it was told whose family they are."""
    return codes.digest(f"link {nonce}")


async def is_known(nonce: str) -> bool:
    """This very tap was here before; one that was undone since counts too."""
    return await Scan.exists().where(Scan.nonce == nonce)


async def by_themselves(nonces: Collection[str]) -> set[str]:
    """Which of these acts families did, by the venue's screen."""
    if not nonces:
        return set()
    rows = await Scan.select(Scan.nonce).where(Scan.nonce.is_in(sorted(nonces)) & (Scan.how == How.SELF))
    return {row["nonce"] for row in rows}


async def record(scan: Scan, people: Collection[int], *, by: Staff | None, at: datetime | None = None) -> Scan:
    """Keep an act with whom it took in or out: of this moment, or of `at`. `by` is None for a family that checks itself in."""
    moment = clock.now()
    scan.made_by, scan.at, scan.received_at = by.id if by else None, at or moment, moment
    if scan.act == Act.ENTER and scan.ruled and scan.ruled not in OPEN:
        scan.flag = Flag.CHECK.value  # let in all the same
    await db.add(scan)
    if people and scan.act in WAYS:
        way = WAYS[Act(scan.act)]
        await db.add(
            *(
                Passage(nonce=scan.nonce, attendee=id, session=scan.session, way=way, at=scan.at, made_by=scan.made_by, changed_at=moment)
                for id in sorted(people)
            )
        )
    return scan
