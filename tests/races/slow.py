"""Time to think between looking and writing: what a slow machine makes of it anyway."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")
THOUGHT = 0.02  # seconds


def slowly(look: Callable[Given, Coroutine[Any, Any, Found]]) -> Callable[Given, Coroutine[Any, Any, Found]]:
    """The same, and a thought after it."""

    @functools.wraps(look)
    async def looking(*args: Given.args, **of: Given.kwargs) -> Found:
        found = await look(*args, **of)
        await asyncio.sleep(THOUGHT)
        return found

    return looking
