"""What families answer to a change: they come all the same, to another session, or not. Counted from the rows as they are now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from piccolo.columns import Column

from events import clock, db
from events.catalog import sessions
from events.catalog.tables import Session
from events.errors import Refused, _
from events.notices import changes
from events.notices.tables import Called, Change, ChangeKind, Notice, NoticeState, Reply
from events.people import audit
from events.people.tables import Staff
from events.signup import changes as family_changes
from events.signup import confirmations, placing, registrations
from events.signup.tables import Ending, Registration, State

ANSWERED = "answered"  # why a notice was dropped: they know, for they answered on their page or on the telephone
COUNTED = (
    "SELECT n.state AS state, n.way AS way, n.reply AS reply, n.called AS called, r.state AS now, r.ending AS ending, COUNT(*) AS families "
    "FROM notice n JOIN registration r ON r.id = n.registration WHERE n.change IN ({}) AND r.rest_of IS NULL "
    "GROUP BY n.state, n.way, n.reply, n.called, r.state, r.ending"
)


class Overtaken(Refused):
    """They answered to a change that another one has followed: the page shows the newest."""

    def __init__(self) -> None:
        super().__init__(_("后来又改了，看看现在是几时"))


@dataclass(frozen=True)
class Asked:
    """The newest change of a family's session; `was` has what the family last knew, `answer` what it said."""

    notice: Notice
    change: Change
    was: Change
    answer: Reply

    @property
    def is_off(self) -> bool:
        return self.change.kind == ChangeKind.CALLED_OFF


@dataclass
class Tally:
    """Families told of one act, by how far the news got and by what they said. Every family is in both counts once."""

    families: int = 0
    by_way: dict[str, int] = field(default_factory=dict)  # sent
    called: int = 0  # told on the telephone
    known: int = 0  # told by nobody: they answered on their page
    leaving: int = 0
    unreached: int = 0  # also those of whom nobody knows
    overtaken: int = 0  # a newer change tells them
    kept: int = 0
    moved: int = 0
    given_back: int = 0

    @property
    def silent(self) -> int:
        return self.families - self.kept - self.moved - self.given_back


_latest = db.Prepared(
    lambda registration: (
        Notice.objects(Notice.change)
        .where((Notice.registration == registration) & Notice.kind.is_in([kind.value for kind in changes.OF_CHANGES]))
        .order_by(Notice.id, ascending=False)
        .limit(1)
    )
)


async def asked(registration: Registration) -> Asked | None:
    """The change this family has to know of; None when nothing changed since it signed up, or all is as it knew it."""
    for notice in await _latest(registration.id):
        change: Change = notice.change
        newest = await changes.latest(registration.session)
        was = await changes.before(registration.id, registration.session)
        if newest is None or was is None or newest.id != change.id:
            return None
        return Asked(notice, change, was, answer(notice, registration))
    return None


def answer(notice: Notice, registration: Registration) -> Reply:
    """Places given back and moves are on the registration itself, whoever did it and by whichever way."""
    if registration.state != State.CANCELLED:
        return Reply(notice.reply)
    return Reply.MOVED if registration.ending == Ending.MOVED else Reply.GIVEN_BACK


async def keep(registration: Registration, change: int, *, by: Staff | None = None) -> None:
    """ "We come all the same", to the change that was on the page; of one called off, "we know". Twice is the same as once.

    It is an answer to "are you coming?" too. Raises Overtaken when another change has followed.
    """
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        about = await _still(row, change)
        if row.state == State.CANCELLED:
            raise Refused(_("名额已经不在了，刷新看看"))
        values: dict[Column | str, Any] = {Notice.reply: Reply.KEEP, Notice.replied_at: clock.now()}
        await Notice.update(values).where((Notice.id == about.notice.id) & (Notice.reply == Reply.NONE))
        await told(about.notice.id)
        session, event, store = await sessions.whole(row.session)
        if not about.is_off and confirmations.is_asked(row, event, session, store.zone, clock.now()):
            await confirmations.confirm(row, by=by)
        if by is not None:
            await reached(about.notice, by=by)
            await audit.record(by, "notice.kept", about.notice, store=store.id)


async def give_back(registration: Registration, change: int, *, by: Staff | None = None) -> None:
    """ "Then we cannot come": all places go on, however late it is, for it was the store that changed something."""
    async with db.writing():
        await db.lock(Session, registration.session)
        row = await placing.current(registration.id)
        if row.state == State.CANCELLED:
            return
        about = await _still(row, change)
        await told(about.notice.id)
        if by is not None:
            await reached(about.notice, by=by)
        await registrations.cancel(row, by=by, is_store_s_doing=True)


async def move(registration: Registration, session: Session, *, waits: bool = False) -> Registration:
    """ "Then another session": the family's new registration. However late it is, where the store moved theirs; else as any move."""
    return await family_changes.move(registration, session, waits=waits, is_store_s_doing=await was_moved(registration))


async def was_moved(registration: Registration) -> bool:
    """Whether the store moved the family's session since it signed up, and the session is still on."""
    about = await asked(registration) if registration.state != State.CANCELLED else None
    return about is not None and not about.is_off


async def told(notice: int) -> None:
    """They know: what still waits for its turn need not leave."""
    values: dict[Column | str, Any] = {Notice.state: NoticeState.DROPPED, Notice.reason: ANSWERED, Notice.finished_at: clock.now()}
    await Notice.update(values).where((Notice.id == notice) & (Notice.state == NoticeState.DUE))


async def reached(notice: Notice, *, by: Staff) -> None:
    """On the telephone."""
    values: dict[Column | str, Any] = {Notice.called: Called.REACHED, Notice.called_by: by.id, Notice.called_at: clock.now()}
    await Notice.update(values).where(Notice.id == notice.id)


async def tally(told_of: Collection[Change]) -> Tally:
    """One query, whoever was told of these changes; what was merged, or is a family's rest, is counted with the one it is a part of."""
    found = Tally()
    if not told_of:
        return found
    marks = ", ".join("{}" for _ in told_of)
    for row in await Notice.raw(COUNTED.replace("{}", marks), *(change.id for change in told_of)):
        if row["ending"] != Ending.MERGED:
            _add(found, row)
    return found


def _add(found: Tally, row: dict[str, Any]) -> None:
    n, state = int(row["families"]), NoticeState(row["state"])
    found.families += n
    if state == NoticeState.SENT:
        found.by_way[row["way"]] = found.by_way.get(row["way"], 0) + n
    elif row["called"] == Called.REACHED:
        found.called += n
    elif state in {NoticeState.DUE, NoticeState.LEAVING}:
        found.leaving += n
    elif row["reply"] != Reply.NONE or row["now"] == State.CANCELLED:
        found.known += n
    elif state == NoticeState.DROPPED:
        found.overtaken += n
    else:
        found.unreached += n
    if row["now"] == State.CANCELLED:
        is_moved = row["ending"] == Ending.MOVED
        found.moved, found.given_back = found.moved + n * is_moved, found.given_back + n * (not is_moved)
    elif row["reply"] == Reply.KEEP:
        found.kept += n


async def _still(registration: Registration, change: int) -> Asked:
    about = await asked(registration)
    if about is None or about.change.id != change:
        raise Overtaken
    return about
