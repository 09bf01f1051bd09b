"""What journeys at the door share: pictures for the camera, and a phone that stands at a session's door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import BytesIO
from typing import Any

import httpx
import qrcode
from PIL import Image
from playwright.async_api import Page, expect
from qrcode.constants import ERROR_CORRECT_Q

from events.checkin.tables import Passage, Scan
from events.people import sign_ins
from events.signup.tables import Registration
from tests.journeys.conftest import CAMERA, Phones, Site
from web.viewer import STAFF_COOKIE

WAIT = 10.0  # seconds until something that needs a server must be seen
GREY, BLACK = (150, 150, 150), (0, 0, 0)


async def ticket_picture(address: str, family: Registration) -> Image.Image:
    """The QR as the family's own page serves it."""
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{address}/M/{family.secret}/ticket.png")
    assert answer.status_code == httpx.codes.OK
    return Image.open(BytesIO(answer.content))


def code(text: str) -> Image.Image:
    """Any other QR."""
    drawn = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    drawn.add_data(text, optimize=0)
    return drawn.make_image().get_image()


def film(picture: Image.Image | None = None, *, ground: tuple[int, int, int] = GREY) -> None:
    """What the camera sees from its next start on."""
    frame = Image.new("RGB", (640, 480), ground)
    if picture is not None:
        frame.paste(picture.convert("RGB").resize((300, 300), Image.Resampling.NEAREST), (170, 90))
    data = BytesIO()
    frame.save(data, "JPEG", quality=85)
    whole = CAMERA.with_suffix(".new")
    whole.write_bytes(data.getvalue())
    whole.replace(CAMERA)  # a camera that is running never reads half a picture


async def stand(phones: Phones, site: Site, *, page: Page | None = None, **more: Any) -> Page:
    """A signed-in phone at the session's door, with its roster."""
    page = page or await phones.new(may_lose=True, **more)
    await page.context.grant_permissions(["camera"], origin=site.address)
    await sign_in(page, site)
    await open_door(page, site)
    return page


async def sign_in(page: Page, site: Site) -> None:
    """As the host; the form has its own journeys."""
    token = await sign_ins.start_again(site.host)
    await page.context.add_cookies([{"name": STAFF_COOKIE, "value": token, "url": site.address, "httpOnly": True, "sameSite": "Lax"}])


async def open_door(page: Page, site: Site) -> None:
    await page.goto(f"{site.address}/door/{site.session.id}")
    await expect(page.locator("main[data-ready=true]")).to_be_attached()


async def installed(page: Page) -> None:
    """Its worker has what the page needs without a connection."""
    await page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    await until(lambda: page.evaluate("async () => (await (await caches.open('linju-door-pages')).keys()).length > 1"))


async def scan(page: Page, text: str, how: str = "camera") -> None:
    """As if the camera had read it."""
    await page.evaluate("([text, how]) => door.handle(text, how)", [text, how])


async def press(page: Page, name: str) -> None:
    await page.click(f"#answer [data-do={name}]")


async def act(page: Page, name: str, word: str) -> None:
    """Press it, and see what the page says once it is on the phone's disk."""
    await press(page, name)
    await expect(page.locator("#answer-word")).to_have_text(word)


async def expect_answer(page: Page, verdict: str) -> None:
    await expect(page.locator("#answer")).to_have_attribute("data-verdict", verdict)
    await expect(page.locator("#answer")).to_be_visible()


async def expect_waiting(page: Page, number: int) -> None:
    """So many scans are not uploaded."""
    await expect(page.locator("#door-waiting")).to_have_attribute("data-n", str(number), timeout=WAIT * 1000)


async def until(holds: Callable[[], Any]) -> None:
    """Something becomes true in the database."""
    for _ in range(int(WAIT / 0.05)):
        if await holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(holds)


async def scans() -> list[Scan]:
    """All acts, in the order in which they were done."""
    return await Scan.objects().order_by(Scan.at, Scan.id)


async def inside() -> set[int]:
    """Whom a standing passage brought in."""
    return {row.attendee for row in await Passage.objects().where(Passage.undone_at.is_null() & (Passage.way == "in"))}
