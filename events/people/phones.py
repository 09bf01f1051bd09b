"""Mainland mobile numbers as people type them and as pages show them."""

from __future__ import annotations

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\-‐-―−.·・()/\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_COUNTRY = re.compile(r"(?:\+|00)?86(?=[0-9]{11}\Z)")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def normalise(text: str) -> str | None:
    """The 11 digits of a mainland mobile, or None; full-width digits, separators and +86 are understood."""
    digits = _COUNTRY.sub("", _SEPARATORS.sub("", unicodedata.normalize("NFKC", text)), count=1)
    return digits if _MOBILE.fullmatch(digits) else None


def masked(phone: str) -> str:
    """ "138****8000": enough for its owner, too little for anyone else."""
    return f"{phone[:3]}****{phone[-4:]}"


def spaced(phone: str) -> str:
    """ "138 0013 8000", the way it is read aloud."""
    return f"{phone[:3]} {phone[3:7]} {phone[7:]}"
