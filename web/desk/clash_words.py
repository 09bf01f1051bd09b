"""Clashes in words, and whether whoever saves has read them: they are warned about, never refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from events import clock
from events.catalog import clashes
from events.catalog.clashes import Clash, Concerned, What
from events.errors import _
from events.people import rights
from events.people.tables import Staff
from web import forms
from web.language import say
from web.times import Times
from web.viewer import Viewer

DAYS = 14  # ahead, on the page of today
DESPITE = "despite"  # the field that says which clashes were read
HOST = _("小盒 %(name)s")
OURS = _("和「%(title)s」撞了：%(wanted)s，%(when)s")
DRAFT = _("和「%(title)s」（草稿）撞了：%(wanted)s，%(when)s")
FOREIGN = _("和%(store)s的一场撞了：%(wanted)s，%(when)s")
CLOSE = _("%(who)s赶不及：离「%(title)s」只隔 %(gap)s 分钟，%(when)s")
FOREIGN_CLOSE = _("%(who)s赶不及：离%(store)s的一场只隔 %(gap)s 分钟，%(when)s")
AT = _("%(said)s，在%(place)s")


@dataclass(frozen=True)
class Caution:
    """What a page says of clashes before it saves; `despite` is what its second button carries."""

    lines: list[str]
    despite: str


def warning(found: Sequence[Clash], who: Viewer, times: Times, near: datetime | None = None) -> Caution | None:
    """None where there is nothing to warn about."""
    return Caution(lines(found, who.member, times, near), digest(found)) if found else None


def of_event(found: Mapping[int, Sequence[Clash]], who: Viewer, times: Times) -> Caution | None:
    """The same of an event's sessions; two of its own that clash are told once."""
    told = [clash for session, each in found.items() for clash in each if not (clash.session in found and clash.session < session)]
    others = {(clash.session, clash.what, clash.who): clash for clash in told}
    return Caution(lines(list(others.values()), who.member, times), digest(flat(found.values()))) if found else None


def flat(found: Iterable[Sequence[Clash]]) -> list[Clash]:
    """What all of them clash with."""
    return [clash for each in found for clash in each]


def lines(found: Sequence[Clash], by: Staff, times: Times, near: datetime | None = None, *, ours: str = OURS) -> list[str]:
    """A sentence for each other session, as somebody may read it. `near`: of one on that day only the hours are said."""
    pairs = sorted(zip(found, clashes.seen_by(by, found), strict=True), key=lambda pair: (pair[0].starts_at, pair[0].session))
    others = groupby(pairs, key=lambda pair: pair[0].session)
    return [sentence for _id, pairs in others for sentence in _of([seen for _raw, seen in pairs], times, near, ours)]


def told(found: Sequence[Clash], who: Viewer, zone: str, near: datetime) -> list[str]:
    """The same in the viewer's language, on a store's clock."""
    return lines(found, who.member, Times(zone, clock.now(), who.language), near)


@dataclass(frozen=True)
class Soon:
    """A session that clashes, on the page of today."""

    event: int
    title: str
    when: str
    exact: str
    store: str
    lines: list[str]


async def soon(who: Viewer) -> list[Soon]:
    """The clashes of two weeks: of a host's own sessions, of a lead's store, of all stores."""
    member, until = who.member, clock.now() + timedelta(days=DAYS)
    leads = rights.owns(member) or rights.may_lead(member, member.store or 0)
    found = await clashes.coming(until, store=None if rights.owns(member) else member.store, host=None if leads else member.id)
    return [_soon(each, who) for each in found]


def _soon(concerned: Concerned, who: Viewer) -> Soon:
    times = Times(concerned.zone, clock.now(), who.language)
    return Soon(
        concerned.event,
        concerned.title,
        times.span(concerned.starts_at, concerned.ends_at),
        times.exact(concerned.starts_at),
        concerned.store_name,
        lines(concerned.clashes, who.member, times, concerned.starts_at),
    )


def short(found: Sequence[Clash], language: str) -> str:
    """小盒何和二楼活动室撞了: what is wanted twice, for a mark in a list."""
    wanted = sorted({(clash.what, clash.who) for clash in found if clash.what != What.WAY})
    if not wanted:
        return say(language, _("赶不及"))
    return say(language, _("%(wanted)s撞了"), wanted=_named(wanted, language))


def digest(found: Sequence[Clash]) -> str:
    """What a form carries once its clashes were shown: others later are shown again."""
    told = sorted(f"{clash.what} {clash.session} {clash.starts_at:%FT%T} {clash.ends_at:%FT%T} {clash.who}" for clash in found)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16] if told else ""


def is_known(form: forms.Form, found: Sequence[Clash]) -> bool:
    """Whether there is nothing to warn about that was not read on the page before."""
    return not found or form.value(DESPITE) == digest(found)


def _of(found: Sequence[Clash], times: Times, near: datetime | None, ours: str) -> list[str]:
    """One other session: who or what both want, in one sentence; or that there is no time for the way."""
    first, wanted = found[0], [(clash.what, clash.who) for clash in found if clash.what != What.WAY]
    words = {"title": first.title, "store": first.store_name, "when": _when(first, times, near)}
    if wanted:
        sentence = FOREIGN if not first.title else DRAFT if first.is_draft else ours
        is_same_room = any(what == What.VENUE for what, _who in wanted)
        said = [say(times.language, sentence, wanted=_named(wanted, times.language), **words)]
    else:
        sentence, is_same_room = CLOSE if first.title else FOREIGN_CLOSE, False
        said = [say(times.language, sentence, who=clash.who, gap=clash.gap, **words) for clash in found]
    return said if is_same_room or not first.place else [say(times.language, AT, said=each, place=first.place) for each in said]


def _named(wanted: Sequence[tuple[What, str]], language: str) -> str:
    """小盒 何、二楼活动室."""
    return say(language, _("、")).join(say(language, HOST, name=who) if what == What.HOST else who for what, who in wanted)


def _when(clash: Clash, times: Times, near: datetime | None) -> str:
    days = {moment.astimezone(ZoneInfo(times.zone)).date() for moment in (near, clash.starts_at, clash.ends_at) if moment is not None}
    say_it = times.hours if near is not None and len(days) == 1 else times.dated
    return say_it(clash.starts_at, clash.ends_at)
