"""Numbers are committed together: one transaction for all that came while the one before was on its way to the disk."""

from __future__ import annotations

import asyncio

from events import db
from events.errors import Refused, _
from events.signup.tables import Number

LONGEST = 20_000  # numbers that wait in one session
WRITTEN = 50  # in one transaction


class Together:
    """Where numbers wait for their transaction."""

    def __init__(self) -> None:
        self._due: list[tuple[Number, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, number: Number) -> None:
        """Returns once the number is committed."""
        if db.in_writing():
            raise RuntimeError("A number is committed by itself: take it outside writing().")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._due.append((number, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._due:
            batch, self._due = self._due[:WRITTEN], self._due[WRITTEN:]
            try:
                refused = await _insert([number for number, _done in batch])
            except Exception as error:  # noqa: BLE001 -- each of them has to hear of it
                refused = dict.fromkeys((number.key for number, _done in batch), error)
            for number, done in batch:
                if done.done():
                    continue  # its browser left
                if number.key in refused:
                    done.set_exception(refused[number.key])
                else:
                    done.set_result(None)


async def _insert(numbers: list[Number]) -> dict[str, Exception]:
    """Write them down, but for those whose session has too many; gives what to say to these, by key."""
    async with db.writing():
        counted = await Number.raw("SELECT session, COUNT(*) AS n FROM queue_number WHERE state = 'waiting' GROUP BY session")
        full = {row["session"] for row in counted if row["n"] >= LONGEST}
        fitting = [number for number in numbers if number.session not in full]
        if fitting:
            await Number.insert(*fitting).on_conflict(action="DO NOTHING")
    too_many = Refused(_("现在报名的人太多了，等几秒再点一次，填的都还在"))
    return {number.key: too_many for number in numbers if number.session in full}
