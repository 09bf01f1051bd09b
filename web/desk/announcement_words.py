"""What groups are told, in the words to start from. All of it stays true on whatever day it is read: dates, and no "tomorrow"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from events.announce.occasions import Few, Moved, Occasion
from events.announce.tables import Shape, Template
from events.catalog.rows import Meeting, Page
from events.catalog.tables import EventState
from events.errors import _
from web import counts
from web.language import say
from web.site import faces
from web.times import Times

LANGUAGE = "zh"  # what the groups read, whoever writes
DATES = 4  # sessions named
SIGN_UP = _("报名点这里：")
LOOK = _("点这里看：")

TEMPLATES = {
    Template.NEW: _("新活动"),
    Template.FEW: _("名额不多了"),
    Template.TOMORROW: _("明天的场次"),
    Template.CHANGED: _("改时间了"),
    Template.CALLED_OFF: _("取消了"),
    Template.THANKS: _("谢谢大家"),
    Template.OWN: _("自己写"),
    Template.DIGEST: _("一周活动"),
}
SHAPES = {
    Shape.WORDS: (_("一段话"), _("链接在最后一行")),
    Shape.CARD: (_("卡片"), _("标题、几句话，点开就是报名页")),
    Shape.POSTER: (_("话和海报"), _("能发图的机器人接着发海报")),
}


def draft(template: Template, page: Page, occasion: Occasion, times: Times) -> str:
    """A text to start from, in the groups' language; each group's own link follows by itself. Own words start empty."""
    title = page.offer.title
    match template:
        case Template.NEW:
            return new(page, occasion, times)
        case Template.FEW:
            return few(title, occasion.few, times)
        case Template.TOMORROW:
            return tomorrow(title, occasion.tomorrow, page.bring, times, may_sign_up=bool(occasion.open))
        case Template.CHANGED:
            return changed(title, occasion.moved, times)
        case Template.CALLED_OFF:
            return _called_off(page, occasion, times)
        case Template.THANKS:
            return thanks(title, occasion.over, occasion.open, times)
        case _:
            return ""


def new(page: Page, occasion: Occasion, times: Times) -> str:
    """What it is, when, where, for whom and for how much; of a full session that one may wait for it."""
    places = list(dict.fromkeys(_place(each) for each in occasion.ahead))
    facts = [faces.ages_of(page.offer, LANGUAGE), " / ".join(places[:2]), page.offer.fee_note]
    head = _say(_("【%(kind)s】%(title)s"), kind=faces.kinds(LANGUAGE)[page.offer.kind], title=page.offer.title)
    dates = _dates(occasion.ahead, times, full=occasion.full)
    return _lines(head, page.offer.summary, *dates, _say(_("，")).join(fact for fact in facts if fact), _say(SIGN_UP))


def few(title: str, sessions: Sequence[Few], times: Times) -> str:
    """How many places each session has, and when that was counted: a number in a chat grows old."""
    several = len({_place(each.meeting) for each in sessions}) > 1
    rows = [
        _say(
            _("%(when)s，还有 %(places)s"),
            when=_sitting(each.meeting, times, with_place=several),
            places=counts.places(each.left, LANGUAGE),
        )
        for each in sessions[:DATES]
    ]
    counted = _say(_("%(when)s数的，先报先得"), when=f"{times.date(times.now)} {times.clock(times.now)}")
    return _lines(_say(_("【名额不多了】%(title)s"), title=title), *rows, counted, _say(SIGN_UP))


def tomorrow(title: str, meetings: Sequence[Meeting], bring: Iterable[str], times: Times, *, may_sign_up: bool) -> str:
    """The sessions of one day with what to bring."""
    if not meetings:
        return ""
    with_bring = _say(_("、")).join(bring)
    return _lines(
        _say(_("【%(day)s】%(title)s"), day=times.date(meetings[0].starts_at), title=title),
        *(f"{times.hours(each.starts_at, each.ends_at)} · {_place(each)}" for each in meetings[:DATES]),
        _say(_("带上：%(things)s"), things=with_bring) if with_bring else "",
        _say(_("来不了的邻居请早点退，名额留给排队的人。")),
        _say(SIGN_UP) if may_sign_up else _say(LOOK),
    )


def changed(title: str, moved: Sequence[Moved], times: Times) -> str:
    """From and to, of each session that was moved."""
    is_time = any((each.was_starts_at, each.was_ends_at) != (each.meeting.starts_at, each.meeting.ends_at) for each in moved)
    head = _say(_("【改时间了】%(title)s") if is_time else _("【换地方了】%(title)s"), title=title)
    rows = [line for each in moved[:DATES] for line in _from_to(each, times)]
    return _lines(head, *rows, _say(_("报了名的邻居不用重报。来不了，请在自己的票里退一下。")), _say(LOOK))


def called_off(title: str, off: Sequence[Meeting], others: Sequence[Meeting], reason: str, times: Times) -> str:
    """What does not happen, why, and what still does: `others` are the event's other sessions to come."""
    return _lines(
        _say(_("【取消了】%(title)s"), title=title),
        *_dates(off, times),
        _say(_("原因：%(reason)s"), reason=reason) if reason else "",
        _say(_("报了名的邻居不用来了，不好意思。")),
        _say(_("别的场次照常：")) if others else "",
        *_dates(others, times),
        _say(SIGN_UP) if others else _say(LOOK),
    )


