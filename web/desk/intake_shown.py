"""A line of a review in words: how it was read, who it may be, why it was refused, how it stands once it is a registration."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request

from events.catalog import sessions
from events.errors import _
from events.intake.matching import Known
from events.intake.review import Line
from events.intake.tables import IntakeLine, LineState
from events.people import phones
from events.signup import mentions, standings, waiting_list
from events.signup.tables import Registration, State
from web import viewer
from web.desk import intake_words
from web.language import say
from web.site.faces import Mark
from web.times import Times

AnyRequest = Request[Any, Any, Any]
_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


@dataclass(frozen=True)
class Shown:
    """One line as the host reads it."""

    line: Line
    party: str
    ages: str
    phone: str
    marks: list[Mark]
    refusal: str
    match: str  # who it is matched to, or how many it may be
    result: Mark | None  # of one that is signed up
    name: str
    raw: str  # its phones masked
    note: str  # likewise; nothing where `raw` says it
    allergies: list[str]  # as the note says them

    @property
    def row(self) -> IntakeLine:
        return self.line.row


async def lines(request: AnyRequest, read: Sequence[Line], times: Times) -> list[Shown]:
    """The lines in words; where they are registrations by now, how these stand."""
    language = viewer.seen(request).language
    ids = [line.row.registration for line in read if line.row.registration is not None]
    rows = {row.id: row for row in await Registration.objects().where(Registration.id.is_in(ids))} if ids else {}
    results = await _results(list(rows.values()), language)
    return [
        Shown(
            line=line,
            party=intake_words.party(line.reading, language),
            ages=intake_words.ages_of(line.reading, language),
            phone=phones.masked(line.reading.phone) if line.reading.phone else "",
            marks=intake_words.marks(line.doubts, language),
            refusal=intake_words.refusal(line.row, language),
            match=_match(line, times, language),
            result=results.get(line.row.registration or 0) if line.row.state == LineState.DONE else None,
            raw=hidden(line.row.raw),
            note="" if line.reading.note in line.row.raw else hidden(line.reading.note),
            allergies=mentions.allergies(hidden(line.reading.note)) if line.is_open else [],
            name=line.reading.name or (rows[line.row.registration].name if line.row.registration in rows else ""),
        )
        for line in read
    ]


def known_words(known: Known, times: Times, language: str) -> str:
    """What tells a family from others of its name: the end of its phone, when it came last."""
    parts = [say(language, _("尾号 %(digits)s"), digits=known.phone_end)] if known.phone_end else []
    if known.registration is not None:
        parts.append(say(language, _("这一场的名单上有")))
    elif known.last is not None:
        parts.append(say(language, _("上次 %(day)s") if known.last < times.now else _("还报了 %(day)s"), day=times.date(known.last)))
    return say(language, _("，")).join(parts)


def hidden(text: str) -> str:
    """A text with the middle of its phones masked: on a list, over a shoulder."""
    return _PHONE.sub(lambda found: phones.masked(found[0]), text)


async def _results(rows: Sequence[Registration], language: str) -> dict[int, Mark]:
    """How each registration stands: placed, or its place on the waiting list."""
    found = {row.id: _result(row, language) for row in rows}
    waiting = [row for row in rows if row.state == State.WAITING]
    if waiting:
        session, _event, _store = await sessions.whole(waiting[0].session)
        found_at = await standings.of_session(session, await waiting_list.queue(session.id))
        for row in waiting:
            found[row.id] = Mark("wait", "wait", say(language, _("排第 %(n)s"), n=found_at[row.id].before + 1))
    return found


def _result(row: Registration, language: str) -> Mark:
    kind, icon, words = {
        State.PLACED: ("in", "check", _("有名额了")),
        State.OFFERED: ("wait", "clock", _("等回话")),
        State.PENDING: ("wait", "ask", _("等点头")),
        State.CANCELLED: ("plain", "cross", _("退了")),
    }.get(State(row.state), ("wait", "wait", _("在排队")))
    return Mark(kind, icon, say(language, words))


def _match(line: Line, times: Times, language: str) -> str:
    """Who the line is matched to; else how many families it may be."""
    if not line.is_open:
        return ""
    if line.matched is not None:
        words = known_words(line.matched, times, language)
        return say(language, _("就是来过的 %(name)s"), name=line.matched.name) + (say(language, _("，")) + words if words else "")
    if line.known and not line.row.is_mended:
        return say(language, _("同名的来过 %(n)s 家，点「改」认一认"), n=len(line.known))
    return ""
