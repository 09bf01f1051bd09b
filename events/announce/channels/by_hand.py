"""A plain WeChat group: no platform posts there, so the host does, and ticks it off. We hand over the words."""

from __future__ import annotations

from events.announce import fitting
from events.announce.channels import Carries, Message

# WeChat publishes no limit. This is what WeCom grants a broadcast to such groups (its document 92135): longer is folded away anyway.
CARRIES = Carries(max_bytes=4000)


def words(message: Message) -> str:
    """The text to copy. The poster is copied beside it: a WeChat group shows a bare link without a card."""
    return fitting.fit(message.text, message.link, CARRIES.max_bytes)
