"""The page on which an announcement is written: its draft, the groups to choose from, and what each of them will read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Request

from events import clock, codes
from events.announce import deliveries, fitting, groups, links
from events.announce.channels import Message, known
from events.announce.tables import ChannelName, Group
from events.catalog import listing, quiet
from events.catalog.tables import Event, Store
from events.errors import _
from web import counts, find, forms, viewer
from web.desk import delivery_pages, posters
from web.language import say
from web.site import faces
from web.times import Times

AnyRequest = Request[Any, Any, Any]
DATES = 4  # sessions named in the draft
LATELY = timedelta(days=7)
GROUPS_READ = "zh"  # what the draft for them is written in, whoever writes


@dataclass(frozen=True)
class Choice:
    """A group to tick."""

    id: int
    name: str
    way: str
    way_icon: str
    lately: str
    is_chosen: bool
    is_ill: bool


@dataclass(frozen=True)
class Preview:
    """What the groups reached one way will read: the words of the first of them, and everybody's link."""

    way: str
    channel: str
    words: str
    size: int
    room: int
    links: list[tuple[str, str]]
    group: int  # the first of them


async def context(request: AnyRequest, form: forms.Form, event: Event) -> dict[str, Any]:
    """Everything the page shows about an event; fills in what nobody has typed yet."""
    who = viewer.seen(request)
    store = await find.by(Store, Store.id, event.store)
    times = faces.times_of(request, store)
    rows = await groups.open_to(who.member, event.store)
    is_fresh = not form.was_sent
    form.fill(event=event.id, key=codes.secret(26), text=await draft(event, Times(store.zone, times.now, GROUPS_READ)))
    chosen = {row.id for row in rows} if is_fresh else set(form.chosen("groups"))
    lately = await deliveries.lately([row.id for row in rows], since=clock.now() - LATELY)
    return {
        "form": form,
        "event": event,
        "store": store,
        "times": times,
        "choices": [_choice(row, chosen, lately.get(row.id, []), times, who.language) for row in rows],
        "previews": previews(
            form.value("text"), [row for row in rows if row.id in chosen], event, request.app.state.settings.address, who.language
        ),
        "chosen": len(chosen & {row.id for row in rows}),
        "members": counts.people(sum(row.members for row in rows if row.id in chosen), who.language),
        "has_poster": posters.can_be_drawn(),
        "is_quiet": quiet.is_quiet(store, clock.now()),
    }


async def draft(event: Event, times: Times) -> str:
    """A text to start from, in the groups' language, dated so that it stays true tomorrow; each group's own link follows by itself."""
    page = await listing.event_page(event.id, with_drafts=True)
    coming = [each for each in await listing.meetings(event.id) if each.is_on and each.ends_at > times.now]
    places = list(dict.fromkeys(each.place.compound or each.place.name for each in coming))
    dates = [times.dated(each.starts_at, each.ends_at) for each in coming[:DATES]]
    if len(coming) > DATES:
        dates.append(say(GROUPS_READ, _("往后还有 %(n)s 场"), n=len(coming) - DATES))
    facts = [faces.ages_of(page.offer, GROUPS_READ), " / ".join(places[:2]), event.fee_note]
    lines = [
        say(GROUPS_READ, _("【%(kind)s】%(title)s"), kind=faces.kinds(GROUPS_READ)[page.offer.kind], title=event.title),
        event.summary,
        *dates,
        say(GROUPS_READ, _("，")).join(fact for fact in facts if fact),
        say(GROUPS_READ, _("报名点这里：")),
    ]
    return "\n".join(line for line in lines if line)


def previews(text: str, chosen: list[Group], event: Event, base: str, language: str) -> list[Preview]:
    """One for each way that is used, in the order of the channels."""
    found = []
    for name, channel in known.CHANNELS.items():
        reached = [group for group in chosen if group.channel == name]
        addresses = [(group.name, links.address(group, event.id, base)) for group in reached]
        if addresses:
            first = addresses[0][1]
            room = channel.CARRIES.max_bytes
            size = fitting.size(text, first)
            way = say(language, delivery_pages.WAYS[ChannelName(name)])
            found.append(Preview(way, name, channel.words(Message(text, first, title=event.title)), size, room, addresses, reached[0].id))
    return found


def _choice(group: Group, chosen: set[int], told: list[datetime], times: Times, language: str) -> Choice:
    channel = ChannelName(group.channel)
    return Choice(
        id=group.id,
        name=group.name,
        way=say(language, delivery_pages.WAYS[channel]),
        way_icon=delivery_pages.WAY_ICONS[channel],
        lately=" · ".join(
            part for part in (counts.people(group.members, language) if group.members else "", _lately(told, times, language)) if part
        ),
        is_chosen=group.id in chosen,
        is_ill=bool(group.trouble),
    )


def _lately(told: list[datetime], times: Times, language: str) -> str:
    today = sum(deliveries.is_same_day(moment, times.zone) for moment in told)
    if today:
        return say(language, _("今天发过 %(n)s 条"), n=today)
    if told:
        return say(language, _("%(when)s发过"), when=times.relative_days(max(told)))
    return say(language, _("一周没发了"))
