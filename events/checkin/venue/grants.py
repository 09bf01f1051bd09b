"""Devices that read the code on a venue's screen: for three minutes each may check its own family in."""

from __future__ import annotations

from datetime import timedelta

from events import clock, codes, db
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import arrivals
from events.checkin import families as doors
from events.checkin.arrivals import AtDoor
from events.checkin.tables import Grant, How, Screen, Ticket
from events.checkin.venue import screens
from events.checkin.venue.screens import Stage
from events.errors import Refused, _
from events.people import attempts
from events.signup import registrations
from events.signup.tables import Registration, State

LASTS = timedelta(minutes=3)
KEPT = timedelta(days=1)  # a grant that is over: it says at which session its device was
GUESSES = 60  # wrong codes in a quarter of an hour: from one network, by devices that are no family's of the session
OF_FAMILY = 20  # the same by one such family
MOST = 8  # registrations of one household that are shown

STALE = _("码换过了，再扫一次")


async def enter(typed: str, *, network: str, household: int | None, token: str = "") -> str:
    """Whoever shows the code of this moment is here: the token of a grant for their device. Refused with a sentence otherwise.

    Guesses are counted by network, but those of a family of that session by family: a stranger on the shop's wifi locks no family out.
    `token` is what the device was given before: while that is good, an old code of the same screen leads on with it.
    """
    typed = typed.upper()
    screen = await Screen.objects().where(Screen.name == typed[: screens.NAME]).first()
    if screen is not None and await _is_granted(token, screen):
        return token
    brake, at_most = await _brake(screen, network, household)
    await attempts.take({brake: at_most})
    age = screens.age(screen, typed[screens.NAME :])
    if screen is None or age is None:
        raise Refused(STALE)
    await attempts.give_back(brake)
    if age > 1:
        raise Refused(STALE)
    await screens.check_open(screen)
    return await _grant(screen.session)


async def grant_of(token: str) -> Grant | None:
    """What was granted to a device within the last day, over or not."""
    return await Grant.objects().where(Grant.digest == codes.digest(token)).first() if token else None


async def is_good(grant: Grant | None) -> bool:
    """Whether its device may check in now: not three minutes old, and nobody closed or renewed the screen since."""
    if grant is None or grant.expires_at <= clock.now():
        return False
    screen = await screens.of(grant.session)
    if screen is None or screen.opened_at > grant.created_at:
        return False
    session, event, _store = await sessions.whole(grant.session)
    return screens.stage(screen, session, event, clock.now()) is Stage.OPEN


async def check_in(token: str, ticket: Ticket, people: list[int], *, nonce: str) -> AtDoor:
    """A family lets its own people in, as far as the door's rule lets them by itself. Refused with why; what a host may overrule stays
    the host's.
    """
    grant = await grant_of(token)
    if grant is None or not await is_good(grant):
        raise Refused(_("过了三分钟，再扫一次屏幕上的码。"))
    session, _event, _store = await sessions.whole(grant.session)
    return await arrivals.admit(ticket, people, nonce=nonce, by=None, door=session, how=How.SELF)


async def families_of(household: int, session: Session) -> list[Registration]:
    """A household's registrations at this door; else elsewhere on its day or at its event; else those given back here."""
    own = (Registration.household == household) & Registration.moved_to.is_null() & Registration.merged_into.is_null()
    active = own & (Registration.state != State.CANCELLED)
    door = await doors.door_of(session)
    near = [*await doors.same_day(door), *await doors.same_event(door)]
    for wanted in (
        active & (Registration.session == session.id),
        *([active & Registration.session.is_in(near)] if near else []),
        own & (Registration.session == session.id),
    ):
        if found := await Registration.objects().where(wanted).order_by(Registration.id).limit(MOST):
            return found
    return []


async def sweep() -> None:
    """Drop what was granted a day ago."""
    async with db.writing():
        await Grant.delete().where(Grant.expires_at < clock.now() - KEPT)


async def _is_granted(token: str, screen: Screen) -> bool:
    grant = await grant_of(token)
    return grant is not None and grant.session == screen.session and await is_good(grant)


async def _brake(screen: Screen | None, network: str, household: int | None) -> tuple[str, int]:
    """Under which key this try is counted, and how many there may be."""
    if screen is not None and household is not None and await registrations.of_household_in(household, screen.session):
        return attempts.key("screen, family", f"{household} {screen.session}"), OF_FAMILY
    return attempts.key("screen", network), GUESSES


async def _grant(session: int) -> str:
    token, moment = codes.token(), clock.now()
    async with db.writing():
        await db.add(Grant(session=session, digest=codes.digest(token), created_at=moment, expires_at=moment + LASTS))
    return token
