"""Seals what must be stored but never shown: the addresses of chat robots. The keys come from the settings."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32  # characters

_keys: list[MultiFernet] = []  # one, once `use` was called
_newest: list[Fernet] = []  # the first of them alone
_sivs: list[AESSIV] = []  # as many as there are keys, newest first


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
    _newest[:] = [_fernet(keys[0])]
    _sivs[:] = [AESSIV(_derived(key, b"linju marks")) for key in keys]


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


def is_newest(sealed: str) -> bool:
    """Whether the newest key sealed it."""
    try:
        _newest[0].decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def mark(content: bytes) -> str:
    """A short sealed form for an address, the same each time: AES-SIV (RFC 5297), 16 bytes longer than what it holds."""
    if not _sivs:
        raise RuntimeError("sealing.use() was not called")
    return base64.urlsafe_b64encode(_sivs[0].encrypt(content, None)).decode("ascii").rstrip("=")


def unmark(mark: str) -> bytes:
    """What a mark holds, or Unreadable: made up, damaged, or of a key we no longer have."""
    try:
        sealed = base64.urlsafe_b64decode(mark.encode("ascii") + b"=" * (-len(mark) % 4))
    except (binascii.Error, UnicodeEncodeError):
        raise Unreadable("no mark of ours") from None
    for each in _sivs:
        with contextlib.suppress(InvalidTag, ValueError):
            return each.decrypt(sealed, None)
    raise Unreadable("no mark of ours")


def masked(text: str) -> str:
    """The last 4 characters, enough to tell two robots apart; nothing at all of a short text."""
    return f"…{text[-4:]}" if len(text) >= 16 else "…"


def _fernets() -> MultiFernet:
    if not _keys:
        raise RuntimeError("sealing.use() was not called")
    return _keys[0]


def _fernet(key: str) -> Fernet:
    """Any long text serves as a key: HKDF (RFC 5869) makes the 32 bytes, apart from other uses of the same text."""
    return Fernet(base64.urlsafe_b64encode(_derived(key, b"linju sealing")))


def _derived(key: str, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=use).derive(key.encode())
