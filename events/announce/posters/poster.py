"""What a poster says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

EDITION = 1  # of the drawing: what was drawn before it is not this any more


@dataclass(frozen=True, slots=True)
class Fact:
    """When, where, how much. `icon` is SVG shapes on 24 by 24 in strokes; the first line is the bold one."""

    icon: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What a poster says, in words ready to read: whatever is empty is not drawn.

    `stamp` says that it was called off, `why` the reason. `payload` is what the QR holds, `call` what it is good for.
    `cover` is a JPEG or PNG, `logo` an SVG document.
    """

    title: str
    kind: str
    payload: str
    call: str
    store: str
    cover: bytes
    kind_icon: str = ""
    summary: str = ""
    leaf: tuple[str, str] | None = None
    facts: tuple[Fact, ...] = ()
    stamp: str = ""
    why: str = ""
    hint: str = ""
    store_note: str = ""
    logo: str = ""

    @property
    def digest(self) -> str:
        """Of everything it says: the same words and picture are the same poster."""
        words = repr(replace(self, cover=b""))
        return hashlib.sha256(f"{EDITION} {words}".encode() + self.cover).hexdigest()
