"""What makes the door an app: its worker, its manifest, its icons. They tell of no session and no name: nobody need be signed in."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import Any

import resvg_py
from litestar import Request, Response, get
from litestar.params import FromPath

from events.errors import NotThere, _
from web import assets, language, places, viewer
from web.pressed import PRECOMPRESSED, Pressed

AnyRequest = Request[Any, Any, Any]
SCOPE = "/door"
WORKER = "js/worker.js"
DRAWINGS = ("favicon", "logo", "tick", "dot", "chevron")
SHELL = (  # what the page needs without a connection
    *(assets.STYLES, assets.SCRIPTS, "js/linju.js", "js/live.js", "js/alarm.js", "vendor/htmx.min.js"),
    *("vendor/zxing_reader.js", "vendor/zxing_reader.wasm", "vendor/jsQR.js"),
    *(f"icons/{name}.svg" for name in DRAWINGS),
)
SIZES = (180, 192, 512)  # of iOS's home screen, and what a manifest should offer
COLOUR = "#f6efe1"  # paper: behind the icon while the app opens


@get("/sw.js", name="door.app.worker", opt={PRECOMPRESSED: True}, sync_to_thread=False)
def worker(request: AnyRequest) -> Response[bytes]:
    """The service worker; it becomes another as soon as one of its files does."""
    answer = _worker().answer(request, cache="no-cache")
    answer.headers["Service-Worker-Allowed"] = SCOPE
    return answer


@cache
def _worker() -> Pressed:
    files = [address for address in map(assets.asset, SHELL) if assets.is_hashed(address)]
    source = (places.static() / WORKER).read_text(encoding="utf-8")
    version = hashlib.blake2b((source + "".join(files)).encode(), digest_size=6).hexdigest()
    known = f"var VERSION = {json.dumps(version)}, SHELL = {json.dumps(files)};\n"
    return Pressed((known + source).encode(), "text/javascript")


@get("/app.webmanifest", name="door.app.manifest", sync_to_thread=False)
def manifest(request: AnyRequest) -> Response[Any]:
    """In the reader's language, and kept by nobody."""
    reader = viewer.plain(request).language
    return Response(
        {
            "id": SCOPE,
            "name": language.say(reader, _("邻聚 签到")),
            "short_name": language.say(reader, _("签到")),
            "lang": "zh-CN" if reader == "zh" else reader,
            "start_url": SCOPE,
            "scope": SCOPE,
            "display": "standalone",
            "background_color": COLOUR,
            "theme_color": COLOUR,
            "icons": [
                {"src": request.app.route_reverse("door.app.icon", file=f"{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
                for size in SIZES
            ],
        },
        media_type="application/manifest+json",
    )


@get("/icons/{file:str}", name="door.app.icon", opt={PRECOMPRESSED: True}, sync_to_thread=True)
def icon(file: FromPath[str]) -> Response[bytes]:
    """Our drawing as PNG, in one of the manifest's sizes."""
    sizes = {f"{size}.png": size for size in SIZES}
    if file not in sizes:
        raise NotThere
    return Response(_drawn(sizes[file]), media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


@cache
def _drawn(size: int) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_path=str(places.static() / "icons" / "favicon.svg"), width=size, skip_system_fonts=True))


handlers = [worker, manifest, icon]
