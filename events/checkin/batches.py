"""What a device tells of its door: read from JSON and cut to size, for what was done there is never refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from events.catalog.tables import Session
from events.checkin.tables import Act, Checked, How
from events.checkin.verdicts import Verdict
from events.errors import Refused, _

SCANS = 200  # in one batch
PEOPLE = 40  # of one scan
LARGEST = 2**31 - 1  # an id
EARLY = timedelta(hours=12)  # nobody stands at a door longer than so before its session
NONCE = re.compile(r"[0-9A-Za-z_-]{8,64}")
CODE = re.compile(r"[0-9a-f]{24}")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")
OUT_OF_HOURS = "out of hours"  # why somebody should look: a helper did it when its link was not open
TICK = timedelta(microseconds=1)
VERDICTS, HOWS, CHECKS = frozenset(Verdict), frozenset(How), frozenset(Checked)
TIMES = (0, 4_102_444_800_000)  # milliseconds: 1970 to 2100


class WalkIn(msgspec.Struct):
    """A family that had not signed up, as the host typed it."""

    name: str = ""
    phone: str = ""
    adults: int = 0
    children: int = 0


class Told(msgspec.Struct):
    """One act as the device kept it. `code` is a ticket's digest, `at` its own clock in milliseconds."""

    nonce: str
    act: Act
    at: int | float
    ticket: int | None = None
    code: str | None = None
    people: list[int] | None = None
    shown: str | None = None
    how: str | None = None
    undoes: str | None = None
    why: str | None = None
    heads: int | None = None
    told: str | None = None
    walk_in: WalkIn | None = None
    collector: str | None = None
    checked: str | None = None


class Batch(msgspec.Struct):
    """What one device sends at once."""

    sent_at: int | float  # its own clock
    scans: list[Told]
    device: str | None = None


class Deed(msgspec.Struct, frozen=True):
    """One act with what may be believed of it: `at` is by our clock, `device_at` by the device's, untouched."""

    nonce: str
    act: Act
    at: datetime
    device_at: datetime | None
    device: str
    ticket: int | None
    code: str
    people: frozenset[int]
    shown: str
    how: How
    undoes: str
    why: str
    heads: int
    told: str
    walk_in: WalkIn | None
    by: int  # staff
    collector: str = ""  # to whom children were handed, and how it was made sure who that is (a Checked): both or none
    checked: str = ""


_decoder = msgspec.json.Decoder(Batch)


def read(body: bytes) -> Batch:
    """A device's batch. Refused where it is none, or more than SCANS."""
    try:
        batch = _decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(_("这台手机传来的记录读不懂，刷新页面再传")) from error
    if len(batch.scans) > SCANS:
        raise Refused(_("一次最多传 %(n)s 条"), n=SCANS)
    if not all(NONCE.fullmatch(each.nonce) for each in batch.scans):
        raise Refused(_("这台手机传来的记录读不懂，刷新页面再传"))
    return batch


def deeds(batch: Batch, door: Session, *, received: datetime, by: int) -> list[Deed]:
    """Each act once, by this member of staff, in the order in which they were done.

    A clock that is wrong is set right by when it says it sent them. What it says beyond all belief is drawn to the ends of the time in
    which somebody stood there, in the order in which the acts were told.
    """
    skew = received - _moment(batch.sent_at) if _is_sane(batch.sent_at) else None
    earliest = min(received, door.starts_at - EARLY)
    found: dict[str, Deed] = {}
    for place, told in enumerate(batch.scans):
        ends = (earliest + place * TICK, received - (len(batch.scans) - 1 - place) * TICK)
        at = _at(told.at, skew, ends, earliest, received)
        found.setdefault(told.nonce, _deed(told, batch.device, at, by))
    return sorted(found.values(), key=lambda deed: (deed.at, deed.nonce))


def _at(told: float, skew: timedelta | None, ends: tuple[datetime, datetime], earliest: datetime, received: datetime) -> datetime:
    """By our clock; `ends` for what was before anybody stood there, and for what is yet to come."""
    at = _moment(told) + skew if skew is not None and _is_sane(told) else None
    if at is not None and at < earliest:
        return ends[0]
    return at if at is not None and at <= received else ends[1]


def _deed(told: Told, device: str | None, at: datetime, by: int) -> Deed:
    return Deed(
        nonce=told.nonce,
        act=told.act,
        at=at,
        device_at=_moment(told.at) if _is_sane(told.at) else None,
        device=_line(device, 32),
        ticket=told.ticket if told.ticket is not None and _is_id(told.ticket) else None,
        code=told.code if told.code and CODE.fullmatch(told.code) else "",
        people=frozenset(filter(_is_id, (told.people or ())[:PEOPLE])),
        shown=told.shown if told.shown and told.shown in VERDICTS else "",
        how=How(told.how) if told.how in HOWS else How.HAND,
        undoes=told.undoes if told.undoes and NONCE.fullmatch(told.undoes) else "",
        why=_line(told.why, 120),
        heads=max(0, min(told.heads or 0, PEOPLE)),
        told=_line(told.told, 200),
        walk_in=told.walk_in and _walk_in(told.walk_in),
        by=by,
        **_identity(told),
    )


def _identity(told: Told) -> dict[str, str]:
    """A check of identity, where it was one."""
    collector = _line(told.collector, 40)
    return {"collector": collector, "checked": told.checked} if collector and told.checked in CHECKS else {}


def _walk_in(told: WalkIn) -> WalkIn:
    adults, children = (max(0, min(number, PEOPLE)) for number in (told.adults, told.children))
    return WalkIn(_line(told.name, 40), _line(told.phone, 20), adults, children)


def _is_sane(milliseconds: float) -> bool:
    return TIMES[0] <= milliseconds <= TIMES[1]


def _moment(milliseconds: float) -> datetime:
    milliseconds = int(milliseconds)
    return datetime.fromtimestamp(milliseconds // 1000, UTC).replace(microsecond=milliseconds % 1000 * 1000)


def _is_id(number: int) -> bool:
    return 0 < number <= LARGEST


def _line(text: str | None, longest: int) -> str:
    """On one line, without what no screen shows."""
    if not text or (text.isalnum() and len(text) <= longest):
        return text or ""  # most are nothing, or the name of a device
    return " ".join(CONTROL.sub(" ", text or "").split())[:longest]
