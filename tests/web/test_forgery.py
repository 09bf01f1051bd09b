"""Tokens of forms: what is remembered of them. What is refused stands in test_security."""

from __future__ import annotations

from typing import Any

from litestar.config.csrf import CSRFConfig
from litestar.middleware.csrf import generate_csrf_token

from web.forgery import Guard

SECRET = "a secret of this test"


async def nobody(*_args: Any) -> None:
    """The application behind the guard."""


def test_only_what_may_be_a_token_is_remembered() -> None:
    """Anybody may send any, as long and as often as they like: memory must not grow by it."""
    guard = Guard(nobody, CSRFConfig(secret=SECRET))
    mine = generate_csrf_token(SECRET)
    assert guard._decode_csrf_token(mine) == mine[:64]
    for forged in ("", mine[:-1], mine + "a", "a" * 100_000, "é" * 128):
        assert guard._decode_csrf_token(forged) is None
    assert guard._signed.cache_info().currsize == 1
    assert guard._decode_csrf_token("a" * 128) is None
