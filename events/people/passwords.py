"""Passwords: argon2id, worked out beside the event loop, and never inside a transaction."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from events.db import in_writing
from events.errors import Refused, _

Result = TypeVar("Result")
SHORTEST, LONGEST = 8, 200

# 32 MiB a go, above OWASP's floor (Password Storage Cheat Sheet: 19 MiB, 2 rounds), and two goes at a time: a small machine holds.
_argon2 = PasswordHash((Argon2Hasher(memory_cost=32 * 1024, time_cost=3, parallelism=1),))
_threads = ThreadPoolExecutor(2, thread_name_prefix="argon2")


async def hashed(password: str) -> str:
    """What to store. About a tenth of a second."""
    return await _beside(_argon2.hash, _same_form(password))


async def matches(password: str, stored: str | None) -> bool:
    """Whether this is the password; without a stored one it is not, and that takes as long."""
    against = await _beside(_nobody) if stored is None else stored
    right = await _beside(_argon2.verify, _same_form(password), against)
    return right and stored is not None


def check(password: str, *, login: str, field: str = "password") -> None:
    """Refused: shorter than SHORTEST, longer than LONGEST, or the login itself."""
    if len(password) < SHORTEST:
        raise Refused(_("密码至少 %(n)s 个字"), field=field, n=SHORTEST)
    if len(password) > LONGEST:
        raise Refused(_("密码最多 %(n)s 个字"), field=field, n=LONGEST)
    if _same_form(password).casefold().strip() == login:
        raise Refused(_("密码不能就是登录名"), field=field)


async def _beside(work: Callable[..., Result], *args: str) -> Result:
    if in_writing():
        raise RuntimeError("a password was worked out inside writing()")
    return await asyncio.get_running_loop().run_in_executor(_threads, work, *args)


@cache
def _nobody() -> str:
    return _argon2.hash("nobody")


def _same_form(password: str) -> str:
    """One spelling however a keyboard composes it (NIST SP 800-63B, 5.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
