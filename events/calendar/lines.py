"""Content lines (RFC 5545, 3.1): a property's name and value in, folded bytes out."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 74  # octets of text in a row; a folded row begins with a blank besides, and 75 is the most
ENDED = b"\r\n"
FOLD = b"\r\n "
NO_END = b"\\^"  # a row does not end in what begins an escape: some readers undo escapes before they unfold
_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")  # not allowed in a TEXT, RFC 5545, 3.1


@lru_cache(maxsize=4_096)
def text(name: str, value: str) -> bytes:
    """A property that holds TEXT. Kept: the sessions of an event say the same."""
    return raw(f"{name}:{escaped(value)}")


def raw(line: str) -> bytes:
    """A line as it is, folded between signs, never inside one."""
    data = line.encode()
    if len(data) <= LONGEST:
        return data + ENDED
    rows, start = [], 0
    while len(data) - start > LONGEST:
        end = _end(data, start)
        rows.append(data[start:end])
        start = end
    return FOLD.join([*rows, data[start:]]) + ENDED


def escaped(value: str) -> str:
    """As a TEXT is written (RFC 5545, 3.3.11)."""
    return value.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")


def paragraphs(words: str) -> str:
    """What people typed, as a TEXT may hold it: breaks of all kinds are one kind, control characters are gone."""
    return _CONTROL.sub("", _BREAK.sub("\n", words)).strip()


def one(words: str) -> str:
    """The same in one line."""
    return paragraphs(words).replace("\n", " ")


def _end(data: bytes, start: int) -> int:
    """Where the row that begins here ends."""
    end = start + LONGEST
    while data[end] & 0xC0 == 0x80:  # inside a sign
        end -= 1
    return end - 1 if data[end - 1] in NO_END and end - 1 > start else end
