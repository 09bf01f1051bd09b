"""Workers that tell families by SMS and e-mail are killed, one after the other: nothing is lost, and nothing is repeated."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_string
from email.policy import default
from pathlib import Path
from random import Random
from typing import Any

import pytest

from events import clock, sealing
from events.catalog.tables import Session
from events.leases import Lease
from events.notices.tables import Notice, NoticeState
from events.people.tables import Household, Message
from events.signup.tables import Registration
from tests import mail, make
from tests.races.processes import SECRET, environment
from tests.standin import SMS, Standin

KILLS, FAMILIES = 3, 30
PATIENCE = 60.0  # seconds
SLOW = 0.02  # seconds the gateway takes


@pytest.fixture(autouse=True)
def _key() -> None:
    sealing.use([SECRET])


@contextlib.asynccontextmanager
async def worker(given: dict[str, str], folder: Path) -> AsyncIterator[None]:
    """`linju worker`, killed at the end as by a power cut."""
    command = [sys.executable, "-c", "from web.cli import main; main()", "worker"]
    with (folder / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, env=given, stdout=asyncio.subprocess.PIPE, stderr=log)
        assert process.stdout and await process.stdout.readline(), (folder / "worker.log").read_text()
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()


async def test_every_family_hears_once_though_workers_are_killed(url: str, standin: Standin, tmp_path: Path) -> None:
    session = await make.session(places=200)
    rows = [await family(session, n) for n in range(FAMILIES)]
    standin.next(FAMILIES, route=SMS, delay=SLOW)
    chance, killed = Random(11), 0
    async with mail.running() as host:
        settings = {"LINJU_SMTP": f"smtp://127.0.0.1:{host.port}", "LINJU_SMTP_FROM": "hello@example.com"}
        gateway = {"LINJU_SMS_ADDRESS": standin.address + SMS, "LINJU_SMS_TOKEN": "t", "LINJU_ADDRESS": "http://127.0.0.1:8000"}
        given = environment(url) | settings | gateway | {"LINJU_DATA": str(tmp_path)}
        while killed < KILLS:
            async with worker(given, tmp_path):
                wanted = len(standin.texts()) + len(host.mails) + chance.randint(2, 6)
                await until(lambda wanted=wanted: len(standin.texts()) + len(host.mails) >= wanted)
                await asyncio.sleep(chance.random() * SLOW)
            killed += 1
            await aged()
        async with worker(given, tmp_path):
            while await Notice.exists().where(Notice.state.is_in([NoticeState.DUE, NoticeState.LEAVING])):
                await asyncio.sleep(0.1)
        mails = [message_from_string(each.removesuffix(".\r\n"), policy=default) for each in host.mails]
    reached = Counter([to for to, _text in standin.texts()] + [str(each["to"]) for each in mails])
    assert max(reached.values()) == 1  # nothing was repeated
    states = {row.registration: row.state for row in await Notice.objects()}
    told = {to for row, to in rows if states[row.id] == NoticeState.SENT}
    unknown = {to for row, to in rows if states[row.id] == NoticeState.UNKNOWN}
    assert told | unknown == {to for _row, to in rows}  # nothing was lost
    assert told <= set(reached) and len(unknown) <= KILLS * 2
    assert all(each["list-unsubscribe"].endswith("/all>") and "报上了" in each["subject"] for each in mails)
    log = (tmp_path / "worker.log").read_text()
    assert log and not [to for to in reached if to in log]
    print("told", len(told), "unknown", len(unknown), "by mail", len(mails))  # noqa: T201 -- seen with -rP


async def family(session: Session, number: int) -> tuple[Registration, str]:
    """Every third by an e-mail address it proved, the others by the phone they typed."""
    phone, address = f"1391111{number:04}", f"lin{number}@example.com"
    row = await make.registration(session, party=make.party(phone=phone))
    if number % 3:
        return row, phone
    proven: dict[Any, Any] = {Household.email: address, Household.email_proven_at: clock.now()}
    await Household.update(proven).where(Household.id == row.household)
    return row, address


async def until(is_so: object) -> None:
    """Within our patience."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # type: ignore[operator]  # -- a function
            await asyncio.sleep(0.005)


async def aged() -> None:
    """As if half a minute had passed: leases of the dead are over."""
    long_ago = clock.now() - timedelta(minutes=1)
    await Lease.update({Lease.until: long_ago}, force=True)
    await Message.update({Message.lease_until: long_ago}).where(Message.lease_until.is_not_null())
