"""People let in on the host's word alone, to be checked later: a code on no roster, or nobody found."""

from __future__ import annotations

from events import db
from events.catalog import sessions
from events.catalog.tables import Session
from events.checkin import recording
from events.checkin.tables import Act, Flag, How, Scan
from events.checkin.verdicts import Verdict
from events.errors import Refused, _
from events.people import audit
from events.people.tables import Staff
from events.signup import rules

TOLD = 200  # characters


async def let_in(session: Session, *, code: str, heads: int, told: str, nonce: str, by: Staff, how: How) -> None:
    """So many people without a ticket of ours; `told` is who they say they are, `code` the digest of what they showed. Twice is once."""
    if not 1 <= heads <= rules.LARGEST:
        raise Refused(_("一次最多让进 %(n)s 位，一位也要写上"), field="heads", n=rules.LARGEST)
    async with db.writing():
        await db.lock(Session, session.id)
        if await recording.is_known(nonce):
            return
        _row, event, _store = await sessions.whole(session.id)
        scan = Scan(session=session.id, nonce=nonce, act=Act.MISS, code=code, heads=heads, told=told[:TOLD], how=how, flag=Flag.CHECK)
        scan.shown = scan.ruled = Verdict.UNKNOWN
        await recording.record(scan, (), by=by)
        await audit.record(by, "arrival.unknown", scan, store=event.store)
