"""Unguessable codes, and the digests under which the ones that open doors are stored."""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base32: no I, L, O, U
_LETTERS = ALPHABET.encode() * 8  # of each byte one, every one as often as the others


def secret(length: int) -> str:
    """Upper-case base32 of `length` characters, 5 bits each."""
    return secrets.token_bytes(length).translate(_LETTERS).decode()


def digits(length: int) -> str:
    """`length` decimal digits, never starting with 0 so that people read it as one number."""
    return str(secrets.randbelow(9 * 10 ** (length - 1)) + 10 ** (length - 1))


def token() -> str:
    """256 bits, url-safe: what a cookie holds."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """SHA-256 in hex: enough for secrets that are random to begin with."""
    return hashlib.sha256(text.encode()).hexdigest()
