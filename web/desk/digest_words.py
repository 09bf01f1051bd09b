"""A digest in words, in the groups' language: a paragraph for each event, with its mark where a group's own link goes."""

from collections.abc import Callable
from datetime import datetime

from events import clock
from events.announce import links, posting
from events.announce.programmes import Item, Programme, Sitting
from events.errors import _
from web import counts
from web.language import say
from web.site import faces
from web.times import Times

LANGUAGE = "zh"  # what the groups read
DATES = 3  # sessions of one event; its page tells the others


ITS_LINK = _("（这里是各群自己的链接）")


def written(programme: Programme) -> str:
    """The whole text, as it is said now; what duties are given to write a digest with."""
    return written_at(clock.now())(programme)


def written_at(moment: datetime) -> Callable[[Programme], str]:
    """What writes a digest that is read at another moment."""

    def write(programme: Programme) -> str:
        times = Times(programme.zone, moment, LANGUAGE)
        head = "\n".join(line for line in (programme.greeting.strip(), say(LANGUAGE, _("这一周的活动，想来的点开就能报："))) if line)
        last = [say(LANGUAGE, _("另外还有 %(n)s 个活动，点进去都看得到。"), n=programme.more)] if programme.more else []
        return "\n\n".join([head, *(_item(item, times) for item in programme.items), *last])

    return write


def title(language: str) -> str:
    """What a digest is called in lists, where other announcements have their event's title."""
    return say(language, posting.TITLE)


def readable(text: str, language: str) -> str:
    """A digest's text for its writer: where a group's link goes, words say so."""
    return links.MARK.sub(say(language, ITS_LINK), text)


def _item(item: Item, times: Times) -> str:
    offer, several = item.offer, len({_place(each) for each in item.sittings}) > 1
    dates = [_date(each, times, with_place=several) for each in item.sittings[:DATES]]
    if len(item.sittings) > DATES:
        dates.append(say(LANGUAGE, _("往后还有 %(n)s 场"), n=len(item.sittings) - DATES))
    facts = [faces.ages_of(offer, LANGUAGE), "" if several else _place(item.sittings[0]), offer.fee_note]
    lines = [
        say(LANGUAGE, _("【%(kind)s】%(title)s"), kind=faces.kinds(LANGUAGE)[offer.kind], title=offer.title),
        *dates,
        say(LANGUAGE, _("，")).join(fact for fact in facts if fact),
        links.mark(offer.event),
    ]
    return "\n".join(line for line in lines if line)


def _date(sitting: Sitting, times: Times, *, with_place: bool) -> str:
    parts = [times.dated(sitting.meeting.starts_at, sitting.meeting.ends_at)]
    parts += [_place(sitting)] * with_place + [_room(sitting)]
    return say(LANGUAGE, _("，")).join(part for part in parts if part)


def _room(sitting: Sitting) -> str:
    """Only what should hurry somebody, or spare them a disappointment."""
    left = sitting.meeting.places - sitting.count.taken
    if sitting.count.waiting_families or left <= 0:
        return say(LANGUAGE, _("满了，可以排队"))
    if left <= faces.FEW:
        return say(LANGUAGE, _("只剩 %(places)s"), places=counts.places(left, LANGUAGE))
    return ""


def _place(sitting: Sitting) -> str:
    """Of a compound only its name."""
    return sitting.meeting.place.compound or sitting.meeting.place.name
