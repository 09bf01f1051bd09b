from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from litestar import Litestar
from PIL import Image

from tests.browser import Browser
from web import assets
from web.door import app as door_app


@pytest.fixture
async def nobody(serving: Litestar) -> Browser:
    """No database is asked."""
    return Browser(serving)


async def test_worker_keeps_every_file_the_page_needs(nobody: Browser) -> None:
    answer = await nobody.get("/door/sw.js")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/javascript")
    assert (answer.headers["service-worker-allowed"], answer.headers["cache-control"]) == ("/door", "no-cache")
    found = re.search(r"SHELL = (\[[^;]+\]);", answer.text)
    assert found
    shell = json.loads(found[1])
    assert {assets.asset(name) for name in (assets.STYLES, assets.SCRIPTS, "vendor/zxing_reader.wasm", "vendor/jsQR.js")} <= set(shell)
    assert [(await nobody.get(address)).headers["cache-control"] for address in shell] == [assets.FOREVER] * len(shell)


async def test_worker_is_asked_about_and_not_sent_again(nobody: Browser) -> None:
    first = await nobody.get("/door/sw.js")
    again = await nobody.get("/door/sw.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_worker_is_another_when_a_file_is(nobody: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers install it anew as soon as its bytes differ."""
    before = (await nobody.get("/door/sw.js")).text
    monkeypatch.setattr(door_app, "SHELL", door_app.SHELL[1:])
    door_app._worker.cache_clear()
    try:
        assert (await nobody.get("/door/sw.js")).text.splitlines()[0] != before.splitlines()[0]
    finally:
        monkeypatch.undo()
        door_app._worker.cache_clear()


async def test_worker_leaves_out_what_is_not_installed(nobody: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file missing would keep all the others from being stored."""
    monkeypatch.setattr(door_app, "SHELL", (*door_app.SHELL, "vendor/nothing.js"))
    door_app._worker.cache_clear()
    try:
        assert "nothing.js" not in (await nobody.get("/door/sw.js")).text
    finally:
        monkeypatch.undo()
        door_app._worker.cache_clear()


@pytest.mark.parametrize(("language", "name"), [("zh-CN", "邻聚 签到"), ("en", "Linju check-in")])
async def test_manifest_speaks_the_readers_language(nobody: Browser, language: str, name: str) -> None:
    answer = await nobody.get("/door/app.webmanifest", headers={"accept-language": language})
    said = answer.json()
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (said["name"], said["start_url"], said["scope"], said["display"]) == (name, "/door", "/door", "standalone")
    for each in said["icons"]:
        picture = Image.open(BytesIO((await nobody.get(each["src"])).content))
        assert f"{picture.width}x{picture.height}" == each["sizes"]


@pytest.mark.parametrize("file", ["64.png", "192.svg", "9999999.png"])
async def test_icon_has_no_other_sizes(nobody: Browser, file: str) -> None:
    assert (await nobody.get(f"/door/icons/{file}")).status_code == 404
