"""The brake on pick-up codes: whoever tries wrong ones waits, the family's own way by identity stays open, and nobody else waits."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from events import clock, db
from events.catalog.tables import Store
from events.checkin import kin
from events.errors import Refused, _
from events.people import attempts, audit
from events.people.tables import Attempt, Audit, Staff
from events.signup.tables import Registration

BY_ONE = 3  # wrong ones by one sign-in for one family within WAIT
WAIT = timedelta(minutes=1)
IN_ALL = 10  # for one family by anybody within a quarter of an hour
WRONG = "pickup.wrong_code"


async def take(registration: Registration, tried_from: str) -> None:
    """Count a try before it is known how it ends, so that many at once cannot pass together. Refused (`code`): identity is left."""
    one, everybody = _keys(registration, tried_from)
    try:
        await attempts.take({one: BY_ONE}, window=WAIT)
    except Refused:
        raise Refused(_("码错了 %(n)s 次，等一分钟再试；不等的话，核对身份也能接"), field="code", n=BY_ONE) from None
    try:
        await attempts.take({everybody: IN_ALL})
    except Refused:
        raise Refused(_("这一家的码试得太多了，一刻钟里先不认码，请核对身份"), field="code") from None


async def was_right(registration: Registration, tried_from: str) -> None:
    """That try was none: the right one came."""
    one, everybody = _keys(registration, tried_from)
    await attempts.clear(one)
    await attempts.give_back(everybody)


async def was_nothing(registration: Registration, tried_from: str) -> None:
    """That try told nothing of the code."""
    for each in _keys(registration, tried_from):
        await attempts.give_back(each)


async def was_wrong(registration: Registration, tried_from: str, *, by: Staff | None, store: int) -> Refused:
    """Keep that it was, whatever becomes of the act; what to say, with how many tries are left."""
    async with db.writing():
        await audit.record(by, "pickup.wrong_code", registration, store=store)
    one, everybody = _keys(registration, tried_from)
    left = max(0, min(BY_ONE - await _tries(one), IN_ALL - await _tries(everybody)))
    if not left:
        return Refused(_("码不对。先等一分钟，或者核对身份"), field="code")
    return Refused(_("码不对，还能试 %(n)s 次"), field="code", n=left)


async def today(registration: Registration, store: Store) -> int:
    """How many wrong ones were tried for the family since midnight."""
    zone = ZoneInfo(store.zone)
    midnight = datetime.combine(clock.now().astimezone(zone).date(), time(), zone)
    ids = [row.id for row in await kin.of([registration.id])] or [registration.id]
    theirs = (Audit.subject == Registration._meta.tablename) & Audit.subject_id.is_in(ids)
    return int(await Audit.count().where(theirs & (Audit.act == WRONG) & (Audit.at >= midnight)))


def _keys(registration: Registration, tried_from: str) -> tuple[str, str]:
    family = f"{registration.household} {registration.session}"
    return attempts.key("pick-up code, from", f"{family} {tried_from}"), attempts.key("pick-up code", family)


async def _tries(key: str) -> int:
    row = await Attempt.select(Attempt.tries).where((Attempt.key == key) & (Attempt.window_ends_at > clock.now())).first()
    return row["tries"] if row else 0
