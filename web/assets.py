"""Our static files: read once, served under names that carry their hash, kept by browsers for a year."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from litestar import Request, Response, Router, get
from litestar.params import FromPath
from markupsafe import Markup

from events.errors import NotThere
from web import places
from web.pressed import PRECOMPRESSED, Pressed

# One file for all pages: on bad wifi one request costs less than ten. The order is the cascade's.
ROOMS = (
    *(
        "tokens",
        "ground",
        "frame",
        "buttons",
        "marks",
        "cards",
        "forms",
        "ticket",
        "desk",
        "tables",
        "door",
        "scanner",
        "announce",
        "charts",
    ),
    *(
        "extra",
        "arrival",
        "checks",
        "pickups",
        "roster",
        "intake",
        "venue",
        "helpers",
        "month",
        "week",
        "planning",
        "large",
        "wide",
        "gaps",
        "board",
        "paper",
        "tour",
    ),
)
STYLES = "css/linju.css"
# The same for what runs at the door; each part hands the next what it knows as `door`.
PARTS = (
    *("base", "store", "book", "sync", "decoder", "camera", "cues"),
    *("answer", "acts", "hands", "recent", "ladder", "keys", "pocket", "leaving", "helping", "page"),
)
SCRIPTS = "js/door.js"
LARGE = 200_000  # bytes; to press these hardest takes seconds, in which nobody else is served
FOREVER = "public, max-age=31536000, immutable"
TYPES = {  # said here, since a machine's own table may differ and browsers run no script of an unexpected type
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
}
_SVG = "{http://www.w3.org/2000/svg}"
_ADDRESS = re.compile(r"url\(([^)\"']+)\)")


@dataclass(frozen=True)
class File:
    """A static file in memory."""

    name: str  # css/linju.css
    body: bytes
    media_type: str

    @cached_property
    def hashed(self) -> str:
        """css/linju.3f2a91c04d5e.css"""
        stem, dot, suffix = self.name.rpartition(".")
        return f"{stem}.{hashlib.blake2b(self.body, digest_size=6).hexdigest()}{dot}{suffix}"


@cache
def asset(name: str) -> str:
    """The address of a static file. An npm package that is not installed has its plain name, which is a 404: pages work without."""
    file = _files().get(name)
    return f"/static/{file.hashed if file else name}"


def is_hashed(address: str) -> bool:
    """Whether `asset` found the file."""
    return address.removeprefix("/static/") in _by_hashed_name()


@cache
def icon(name: str, label: str = "") -> Markup:
    """One drawing of the sprite, inline, so that it takes the text's colour in every browser. KeyError for a name not drawn."""
    told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="ico" viewBox="0 0 24 24" {}>{}</svg>').format(told, _drawings()[name])


def drawing(name: str) -> str:
    """Only the shapes of `icon`, on 24 by 24: for a picture that we draw ourselves."""
    return str(_drawings()[name])


@cache
def _drawings() -> dict[str, Markup]:
    root = ET.parse(places.static() / "icons" / "ui.svg").getroot()  # noqa: S314 -- our own file
    ET.register_namespace("", _SVG[1:-1])
    return {symbol.attrib["id"]: _shapes(symbol) for symbol in root.iter(f"{_SVG}symbol")}


def _shapes(symbol: ET.Element) -> Markup:
    text = "".join(ET.tostring(shape, "unicode") for shape in symbol)
    return Markup(text.replace(f' xmlns="{_SVG[1:-1]}"', ""))  # noqa: S704 -- our own file


@cache
def _files() -> dict[str, File]:
    """By plain name. Styles come last, since they name the hashed drawings."""
    root = places.static()
    files = {}
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        name = path.relative_to(root).as_posix()
        if path.suffix != ".css":
            files[name] = File(name, path.read_bytes(), TYPES.get(path.suffix, "application/octet-stream"))
    files[SCRIPTS] = File(SCRIPTS, _joined([root / "js" / "door" / f"{part}.js" for part in PARTS]), TYPES[".js"])
    for name, sources in {
        STYLES: [root / "css" / f"{room}.css" for room in ROOMS],
        "css/standin.css": [root / "css" / "standin.css"],
    }.items():
        files[name] = File(name, _styles(sources, files), "text/css")
    return files


def _joined(sources: list[Path]) -> bytes:
    return b"\n".join(source.read_bytes() for source in sources if source.is_file())


def _styles(sources: list[Path], files: dict[str, File]) -> bytes:
    """The sheets one after another; `url(../icons/x.svg)` becomes the hashed name beside it."""

    def hashed(found: re.Match[str]) -> str:
        return f"url(../{files[found[1].removeprefix('../')].hashed})"

    return "\n".join(_ADDRESS.sub(hashed, source.read_text(encoding="utf-8")) for source in sources if source.is_file()).encode()


@cache
def _by_hashed_name() -> dict[str, Pressed]:
    return {file.hashed: Pressed(file.body, file.media_type, quality=11 if len(file.body) < LARGE else 6) for file in _files().values()}


@get("/{path:path}", name="assets.show", sync_to_thread=False)
def show(request: Request[Any, Any, Any], path: FromPath[Path]) -> Response[bytes]:
    """A file by its hashed name, to be kept for a year; by its plain name, asked about each time."""
    return _answer(request, path.as_posix().lstrip("/"))


def _answer(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
    file = _files().get(name)
    pressed = _by_hashed_name().get(file.hashed if file else name)
    if pressed is None:
        raise NotThere
    return pressed.answer(request, cache="no-cache" if file else FOREVER)


@get("/favicon.ico", name="assets.favicon", sync_to_thread=False)
def favicon(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Browsers ask for it whatever the page says; the drawing serves."""
    return _answer(request, "icons/favicon.svg")


router = Router(
    "/", route_handlers=[Router("/static", route_handlers=[show]), favicon], opt={"exclude_from_csrf": True, PRECOMPRESSED: True}
)
