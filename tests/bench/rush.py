"""The second at which sign-up opens: 3,000 phones, each with a connection of its own, all at once, a tenth of them 2.5 s later.

Each sends its form, waits at its number's page as that page says, and looks at its ticket. Afterwards the rows tell in which order
they were served: `overtaken_s` is by how much anybody who sent later was served before somebody, at the worst.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil

from events import migrating, sealing
from events.signup.tables import Number, Registration
from tests import databases, make
from tests.bench import pages, servers, signup

PHONES, LATE = 3_000, 0.1  # how many, and which share of them comes later
LATER = 2.5  # seconds
PLACES = 100  # families that find a place; the others come to the waiting list
LEAD = 12.0  # seconds to connect before the opening
PATIENCE = 180.0  # seconds after which a phone gives up
AGAIN = re.compile(r"delay:(\d+)s")


@dataclass
class Phone:
    """One family's: when it sent its form, how long the answer took, and how long until its ticket was there (seconds)."""

    number: str
    sent: float = 0.0
    answered: float = 0.0
    done: float = 0.0
    had_number: bool = False
    statuses: list[int] = field(default_factory=list)


def run(*, engines: list[str], workers: list[int], clients: int, seconds: float) -> Iterator[dict[str, Any]]:
    """One figure for each engine and number of workers; `clients` and `seconds` are not this one's to choose, but for a quick try."""
    many = PHONES if seconds >= 1 else 150
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for engine in engines:
        for count in workers:
            with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
                url = f"sqlite:///{folder}/bench.sqlite" if engine == "sqlite" else pages.postgres(stack, databases.CAREFUL)
                session = asyncio.run(_prepare(url))
                with servers.linju(url, Path(folder), workers=count) as address:
                    phones, memory = asyncio.run(_rush(address, session, many))
                yield {"bench": "rush", "act": "rush", "engine": engine, "workers": count, "clients": many} | asyncio.run(
                    _told(url, session, phones, memory)
                )


async def _prepare(url: str) -> int:
    sealing.use(["bench" * 8])
    async with databases.opened(url):
        await migrating.apply()
        event = await make.event(await make.store())
        session = await make.session(event, places=PLACES * signup.FAMILY, starts_at=make.at(7))
    return session.id


async def _rush(address: str, session: int, many: int) -> tuple[list[Phone], dict[str, float]]:
    token = await asyncio.to_thread(signup._token, address)
    port = urlsplit(address).port or 0
    opens = time.time() + LEAD
    phones = [Phone(make.phone()) for _ in range(many)]
    memory = {"rss_mb": _memory(), "peak_mb": 0.0}
    watch = asyncio.create_task(_watch(memory))
    late = many - int(many * LATE)
    acts = (_family(phone, port, session, token, opens + (LATER if n >= late else 0)) for n, phone in enumerate(phones))
    await asyncio.gather(*acts)
    watch.cancel()
    return phones, memory


async def _family(phone: Phone, port: int, session: int, token: str, at: float) -> None:
    body = urlencode(signup._typed() | {"key": make.key(), "phone": phone.number})
    wire = Wire(port, {"linju_csrf": token})
    await wire.connect()
    await asyncio.sleep(at - time.time())
    phone.sent = time.time()
    status, where, _page = await wire.ask("POST", f"/my/sessions/{session}/registration", body, token)
    phone.answered = time.time() - phone.sent
    phone.statuses.append(status)
    again = False
    while status in {200, 303} and time.time() - phone.sent < PATIENCE:
        phone.had_number |= where.startswith("/my/numbers/")
        is_ticket = where.startswith("/my/registrations/")
        status, onwards, page = await wire.ask("GET", where, again=again)
        again = False
        phone.statuses.append(status)
        if status == 303:
            where = onwards
        elif is_ticket:
            phone.done = time.time() - phone.sent
            break
        elif onwards:
            status, where = 303, onwards
        elif found := AGAIN.search(page):
            await asyncio.sleep(int(found[1]))
            again = True  # its page asks by itself, for the part that changes
    wire.close()


