"""What each group will see, way by way, drawn as the platform draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.announce import announcements, links, posting
from events.announce.channels import BUTTON, Poster, known
from events.announce.tables import Announcement, ChannelName, Group, Shape
from events.catalog.tables import Event
from events.errors import _
from web.desk import announcement_words, delivery_pages
from web.language import say

# How it looks: words in a bubble, a link card alone, words with a card after them, one card of words and a button, or a kit to paste.
BUBBLE, CARD, BOTH, BUTTONED, KIT = "bubble", "card", "both", "buttoned", "kit"
WITH_POSTER = (Poster.OWN_POST, Poster.WITHIN, Poster.FETCHED)
EVERYBODY = _("@所有人")


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What the groups reached one way will see: as the first of them does, with everybody's link."""

    way: str
    channel: str
    look: str
    words: str
    title: str
    heading: str
    button: str
    size: int
    room: int
    has_poster: bool
    poster_button: bool
    everybody: str
    cannot_ring: bool
    links: list[tuple[str, str]]
    group: int

    @property
    def too_many(self) -> int:
        """About how many characters there are too many; a Chinese one takes 3 bytes."""
        return max(-(-(self.size - self.room) // 3), 0)


def of(announcement: Announcement, chosen: Sequence[Group], event: Event, base: str, language: str) -> list[Preview]:
    """One for each way that is used, in the order of the channels. The announcement need not have been saved."""
    found = []
    for name in known.CHANNELS:
        reached = [group for group in chosen if group.channel == name]
        if reached:
            found.append(_preview(ChannelName(name), announcement, reached, event, base, language))
    return found


def _preview(name: ChannelName, announcement: Announcement, reached: Sequence[Group], event: Event, base: str, language: str) -> Preview:
    carries = known.CHANNELS[name].CARRIES
    message = posting.draft(announcement, event, reached[0], base)
    look = _look(name, announcement.shape)
    shows_words = message.text if look in (CARD, BUTTONED) else known.CHANNELS[name].words(message)
    size, room = announcements.excess(announcement.text, message.link, name, announcement.shape)
    return Preview(
        way=say(language, delivery_pages.WAYS[name]),
        channel=name,
        look=look,
        words=shows_words,
        title=event.title,
        heading=event.title if name == ChannelName.FEISHU and event.title not in announcement.text else "",
        button=say(announcement_words.LANGUAGE, BUTTON),
        size=size,
        room=room,
        has_poster=look == KIT
        or (announcement.shape == Shape.POSTER and carries.poster in (Poster.OWN_POST, Poster.WITHIN, Poster.FETCHED)),
        poster_button=announcement.shape == Shape.POSTER and carries.poster is Poster.LINK,
        everybody=say(announcement_words.LANGUAGE, EVERYBODY) if message.mention_all and look != CARD else "",
        cannot_ring=announcement.mention_all and (look == CARD or not message.mention_all),
        links=[(group.name, links.address(group, event.id, base)) for group in reached],
        group=reached[0].id,
    )


def _look(name: ChannelName, shape: str) -> str:
    if name == ChannelName.BY_HAND:
        return KIT
    if name in (ChannelName.DINGTALK, ChannelName.FEISHU):
        return BUTTONED
    if name == ChannelName.BROADCAST:
        return BOTH
    return CARD if shape == Shape.CARD else BUBBLE
