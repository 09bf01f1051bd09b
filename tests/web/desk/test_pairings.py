from __future__ import annotations

import base64
import re
from io import BytesIO

import zxingcpp
from PIL import Image

from events.signup.tables import Pairing
from tests import browser
from tests.browser import ADDRESS, Browser
from tests.cast import Cast


async def test_create_shows_a_qr_that_makes_the_familys_phone_theirs(cast: Cast, host_client: Browser, anyone: Browser) -> None:
    page = f"/desk/registrations/{cast.chens_registration.id}"
    drawn = await browser.post(host_client, f"{page}/pairing", page=page)
    (picture,) = re.findall(r'src="data:image/png;base64,([^"]+)"', drawn.text)
    (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(base64.b64decode(picture))))
    assert drawn.status_code == 200
    assert code.text.startswith(f"{ADDRESS.upper()}/P/")
    joined = await browser.post(anyone, code.text.removeprefix(ADDRESS.upper()))
    assert joined.headers["location"] == f"/my/registrations/{cast.chens_registration.id}"
    assert (await anyone.follow(joined)).status_code == 200


async def test_create_is_for_staff_of_the_store(cast: Cast, foreign_client: Browser, family_client: Browser) -> None:
    path = f"/desk/registrations/{cast.chens_registration.id}/pairing"
    assert (await foreign_client.post(path)).status_code == 404
    assert (await family_client.post(path)).status_code == 303  # to the sign-in
    assert await Pairing.count() == 0
