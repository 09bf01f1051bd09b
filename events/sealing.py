"""Seals what must be stored but never shown: the addresses of chat robots. The keys come from the settings."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32  # characters

_keys: list[MultiFernet] = []  # one, once `use` was called


class Unreadable(Exception):
    """Sealed under a key we no longer have, or damaged. Says nothing of the content."""


class Credential(str):
    """Text that opens a door. Logs and tracebacks show `repr`, so that shows its tail only."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Credential({masked(self)})"


def use(keys: Sequence[str]) -> None:
    """Take the keys, newest first: the first seals, each of them opens. ValueError if one is short of 32 characters."""
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise ValueError(f"a sealing key needs at least {SHORTEST_KEY} characters")
    _keys[:] = [MultiFernet([_fernet(key) for key in keys])]


def seal(text: str) -> str:
    """A sealed form for a column; the same text seals differently each time."""
    return _fernets().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> Credential:
    """The text again, or Unreadable."""
    try:
        return Credential(_fernets().decrypt(sealed.encode()).decode())
    except InvalidToken:
        raise Unreadable("sealed under another key, or damaged") from None


def reseal(sealed: str) -> str:
    """The same text under the newest key, its time of sealing kept; Unreadable if no key opens it."""
    try:
        return _fernets().rotate(sealed.encode()).decode("ascii")
    except InvalidToken:
        raise Unreadable("sealed under another key, or damaged") from None


def masked(text: str) -> str:
    """The last 4 characters, enough to tell two robots apart; nothing at all of a short text."""
    return f"…{text[-4:]}" if len(text) >= 16 else "…"


def _fernets() -> MultiFernet:
    if not _keys:
        raise RuntimeError("sealing.use() was not called")
    return _keys[0]


def _fernet(key: str) -> Fernet:
    """Any long text serves as a key: HKDF (RFC 5869) makes the 32 bytes, apart from other uses of the same text."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"linju sealing").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
