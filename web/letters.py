"""What families are told, in words: by SMS in three parts at most, by e-mail with a subject and a line for each thing. No names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from events import clock
from events.announce import fitting
from events.errors import _
from events.notices.letters import Told
from events.notices.tables import NoticeKind
from events.signup.tables import State
from web import counts, language
from web.times import Times

LANGUAGE = "zh"  # families have no other on record
ROOM = 3 * 67  # UTF-16 units of an SMS in three parts (3GPP TS 23.038, UCS-2 with a header)
WIDTHS = ((80, 80, 80, 120), (40, 30, 20, 60), (24, 16, 12, 30), (16, 10, 8, 0))  # title, place, store, note: what is cut first

_SIGNED_UP = {
    State.PLACED: (_("报上了：%(title)s"), ""),
    State.WAITING: (_("排上队了：%(title)s"), _("有名额就告诉您。")),
    State.PENDING: (_("收到了：%(title)s"), _("等小盒点头，点了就告诉您。")),
}
_OFFER = (_("轮到您家了：%(title)s"), _("%(until)s前回个话，过了就问后面的邻居。"))
_LAPSED = (_("没等到回话：%(title)s"), _("名额先给了后面的邻居，还想来就再排上。"))
_PLACED = (_("排上了：%(title)s"), "")
_LET_GO = (_("没等到回话，名额让出去了：%(title)s"), "")
_REFUSED = (_("这次没能排下：%(title)s"), "")
_OTHERS = {
    NoticeKind.DAY_BEFORE: (_("明天见：%(title)s"), ""),
    NoticeKind.SOON: (_("快开始了：%(title)s"), ""),
    NoticeKind.CALLED_OFF: (_("取消了：%(title)s"), ""),
    NoticeKind.THANKS: (_("谢谢您来：%(title)s"), _("下次再来。")),
}
_ASKED = (_("明天来吗：%(title)s"), _("来不来都回一声。"))
_ACTS = {
    NoticeKind.OFFER: _("要不要，点这里：%(link)s"),
    NoticeKind.CHANGED: _("照样来、换一场、来不了，点一下：%(link)s"),
    NoticeKind.CALLED_OFF: _("别的场次：%(link)s"),
    NoticeKind.SOON: _("票在这：%(link)s"),
}
_ANSWER, _OWN_PAGE = _("来不来，点一下：%(link)s"), _("改、退都在这：%(link)s")
_CALLS = {NoticeKind.CHANGED: _("来不来，打 %(phone)s 说一声。"), NoticeKind.OFFER: _("要不要，打 %(phone)s 说一声。")}
_AGAIN, _CALL_AGAIN = _("还想来，点这里：%(link)s"), _("还想来，打 %(phone)s 说一声。")
_CALL = _("有事打 %(phone)s。")
_GIVE_BACK = _("要改要退，打 %(phone)s。")
WITH_PLACES = (NoticeKind.SIGNED_UP, NoticeKind.PLACED, NoticeKind.DAY_BEFORE)


def written(told: Told) -> str:
    """The whole message; its first line is an e-mail's subject."""
    told = _as_known(told)
    return _short(told) if told.is_short else _long(told)


def units(text: str) -> int:
    """How long an SMS is, as phones count it."""
    return len(text.encode("utf-16-le")) // 2


def _as_known(told: Told) -> Told:
    """What was called off is called by the time and place that the family knew."""
    if told.kind != NoticeKind.CALLED_OFF or told.was_starts_at is None or told.was_ends_at is None:
        return told
    return replace(told, starts_at=told.was_starts_at, ends_at=told.was_ends_at, place=told.was_place or told.place)


def _short(told: Told) -> str:
    for title, place, store, note in WIDTHS:
        cut = replace(told, title=_cut(told.title, title), place=_cut(told.place, place), store=_cut(told.store, store))
        text = _line(cut, note)
        if units(text) <= ROOM:
            break
    return text


def _line(told: Told, room: int) -> str:
    """One paragraph: who, what, when, where, and the one address."""
    head, note = _said(told)
    sentences = [_say(_("%(store)s：%(words)s。"), store=told.store, words=head), _cut(note, room)]
    if told.kind != NoticeKind.THANKS:
        sentences.append(_say(_("%(when)s，%(place)s。"), when=_when(told), place=told.place))
    stop = _say(_("不想收：%(stop)s"), stop=told.stop) if told.stop else ""
    return "".join((*sentences, _act(told), stop))


