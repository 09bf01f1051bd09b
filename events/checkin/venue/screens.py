"""The venue's screen: a code that changes every half a minute. `grants` says what a device may do that read it.

The code is an HMAC of the window of time under the screen's own seed, so that nothing is written down when it changes. A code is good
in its window and the next: a photo of it is of no use a minute later.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from events import clock, codes, db, sealing
from events.catalog import sessions
from events.catalog.tables import Event, EventState, Session, SessionState
from events.checkin.tables import Screen
from events.errors import NotThere, Refused, _
from events.people import audit
from events.people.tables import Staff

WINDOW = 30  # seconds
BEFORE = timedelta(minutes=30)  # of the session's start, from when families come
SECRET = 24  # of the screen's own address, 120 bits
NAME, BITS = 6, 40  # characters that say which screen it is; what proves that one was there. With the address a version 3 QR
CODE = NAME + BITS // 5
LATE = 60  # windows: whoever shows a code of the last half hour was there, and is no guesser


class Stage(StrEnum):
    EARLY = "early"
    OPEN = "open"
    OVER = "over"
    OFF = "off"  # the session is called off, or its event is a draft again
    CLOSED = "closed"  # by a host


SENTENCES = {
    Stage.EARLY: _("还没开始签到，开场前半小时再扫"),
    Stage.OVER: _("这一场办完了"),
    Stage.OFF: _("这一场取消了"),
    Stage.CLOSED: _("自助签到关了，找小盒签到"),
}


@dataclass(frozen=True)
class Shown:
    """What the screen shows now."""

    stage: Stage
    code: str  # empty unless open
    left: int  # milliseconds until the next one


async def of(session: int) -> Screen | None:
    """A session's screen, open or closed."""
    return await Screen.objects().where(Screen.session == session).first()


async def open_(session: Session, *, by: Staff) -> None:
    """Open the screen, or renew it: its address and its codes are other ones then, and what the old ones granted is over."""
    async with db.writing():
        await db.lock(Session, session.id)
        screen = await of(session.id) or Screen(session=session.id)
        secret = codes.secret(SECRET)
        screen.digest, screen.sealed, screen.seed = codes.digest(secret), sealing.seal(secret), sealing.seal(codes.token())
        screen.name = await _free_name()
        screen.opened_at, screen.closed_at, screen.made_by = clock.now(), None, by.id
        await screen.save()
        await audit.record(by, "screen.opened", screen, store=await _store(session))


async def close(session: Session, *, by: Staff) -> None:
    """Its codes are worth nothing from now on, and neither is what they granted. Twice is the same as once."""
    async with db.writing():
        await db.lock(Session, session.id)
        screen = await of(session.id)
        if screen is not None and screen.closed_at is None:
            await Screen.update({Screen.closed_at: clock.now()}).where(Screen.id == screen.id)
            await audit.record(by, "screen.closed", screen, store=await _store(session))


def secret_of(screen: Screen) -> str:
    """Of its own address; empty where it was sealed under a key we no longer have: it can be opened anew."""
    try:
        return sealing.unseal(screen.sealed)
    except sealing.Unreadable:
        return ""


async def by_secret(secret: str) -> Screen:
    """The screen at this address. NotThere for one that was renewed since."""
    screen = await Screen.objects().where(Screen.digest == codes.digest(secret.upper())).first()
    if screen is None:
        raise NotThere
    return screen


async def shown(screen: Screen) -> Shown:
    """The code of this moment, and until when it stands there."""
    session, event, _store = await sessions.whole(screen.session)
    moment = clock.now()
    at = stage(screen, session, event, moment)
    left = WINDOW * 1000 - int(moment.timestamp() * 1000) % (WINDOW * 1000)
    return Shown(at, code(screen, moment) if at is Stage.OPEN else "", left)


def code(screen: Screen, moment: datetime) -> str:
    """What it shows at a moment: which screen it is, and the proof of the window."""
    return screen.name + proof(_seed(screen), window(moment))


def stage(screen: Screen, session: Session, event: Event, moment: datetime) -> Stage:
    """Whether families may check themselves in: from half an hour before the session to its end."""
    if session.state == SessionState.CANCELLED or event.state == EventState.DRAFT:
        return Stage.OFF
    if moment >= session.ends_at:
        return Stage.OVER
    if screen.closed_at is not None or not _seed(screen):
        return Stage.CLOSED
    return Stage.OPEN if moment >= session.starts_at - BEFORE else Stage.EARLY


def window(moment: datetime) -> int:
    """The half minute it is, counted since 1970."""
    return int(moment.timestamp()) // WINDOW


def proof(seed: str, number: int) -> str:
    """What a window's code ends with, as base32."""
    mac = hmac.digest(seed.encode(), number.to_bytes(8, "big"), "sha256")
    return base64.b32encode(mac[: BITS // 8]).decode()


def age(screen: Screen | None, typed: str) -> int | None:
    """How many windows ago the screen showed it; None: not lately. Each is compared in full, so that its time tells nothing."""
    seed = _seed(screen) if screen else ""
    if not seed or not typed.isascii():
        return None
    now = window(clock.now())
    found = [back for back in range(LATE) if hmac.compare_digest(proof(seed, now - back), typed)]
    return found[0] if found else None


async def check_open(screen: Screen) -> None:
    """Refused with why, unless families may check themselves in now."""
    session, event, _store = await sessions.whole(screen.session)
    at = stage(screen, session, event, clock.now())
    if at is not Stage.OPEN:
        raise Refused(SENTENCES[at])


def _seed(screen: Screen) -> str:
    try:
        return sealing.unseal(screen.seed)
    except sealing.Unreadable:
        return ""


async def _free_name() -> str:
    """One that no other screen has, nor a renewed one of a while ago: of a thousand million."""
    while True:
        name = codes.secret(NAME)
        if not await Screen.exists().where(Screen.name == name):
            return name


async def _store(session: Session) -> int:
    _session, _event, store = await sessions.whole(session.id)
    return store.id
