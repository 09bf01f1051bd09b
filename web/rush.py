"""Whoever has a number is served: here while few wait, by a process of its own once many do.

Thousands of pages in one event loop would let each statement of a sign-up wait for a turn of that loop. The helping process has its own;
it comes with the rush and goes when nobody waits any more. Any number of workers may want one: a node has one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import structlog

from events import frontier
from events.signup import queueing, serving

FEW = 64  # numbers that are served here
GLANCE = 1.0  # seconds
RECOVERY = 5.0  # seconds after an error, or until another helper is called
IDLE = 20.0  # seconds a helper stays when nobody waits

log = structlog.get_logger("linju")


async def watch(stop: asyncio.Event, folder: Path, *, can_call: bool = True) -> None:
    """In every process that serves pages, until `stop`; `folder` is where the node's data are."""
    helper: asyncio.subprocess.Process | None = None
    try:
        while not stop.is_set():
            pause = GLANCE
            try:
                waiting = await queueing.waiting()
                if can_call and waiting > FEW and helper is None and not _has_one(folder):
                    helper = await _call()
                if helper is not None and helper.returncode is not None:
                    helper, pause = None, RECOVERY
                elif waiting and helper is None and await serving.serve():
                    continue
            except Exception as error:  # noqa: BLE001 -- a family waits: whatever it is, look again
                log.error("numbers are not served", kind=type(error).__name__)  # noqa: TRY400 -- the text may quote a row
                pause = RECOVERY
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
    finally:
        if helper is not None and helper.returncode is None:
            helper.terminate()
            await helper.wait()


async def help_out(folder: Path) -> None:
    """The helping process: serves until nobody has waited for a while. Ends at once where this node has one already."""
    with _alone(folder) as is_alone, frontier.kept(folder):
        idle = 0.0
        while is_alone and idle < IDLE and os.getppid() != 1:
            if await serving.serve():
                idle = 0.0
            else:
                idle += GLANCE
                await asyncio.sleep(GLANCE)


async def _call() -> asyncio.subprocess.Process | None:
    try:
        return await asyncio.create_subprocess_exec(sys.executable, "-m", "web", "numbers", stdin=asyncio.subprocess.DEVNULL)
    except OSError:
        return None  # no room for another process: they are served here


def _has_one(folder: Path) -> bool:
    with _alone(folder) as is_alone:
        return not is_alone


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether this is the node's only helper; the kernel ends the claim of one that dies."""
    file = os.open(folder / "rush", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(file)
