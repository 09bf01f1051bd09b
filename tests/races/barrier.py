"""A worker's side of starting together: say that it is up, wait for the word, give the answer."""

from __future__ import annotations

import asyncio
import json
import sys


async def wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)


def answer(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
