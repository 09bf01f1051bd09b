"""A real server process, the stand-in and real Chromium at phone size. A page fails its test when the browser complains."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import Any

import httpx
import psutil
import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, async_playwright

from events import clock, sealing
from events.catalog.tables import Event, Session, Store
from events.db.engine import PooledEngine
from events.people.tables import Role, Staff
from tests import make
from tests.standin import SMS, Standin

SECRET = "a secret of journeys and longer than 32 characters"
PASSWORD = "persimmon and tea"
PHONE: ViewportSize = {"width": 390, "height": 844}
ONLY_HERE = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1, EXCLUDE localhost"
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic")
PATIENCE = 20  # seconds for Chromium to close something
EXPECTED = "status of 422"  # a form sent back with its errors is no fault
LOST = ("net::ERR_", "status of 401", "status of 410", "status of 503")  # nor is what a phone says while nobody answers it any more
CAMERA = Path(tempfile.gettempdir()) / f"linju-camera-{os.getpid()}.mjpeg"  # what the browser's camera sees; `film` writes it
FILM = ("--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={CAMERA}")


@dataclass(frozen=True)
class Site:
    """A store with its host, an event, and a session that starts within the hour at about local noon."""

    address: str
    store: Store
    host: Staff
    event: Event
    session: Session


@pytest.fixture(scope="module")
async def served(opened: PooledEngine, standin_running: Standin, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """`linju serve` on the test's database; gives its address."""
    async with serving(opened.url, standin_running, tmp_path_factory.mktemp("data")) as server:
        yield server.address


@dataclass
class Server:
    """A server of our own, which a test may freeze or kill and start anew at the same address."""

    address: str
    process: subprocess.Popen[bytes]
    given: dict[str, str]
    log: Path

    def hurt(self, signal: Signals) -> None:
        """Send it to all its processes: those that answer are its children."""
        parent = psutil.Process(self.process.pid)
        for each in [*parent.children(recursive=True), parent]:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.send_signal(signal)

    async def start(self) -> None:
        """Once more, after its end."""
        self.process.wait(15)
        self.process = _process(self.address, self.given, self.log)
        await _ready(self.address, self.process, self.log)


@contextlib.asynccontextmanager
async def serving(database: str, standin: Standin, folder: Path, **more: str) -> AsyncIterator[Server]:
    """`linju serve` on a database, until the end of the block; with more of its environment."""
    address = f"http://127.0.0.1:{_free_port()}"
    given = {
        "DATABASE_URL": database,
        "LINJU_ADDRESS": address,
        "LINJU_DATA": str(folder),
        "LINJU_SECRET": SECRET,
        "LINJU_WECOM_ADDRESS": standin.address,
        "LINJU_SMS_ADDRESS": standin.address + SMS,
        "LINJU_SMS_TOKEN": "t",
        **more,
    }
    log = folder / "server.log"
    server = Server(address, _process(address, given, log), given, log)
    try:
        await _ready(address, server.process, log)
        yield server
    finally:
        server.process.terminate()
        server.process.wait(15)


@pytest.fixture
async def site(engine: PooledEngine, served: str) -> Site:
    sealing.use([SECRET])
    store = await make.store("梅园路店", zone=_where_it_is_noon())
    host = await make.staff(Role.HOST, store, name="周宁", login="ning", password=PASSWORD)
    event = await make.event(store, host=host, title="剪一条会游的纸鱼", summary="一张彩纸、一把圆头剪刀。", age_from=4, age_to=8)
    soon = clock.now().replace(microsecond=0)
    session = await make.session(event, places=6, starts_at=soon + make.MINUTE * 30, ends_at=soon + make.MINUTE * 120)
    return Site(served, store, host, event, session)


@pytest.fixture(scope="module")
async def chromium() -> AsyncIterator[Browser]:
    Image.new("RGB", (640, 480)).save(CAMERA, "JPEG")  # a browser that starts without its file has no camera
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", ONLY_HERE, *QUIET, *FILM]
        browser = await playwright.chromium.launch(executable_path=program, args=args)
        yield browser
        await _within(browser.close())
    CAMERA.unlink(missing_ok=True)


class Phone:
    """One device: its pages, and what the browser complained of."""

    def __init__(self, context: BrowserContext, *, may_lose: bool = False) -> None:
        self.context = context
        self._expected = (EXPECTED, *LOST) if may_lose else (EXPECTED,)
        self.complaints: list[str] = []

    async def page(self) -> Page:
        page = await self.context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(each in message.text for each in self._expected):
            self.complaints.append(message.text)


@pytest.fixture
async def phones(chromium: Browser) -> AsyncIterator[Phones]:
    made = Phones(chromium)
    yield made
    await made.close()


class Phones:
    """Makes devices that know nothing of one another."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._made: list[Phone] = []

    async def new(self, *, script: bool = True, may_lose: bool = False, **more: Any) -> Page:
        """A page on a new phone, in Chinese. `may_lose`: it will be without a connection at times."""
        looks: dict[str, Any] = {"viewport": PHONE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "java_script_enabled": script}
        context = await self._chromium.new_context(**looks | more)
        phone = Phone(context, may_lose=may_lose)
        self._made.append(phone)
        return await phone.page()

    async def close(self) -> None:
        complaints = [complaint for phone in self._made for complaint in phone.complaints]
        for phone in self._made:
            await _within(phone.context.close())
        assert complaints == []


async def _within(closing: Awaitable[None]) -> None:
    """Chromium now and then never answers when it is closed in the middle of a page's coming: what is left ends with the browser."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(closing, PATIENCE)


async def sign_in(page: Page, site: Site, *, login: str = "ning") -> None:
    """Through the form, as staff do."""
    await page.goto(f"{site.address}/desk")
    await page.fill("input[name=login]", login)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("main button[type=submit]")
    await page.wait_for_url(f"{site.address}/desk")


def _where_it_is_noon() -> str:
    """A zone in which it is neither night (groups rest) nor near midnight (another day)."""
    return "Asia/Shanghai" if 2 <= clock.now().hour < 10 else "Europe/Berlin" if 10 <= clock.now().hour < 18 else "America/Los_Angeles"


def _process(address: str, given: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "web", "serve", "--port", address.rpartition(":")[2]]
    with log.open("ab") as out:
        return subprocess.Popen(command, env=os.environ | given, cwd=Path(__file__).parents[2], stdout=out, stderr=out)


async def _ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{address}/health/ready")).status_code == httpx.codes.OK:
                    return
            assert server.poll() is None, log.read_text()  # noqa: ASYNC240 -- at the end of a failed start
            await asyncio.sleep(0.1)
    pytest.fail(log.read_text())  # noqa: ASYNC240 -- at the end of a failed start


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
