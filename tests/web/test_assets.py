import gzip
import re

import brotli  # type: ignore[import-untyped]  # -- carries no types
import pytest

from tests.browser import Browser
from web import assets, places

# What old WebViews (Chrome 80, iOS 13.4) do not know. An unknown block such as @layer is dropped whole.
TOO_NEW = ("@layer", "@container", "@scope", ":has(", ":is(", ":where(", "color-mix", "light-dark(", "oklch", "dvh", "subgrid", "&:", "& .")


async def fetched(anyone: Browser, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with anyone.stream("GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()}) as answer:
        return answer.status_code, b"".join([part async for part in answer.aiter_raw()]), dict(answer.headers)


async def test_show_answers_a_hashed_name_for_a_year(anyone: Browser) -> None:
    status, body, headers = await fetched(anyone, assets.asset("icons/logo.svg"), accept_encoding="identity")

    assert (status, headers["content-type"], headers["cache-control"]) == (200, "image/svg+xml", assets.FOREVER)
    assert body == (places.static() / "icons" / "logo.svg").read_bytes()


async def test_show_answers_a_plain_name_that_is_asked_for_again(anyone: Browser) -> None:
    status, _, headers = await fetched(anyone, "/static/js/linju.js")

    assert (status, headers["content-type"], headers["cache-control"]) == (200, "text/javascript; charset=utf-8", "no-cache")


@pytest.mark.parametrize(("accepted", "encoding", "unpack"), [("br, gzip", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)])
async def test_show_packs_what_it_sends_once(anyone: Browser, accepted: str, encoding: str, unpack: object) -> None:
    _, plain, _ = await fetched(anyone, assets.asset(assets.STYLES), accept_encoding="identity")
    _, packed, headers = await fetched(anyone, assets.asset(assets.STYLES), accept_encoding=accepted)

    assert (headers["content-encoding"], headers["vary"]) == (encoding, "Accept-Encoding")
    assert callable(unpack)
    assert unpack(packed) == plain


async def test_show_says_unchanged_to_whoever_has_it(anyone: Browser) -> None:
    _, _, headers = await fetched(anyone, "/static/js/linju.js")
    status, body, _ = await fetched(anyone, "/static/js/linju.js", if_none_match=headers["etag"])

    assert (status, body) == (304, b"")


@pytest.mark.parametrize("name", ["css/none.css", "css/linju.000000000000.css", "css/tokens.css", "../pyproject.toml", "icons"])
async def test_show_has_nothing_else(anyone: Browser, name: str) -> None:
    assert (await fetched(anyone, f"/static/{name}"))[0] == 404


async def test_favicon_is_our_drawing(anyone: Browser) -> None:
    status, _, headers = await fetched(anyone, "/favicon.ico")

    assert (status, headers["content-type"]) == (200, "image/svg+xml")


async def test_styles_name_only_files_that_are_there(anyone: Browser) -> None:
    _, styles, _ = await fetched(anyone, assets.asset(assets.STYLES), accept_encoding="identity")
    named = re.findall(r"url\(\.\./([^)]+)\)", styles.decode())

    assert len(named) >= 4
    assert [(await fetched(anyone, f"/static/{name}"))[2]["cache-control"] for name in named] == [assets.FOREVER] * len(named)


def test_asset_gives_a_plain_name_to_a_package_that_is_not_installed() -> None:
    assert assets.asset("vendor/not-installed.js") == "/static/vendor/not-installed.js"


def test_icon_draws_inline_and_names_itself_only_when_asked() -> None:
    assert assets.icon("minus") == '<svg class="ico" viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12h14"/></svg>'.replace("/>", " />")
    assert 'role="img" aria-label="&lt;退&gt;"' in assets.icon("back", "<退>")


def test_rooms_are_all_the_sheets_there_are() -> None:
    assert sorted(path.stem for path in (places.static() / "css").glob("*.css")) == sorted((*assets.ROOMS, "standin"))


@pytest.mark.parametrize("room", [*assets.ROOMS, "standin"])
def test_styles_use_nothing_newer_than_chrome_80(room: str) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (places.static() / "css" / f"{room}.css").read_text(encoding="utf-8"), flags=re.DOTALL)

    assert [feature for feature in TOO_NEW if feature in sheet] == []


@pytest.mark.parametrize("room", [*assets.ROOMS, "standin"])
def test_styles_space_flex_rows_by_margins(room: str) -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (places.static() / "css" / f"{room}.css").read_text(encoding="utf-8"), flags=re.DOTALL)

    assert [rule for rule in re.findall(r"\{([^{}]*)\}", sheet) if re.search(r"display:\s*(inline-)?flex", rule) and "gap:" in rule] == []
