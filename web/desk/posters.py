"""Posters: an event as one picture for a group's chat, with that group's own link in it. In Chinese, as the groups read it."""

from functools import cache
from typing import Any

import resvg_py
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from events import clock
from events.announce import links, posters
from events.announce.posters import Fact, Poster, lettering
from events.announce.tables import Group
from events.catalog import listing, pictures
from events.catalog.pictures import Size
from events.catalog.rows import Meeting, Page
from events.catalog.tables import Event, EventState, Kind
from events.checkin import qr
from events.errors import NotThere, _
from web import assets, find, places, replies
from web.language import say
from web.site import faces, rule_words
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
LANGUAGE = "zh"  # what the groups read, whoever asks
DATES, PLACES = 4, 3  # named on a poster; the link tells all
ICONS = {Kind.WORKSHOP: "dough", Kind.FAMILY: "scissors", Kind.VISIT: "pot"}


@get("/events/{event:int}/links/{group:int}/poster.png", name="desk.posters.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], event: FromPath[int], group: FromPath[int]) -> Response[bytes]:
    """The picture; of an event of the group's own store. Not there on a machine without the fonts: the page leads to none."""
    to, about = await find.group(viewer, group), await find.event(viewer, event)
    if to.store != about.store or not can_be_drawn():
        raise NotThere
    picture = await posters.png(await written(to, about, request.app.state.settings.address))
    return replies.conditional(request, picture, media_type="image/png", cache="private, no-cache")


def can_be_drawn() -> bool:
    return not lettering.missing()


async def drawn(group: Group, event: Event, base: str) -> bytes:
    """The picture that robots post and anybody may fetch. NoFonts on a machine that has none."""
    return await posters.png(await written(group, event, base))


async def written(group: Group, event: Event, base: str) -> Poster:
    """What the poster says, with the group's link below `base`: nothing that only confirmed families may know."""
    page = await listing.event_page(event.id, with_drafts=True)
    offer = page.offer
    times = Times(offer.zone, clock.now(), LANGUAGE)
    coming = [each for each in await listing.meetings(event.id) if each.is_on and each.ends_at > times.now]
    shown = coming or list(page.meetings)
    is_off = offer.state == EventState.CANCELLED
    kind = faces.kinds(LANGUAGE)[offer.kind]
    ages = faces.ages_of(offer, LANGUAGE)
    return Poster(
        title=offer.title,
        kind=" · ".join(part for part in (kind, ages) if part),
        kind_icon=assets.drawing(ICONS[offer.kind]),
        summary=offer.summary,
        leaf=_leaf(shown, times),
        facts=tuple(fact for fact in (_when(shown, times), _where(shown), _fee(page)) if fact.lines),
        stamp=say(LANGUAGE, _("取消了")) if is_off else "",
        why=offer.cancel_reason if is_off else "",
        call=say(LANGUAGE, _("扫码报名") if coming and not is_off else _("扫码看看")),
        hint=say(LANGUAGE, _("在微信里长按图片，点“识别图中二维码”")),
        payload=qr.address_payload(base, links.path(group, event.id)),
        store=offer.store_name,
        store_note=" · ".join(part for part in (_other_address(page, shown), page.store_hours) if part),
        logo=_logo(),
        cover=await _cover(page),
    )


def _leaf(meetings: list[Meeting], times: Times) -> tuple[str, str] | None:
    if not meetings:
        return None
    leaf = times.leaf(meetings[0].starts_at)
    return leaf.date, leaf.day


def _when(meetings: list[Meeting], times: Times) -> Fact:
    """By the date, never "tomorrow": a picture is passed on."""
    several = len({_place(each) for each in meetings}) > 1
    lines = [_sitting(each, times, with_place=several) for each in meetings[:DATES]]
    if len(meetings) > DATES:
        lines.append(say(LANGUAGE, _("往后还有 %(n)s 场"), n=len(meetings) - DATES))
    return Fact(assets.drawing("clock"), tuple(lines))


def _sitting(meeting: Meeting, times: Times, *, with_place: bool) -> str:
    when = times.dated(meeting.starts_at, meeting.ends_at)
    return f"{when} · {_place(meeting)}" if with_place else when


def _where(meetings: list[Meeting]) -> Fact:
    """Several places are told beside their times; of a compound only its name."""
    found = dict.fromkeys((_place(each), each.place.address) for each in meetings)
    lines = [part for part in next(iter(found)) if part] if len(found) == 1 else []
    return Fact(assets.drawing("pin"), tuple(lines))


def _place(meeting: Meeting) -> str:
    return meeting.place.compound or meeting.place.name


def _other_address(page: Page, meetings: list[Meeting]) -> str:
    """The store's, unless it was told as the place."""
    return "" if page.store_address in {each.place.address for each in meetings} else page.store_address


def _fee(page: Page) -> Fact:
    words = page.offer.fee_note or rule_words.fee(page.rules, LANGUAGE)
    return Fact(assets.drawing("yen"), (words,) if words else ())


async def _cover(page: Page) -> bytes:
    if page.offer.picture and (jpeg := await pictures.jpeg(page.offer.picture, Size.COVER)):
        return jpeg
    return _drawn(page.offer.kind.value)


@cache
def _drawn(kind: str) -> bytes:
    """Our own drawing, as wide as a poster: a tenth of a second, once."""
    drawing = places.static() / "icons" / f"cover-{kind}.svg"
    return bytes(resvg_py.svg_to_bytes(svg_path=str(drawing), width=1080, skip_system_fonts=True))


@cache
def _logo() -> str:
    return (places.static() / "icons" / "logo.svg").read_text(encoding="utf-8")


handlers = [show]