def thanks(title: str, over: Sequence[Meeting], following: Sequence[Meeting], times: Times) -> str:
    """After it was over; the next session, if families may come to one."""
    days = _say(_("、")).join(dict.fromkeys(times.date(each.starts_at) for each in over[-2:]))
    return _lines(
        _say(_("【谢谢大家】%(title)s"), title=title),
        _say(_("%(days)s办完了，谢谢来的邻居。"), days=days),
        _say(_("还想来的，下面几场还能报：")) if following else "",
        *_dates(following, times),
        _say(SIGN_UP) if following else _say(LOOK),
    )


def _called_off(page: Page, occasion: Occasion, times: Times) -> str:
    if page.offer.state == EventState.CANCELLED:
        return called_off(page.offer.title, [*occasion.off, *occasion.coming], (), page.offer.cancel_reason, times)
    reason = next((each.cancel_reason for each in occasion.off if each.cancel_reason), "")
    return called_off(page.offer.title, occasion.off, occasion.open, reason, times)


def _from_to(each: Moved, times: Times) -> list[str]:
    was, now = times.dated(each.was_starts_at, each.was_ends_at), times.dated(each.meeting.starts_at, each.meeting.ends_at)
    place = _place(each.meeting)
    lines = [_say(_("原来：%(when)s"), when=was), _say(_("改到：%(when)s"), when=now)] if was != now else [now]
    if each.was_place and each.was_place != place:
        lines.append(_say(_("地方改到%(place)s（原来在%(was)s）"), place=place, was=each.was_place))
    return lines


def _dates(meetings: Sequence[Meeting], times: Times, *, full: Collection[int] = ()) -> list[str]:
    several = len({_place(each) for each in meetings}) > 1
    dates = [
        _sitting(each, times, with_place=several) + (_say(_("，")) + _say(_("满了，可以排队")) if each.session in full else "")
        for each in meetings[:DATES]
    ]
    if len(meetings) > DATES:
        dates.append(_say(_("往后还有 %(n)s 场"), n=len(meetings) - DATES))
    return dates


def _sitting(meeting: Meeting, times: Times, *, with_place: bool) -> str:
    when = times.dated(meeting.starts_at, meeting.ends_at)
    return f"{when} · {_place(meeting)}" if with_place else when


def _place(meeting: Meeting) -> str:
    """As anybody may read it."""
    return meeting.place.compound or meeting.place.name


def _say(sentence: str, **values: object) -> str:
    return say(LANGUAGE, sentence, **values)


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)
