"""Texts of a calendar file as plain words: what was HTML, what a program added, what would turn the letters round."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from events.intake import event_words as words
from events.intake.calendar_text import HIDDEN, Part

LONGEST, LINE = 8_000, 300  # letters of a description, of a title, a place or a category: more than is ever kept
_NAMES = "p|div|br|li|ul|ol|tr|td|table|span|b|i|u|a|html|body|h\\d|font|strong|em|meta|head|!doctype"
_TAGS = re.compile(rf"<(?:/?(?:{_NAMES})\b[^<>]*|!--[^<>]*--)>", re.IGNORECASE)
_BREAKS = re.compile(r"<(?:br\b[^<>]*|/p|/div|/li|/tr|/h\d)>", re.IGNORECASE)
_UNSHOWN = re.compile(r"<(style|script|head|title)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_LINK = re.compile(r"<a\b[^<>]*?href\s*=\s*[\"']?([^\"'<>\s]+)[^<>]*>([^<>]*)</a>", re.IGNORECASE)
_BLANKS, _EMPTY = re.compile(r"[ \t\u00a0]+"), re.compile(r"\n{3,}")


def title(text: str, *, is_off: bool) -> str:
    """One line; of what is called off without the mark that says so."""
    said = " ".join(text.split())[:LINE]
    return words.OFF.sub("", said) if is_off else said


def description(event: Part) -> str:
    """The plain text, made of the HTML where that is all there is; the entry's own address below it."""
    told, rich, address = (event.first(name) for name in ("DESCRIPTION", "X-ALT-DESC", "URL"))
    said = told.text if told and told.text.strip() else rich.text if rich else ""
    said = plain(said[:LONGEST])
    link = address.value.strip() if address else ""
    return "\n".join(part for part in (said, link if link.startswith(("https://", "http://")) and link not in said else "") if part)


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """Without HTML: its links stand behind their words, its breaks are lines. What only looks like a tag ("3 < 5") stays."""
    if _TAGS.search(text):
        text = _LINK.sub(_linked, _UNSHOWN.sub("", text))
        text = HIDDEN.sub("", html.unescape(_TAGS.sub("", _BREAKS.sub("\n", text))))
    lines = (_BLANKS.sub(" ", line).strip() for line in text.replace("\r", "\n").split("\n"))
    return _EMPTY.sub("\n\n", "\n".join(lines)).strip()


def _linked(found: re.Match[str]) -> str:
    address, said = html.unescape(found[1]), found[2].strip()
    if not address.startswith(("https://", "http://")):
        return said
    return address if html.unescape(said) == address or not said else f"{said} {address}"
