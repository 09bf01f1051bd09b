"""Fits an announcement into a channel's bytes. The link is what people need, so the words give way, never the link."""

from __future__ import annotations

import re
import unicodedata

MORE = "…"
URL = re.compile(r"https?://[!-~]+")  # ASCII only: Chinese runs on after a link without a space
JOINER = "\u200d"


def whole(text: str, link: str) -> str:
    """What a group reads when there is room: the words, then the link on a line of its own unless they already hold it."""
    text = text.strip()
    if not link or _holds(text, link):
        return text
    return f"{text}\n{link}" if text else link


def size(text: str, link: str) -> int:
    """UTF-8 bytes of `whole(text, link)`: what a form shows while one writes (a Chinese character takes 3)."""
    return len(whole(text, link).encode())


def fit(text: str, link: str, max_bytes: int) -> str:
    """`whole(text, link)` in at most `max_bytes` of UTF-8; too long, the words end in "…" before the link.

    No character, emoji or other address is cut in two. A link that alone does not fit is a ValueError.
    """
    message = whole(text, link)
    if len(message.encode()) <= max_bytes:
        return message
    room = max_bytes - len(link.encode())
    if room < 0:
        raise ValueError(f"a link of {len(link.encode())} bytes cannot fit in {max_bytes}")
    tail = f"{MORE}\n{link}" if link else MORE
    kept = _cut(text.strip(), max_bytes - len(tail.encode()))
    return kept + tail if kept else link


def beside(text: str, link: str, max_bytes: int) -> str:
    """`fit` where the link has a button of its own: without it at the end, unless it is all there is."""
    message = fit(text, link, max_bytes)
    return (message.removesuffix(link).rstrip() if link else message) or message


def heading(title: str, text: str, max_bytes: int) -> str:
    """One line that names a message: its title, else the text's first line, within `max_bytes` of UTF-8."""
    first = next((line.strip() for line in (title or text).splitlines() if line.strip()), "")
    return fit(first, "", max_bytes)


def signs(text: str) -> list[str]:
    """What a reader sees as one each: a letter with its accents, a flag, a joined emoji."""
    ends = [at for at in range(1, len(text)) if not _inside_a_sign(text, at)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True) if start < end]


def _holds(text: str, link: str) -> bool:
    return re.search(re.escape(link) + r"(?![!-~])", text) is not None


def _cut(text: str, room: int) -> str:
    """The longest start of `text` within `room` bytes that ends between two things a reader sees as one."""
    end = len(text.encode()[: max(room, 0)].decode(errors="ignore"))
    while 0 < end < len(text) and _inside_a_sign(text, end):
        end -= 1
    for url in URL.finditer(text):
        if url.start() < end < url.end():
            end = url.start()
    return text[:end].rstrip()


def _inside_a_sign(text: str, at: int) -> bool:
    """Whether the sign before `at` goes on after it: accents, skin tones, flags, joined emoji."""
    if text[at - 1] == JOINER or text[at] == JOINER or "\U0001f3fb" <= text[at] <= "\U0001f3ff":
        return True
    if unicodedata.category(text[at]) in ("Mn", "Me", "Mc") or "\U000e0020" <= text[at] <= "\U000e007f":
        return True
    before = 0
    while before < at and _is_flag_half(text[at - 1 - before]):
        before += 1
    return before % 2 == 1 and _is_flag_half(text[at])


def _is_flag_half(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"