class Wire:
    """One kept connection with its cookies."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self._port, self._cookies = port, cookies

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)

    async def ask(self, method: str, path: str, body: str = "", token: str = "", *, again: bool = False) -> tuple[int, str, str]:
        """Status, where it leads, and the page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept: text/html\r\nCookie: {cookies}\r\n"
        if again:
            head += "HX-Request: true\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\nX-CSRFToken: {token}\r\n"
        request = f"{head}\r\n{body}".encode("ascii")
        self._writer.write(request)
        try:
            answer = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):  # closed while it was idle, as a browser knows it
            await self.connect()
            self._writer.write(request)
            answer = await self._reader.readuntil(b"\r\n\r\n")
        lines = answer.decode("latin-1").split("\r\n")
        where, length = "", 0
        for line in lines[1:]:
            name, _colon, value = line.partition(": ")
            match name.lower():
                case "location" | "hx-redirect":
                    where = value
                case "content-length":
                    length = int(value)
                case "set-cookie":
                    cookie, _equals, kept = value.partition(";")[0].partition("=")
                    self._cookies[cookie] = kept
        page = (await self._reader.readexactly(length)).decode(errors="replace")
        return int(lines[0].split(" ")[1]), where, page

    def close(self) -> None:
        self._writer.close()


def _memory() -> float:
    """What the server's processes hold together, in MB."""
    held = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any("serve" in part or "multiprocessing" in part for part in process.cmdline()):
                held += process.memory_info().rss
    return round(held / 1e6, 1)


async def _watch(memory: dict[str, float]) -> None:
    while True:
        memory["peak_mb"] = max(memory["peak_mb"], await asyncio.to_thread(_memory))
        await asyncio.sleep(0.5)


async def _told(url: str, session: int, phones: list[Phone], memory: dict[str, float]) -> dict[str, Any]:
    """What became of them, from the answers and from the rows. Raises RuntimeError where somebody was lost, or two sat on one place."""
    sent = {phone.number: phone.sent for phone in phones}
    async with databases.opened(url):
        rows = (
            await Registration.select(Registration.phone, Registration.state)
            .where(Registration.session == session)
            .order_by(Registration.id)
        )
        left = await Number.count().where(Number.state == "waiting")
        refusals = dict(Counter(row["refusal"] for row in await Number.select(Number.refusal).where(Number.state == "refused")))
    statuses = Counter(status for phone in phones for status in phone.statuses)
    latest, overtaken = 0.0, 0.0
    for row in rows:
        overtaken = max(overtaken, latest - sent[row["phone"]])
        latest = max(latest, sent[row["phone"]])
    placed = sum(row["state"] == "placed" for row in rows)
    if len({row["phone"] for row in rows}) != len(phones) or len(rows) != len(phones) or left or placed != min(PLACES, len(phones)):
        said = {"registrations": len(rows), "placed": placed, "numbers left": left, "statuses": dict(statuses), "refusals": refusals}
        raise RuntimeError(f"of {len(phones)} phones not all are there once: {said}")
    answered, done = sorted(phone.answered for phone in phones), sorted(phone.done for phone in phones)
    first = min(sent.values())
    return {
        "per_s": round(len(phones) / (max(phone.sent + phone.done for phone in phones) - first), 1),
        "numbers": sum(phone.had_number for phone in phones),
        "answer_p50_s": _at(answered, 0.5),
        "answer_p99_s": _at(answered, 0.99),
        "answer_max_s": _at(answered, 1),
        "ticket_p50_s": _at(done, 0.5),
        "ticket_p99_s": _at(done, 0.99),
        "ticket_max_s": _at(done, 1),
        "overtaken_s": round(overtaken, 2),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "lost": sum(not phone.done for phone in phones),
        **memory,
    }


def _at(times: list[float], share: float) -> float:
    return round(times[min(int(len(times) * share), len(times) - 1)], 2)
