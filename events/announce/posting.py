"""What one delivery carries: an announcement made ready for one group's channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog

from events.announce import links
from events.announce.channels import Message, Outcome, Poster, known
from events.announce.posters import lettering
from events.announce.posters.lettering import NoFonts
from events.announce.tables import Announcement, Group, Part, Shape, Template
from events.announce.wires import Wire
from events.catalog.tables import Event, Picture
from events.errors import _

log = structlog.get_logger("linju")

TIMEOUT = 8.0  # seconds to hand a picture over; with the drawing well within a claim's lease
NO_FONTS, NO_POSTER = "no_fonts", "no_poster"  # a stopped poster's code: nothing to draw it with; it could not be drawn
TITLE = _("一周活动")
"""What a digest is called on a card, in the groups' language."""


class NoPoster(Exception):
    """There is no picture: `code` says why. The words went or go without; a delivery of the poster is stopped with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parts(channel: str, shape: str) -> Sequence[Part]:
    """The deliveries of an announcement to one group, in the order in which they leave."""
    if shape == Shape.POSTER and known.CHANNELS[channel].CARRIES.poster is Poster.OWN_POST:
        return (Part.WORDS, Part.POSTER)
    return (Part.WORDS,)


def draft(announcement: Announcement, event: Event, group: Group, base: str, *, channel: str = "", picture_url: str = "") -> Message:
    """The words as far as they are made without drawing and asking anybody: for previews, for copying, and what `message` starts from.

    The announcement may be one that was never saved; `channel` stands for the group's own, `picture_url` is of the event's picture.
    """
    carries = known.CHANNELS[channel or group.channel].CARRIES
    is_of_several = announcement.template == Template.DIGEST
    has_card = announcement.shape == Shape.CARD and carries.card and not is_of_several
    has_poster = announcement.shape == Shape.POSTER and not is_of_several
    poster_url = base.rstrip("/") + links.poster_path(group, event.id) if has_poster else ""
    return Message(
        links.filled(announcement.text, group, base) if is_of_several else announcement.text,
        "" if is_of_several else links.address(group, event.id, base),
        title=TITLE if is_of_several else event.title,
        summary=announcement.text if has_card else "",
        picture_url=poster_url if carries.poster is Poster.FETCHED and has_poster else picture_url if has_card else "",
        poster_url=poster_url if carries.poster is Poster.LINK else "",
        mention_all=announcement.mention_all and carries.mention_all,
    )


async def message(announcement: Announcement, event: Event, group: Group, part: str, wire: Wire) -> Message:
    """What this part brings to the group. A poster that cannot be drawn is left out of the words; of its own post it is NoPoster."""
    if part == Part.POSTER:
        return Message("", picture=await _drawn(event, group, wire))
    words = draft(announcement, event, group, wire.address, picture_url=await _picture_url(announcement, event, wire.address))
    if announcement.shape != Shape.POSTER or announcement.template == Template.DIGEST:
        return words
    try:
        return await _with_poster(words, event, group, wire)
    except NoPoster:
        return replace(words, picture_url="", poster_url="")


async def _with_poster(words: Message, event: Event, group: Group, wire: Wire) -> Message:
    way = known.CHANNELS[group.channel].CARRIES.poster
    if way is Poster.WITHIN:
        return replace(words, picture=await _drawn(event, group, wire))
    if way is Poster.LINK and group.channel in wire.apps:
        return replace(words, picture_key=await _handed_over(group, await _drawn(event, group, wire), wire))
    if way in (Poster.FETCHED, Poster.LINK) and lettering.missing():
        raise NoPoster(NO_FONTS)
    return words


async def _drawn(event: Event, group: Group, wire: Wire) -> bytes:
    if wire.poster is None:
        raise NoPoster(NO_FONTS)
    try:
        return await wire.poster(group, event, wire.address)
    except NoFonts:
        raise NoPoster(NO_FONTS) from None
    except Exception as error:  # noqa: BLE001 -- whatever it is, the words leave
        log.error("poster not drawn", group=group.id, event_id=event.id, error=type(error).__name__)  # noqa: TRY400 -- values stay out
        raise NoPoster(NO_POSTER) from None


async def _handed_over(group: Group, picture: bytes, wire: Wire) -> str:
    """The platform's name of it; empty when it would not take it, and then a button leads to the poster."""
    app, address = wire.apps[group.channel], wire.address_of(group.channel)
    named = await known.UPLOADS[group.channel](picture, app, address=address, client=wire.client, timeout=TIMEOUT)
    if isinstance(named, Outcome):
        log.warning("poster not handed over", group=group.id, reason=named.code, number=named.vendor_code)
        return ""
    return named


async def _picture_url(announcement: Announcement, event: Event, base: str) -> str:
    """The event's own picture, as anybody can fetch it."""
    if announcement.shape != Shape.CARD or event.picture is None:
        return ""
    row = await Picture.select(Picture.digest).where(Picture.id == event.picture).first()
    return f"{base.rstrip('/')}/pictures/{row['digest']}/cover.jpg" if row else ""