def _long(told: Told) -> str:
    head, note = _said(told)
    is_over = told.kind == NoticeKind.THANKS
    times = _times(told)
    where = [] if is_over else [times.dated(told.starts_at, told.ends_at), told.place]
    people = [counts.people(told.people, LANGUAGE)] if told.kind in WITH_PLACES and told.people else []
    subject = head if is_over else _say(_("%(words)s，%(when)s"), words=head, when=_when(told))
    store = [part for part in (told.store, told.store_phone) if part]
    stop = [_say(_("不想再收到这样的信：%(stop)s"), stop=told.stop)] if told.stop else []
    blocks = ([subject], [*where, *people], [note, _act(told)], [" ".join(store)], stop)
    return "\n\n".join("\n".join(line for line in block if line) for block in blocks if any(block))


def _said(told: Told) -> tuple[str, str]:
    """What is new, and a sentence more."""
    if told.kind == NoticeKind.CHANGED:
        head, note = _changed(told)
    else:
        sentence, more = _sentences(told)
        head = _say(sentence, title=told.title)
        note = _say(more, until=_until(told)) if sentence == _OFFER[0] else _say(more)
    if told.rest:
        note += _say(_("还有 %(n)s 位接着排。"), n=told.rest)
    if told.reason:
        note += told.reason.rstrip(_("。")) + _("。")
    return head, note


def _sentences(told: Told) -> tuple[str, str]:
    if told.state == State.CANCELLED and told.kind == NoticeKind.SIGNED_UP:
        return _REFUSED if told.reason else _LET_GO
    if told.kind == NoticeKind.OFFER or (told.kind == NoticeKind.SIGNED_UP and told.state == State.OFFERED):
        return _LAPSED if _is_lapsed(told) else _OFFER
    if told.kind == NoticeKind.SIGNED_UP:
        return _SIGNED_UP[State(told.state)]
    if told.kind == NoticeKind.PLACED:
        return _PLACED
    return _ASKED if told.asks else _OTHERS[told.kind]


def _changed(told: Told) -> tuple[str, str]:
    """From what it was, as far as it is otherwise."""
    times = _times(told)
    was_at = told.was_starts_at if (told.was_starts_at, told.was_ends_at) != (told.starts_at, told.ends_at) else None
    was = times.dated(was_at, told.was_ends_at) if was_at is not None and told.was_ends_at is not None else ""
    if was and told.was_place:
        before = _say(_("原来%(was)s，%(place)s。现在："), was=was, place=told.was_place)
        return _say(_("时间地点都改了：%(title)s"), title=told.title), before
    if was:
        return _say(_("改时间了：%(title)s"), title=told.title), _say(_("原来%(was)s。现在："), was=was)
    if told.was_place:
        return _say(_("换地方了：%(title)s"), title=told.title), _say(_("原来在%(was)s。现在："), was=told.was_place)
    return _say(_("有改动：%(title)s"), title=told.title), ""


def _act(told: Told) -> str:
    """What they can do, and where."""
    if told.kind == NoticeKind.THANKS:
        return ""
    if told.link:
        return _say(_own_page(told), link=told.link)
    return _say(_by_phone(told), phone=told.store_phone) if told.store_phone else ""


def _own_page(told: Told) -> str:
    if _is_lapsed(told):
        return _AGAIN
    if told.asks:
        return _ANSWER
    return _ACTS[NoticeKind.OFFER] if told.state == State.OFFERED else _ACTS.get(told.kind, _OWN_PAGE)


def _by_phone(told: Told) -> str:
    if _is_lapsed(told):
        return _CALL_AGAIN
    plain = _GIVE_BACK if told.kind in WITH_PLACES and told.state != State.CANCELLED else _CALL
    return _CALLS.get(told.kind, plain)


def _is_lapsed(told: Told) -> bool:
    return told.kind == NoticeKind.OFFER and told.state == State.WAITING


def _when(told: Told) -> str:
    """The day and the hour, true on whatever day it is read."""
    times = _times(told)
    return f"{times.date(told.starts_at)} {times.clock(told.starts_at)}"


def _until(told: Told) -> str:
    times = _times(told)
    return f"{times.date(told.offer_ends_at)} {times.clock(told.offer_ends_at)}" if told.offer_ends_at else ""


def _times(told: Told) -> Times:
    return Times(told.zone, clock.now(), LANGUAGE)


def _cut(text: str, room: int) -> str:
    """At most so many units; nothing that a reader sees as one is cut in two."""
    if units(text) <= room or not room:
        return text if room else ""
    kept = ""
    for sign in fitting.signs(text):
        if units(kept + sign) >= room:
            break
        kept += sign
    return kept.rstrip() + fitting.MORE


def _say(sentence: str, **values: Any) -> str:
    return language.say(LANGUAGE, sentence, **values) if sentence else ""
