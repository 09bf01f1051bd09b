"""What a spreadsheet would run: text from families must never be that. One rule for writing and for reading back."""

from __future__ import annotations

import re
import unicodedata

_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # letters that show nothing; some programs drop them
_STARTS = re.compile(f"[\\s'{_UNSEEN}]*[=+\\-@]|[\t\r]")
_ENOUGH = 200  # letters: nothing behind so many blanks is run


def is_like(text: str) -> bool:
    """Whether a spreadsheet may take it for a formula, in half or full width; or it is one that was `kept` from being so."""
    return not _is_blank(text) and _STARTS.match(unicodedata.normalize("NFKC", text[:_ENOUGH])) is not None


def kept(text: str) -> str:
    """A ' before what is like a formula makes it text."""
    return f"'{text}" if is_like(text) else text


def freed(text: str) -> str:
    """As it was before it was `kept`."""
    return text[1:] if text.startswith("'") and is_like(text[1:]) else text


def _is_blank(text: str) -> bool:
    """Blanks alone are nothing, and come back as nothing."""
    return not text.strip()
