"""What the tests need from the machine itself: Chromium, a Chinese font, libical and PostgreSQL; Debian's packages fill the gaps."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from ctypes.util import find_library
from pathlib import Path

from front_end import Missing


def install() -> None:
    """Nothing is done for what is already there; without apt or root the Missing error names the packages."""
    packages = [package for package, is_there in NEEDS.items() if not is_there()]
    if not packages:
        return
    if shutil.which("apt-get") is None:
        raise Missing(f"The tests need {', '.join(packages)} (Debian's names): please install them.")
    if os.geteuid() != 0:
        raise Missing(f"The tests need more programs: sudo apt-get install {' '.join(packages)}")
    print(f"Installing {', '.join(packages)} …", flush=True)
    _apt_get("update")
    _apt_get("install", "--yes", "--no-install-recommends", *packages)


def _has_chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False).stdout.strip())


def _has_postgresql() -> bool:
    installed = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return bool(os.environ.get("TEST_DATABASE_URL") or installed)


def _apt_get(*arguments: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-qq", *arguments], env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        raise Missing(f"apt-get {' '.join(arguments)} failed (see above).")


NEEDS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fontconfig": lambda: shutil.which("fc-list") is not None,
    "fonts-noto-cjk": _has_chinese_font,
    "libical3": lambda: find_library("icalss") is not None,  # reads our calendars more strictly than anything else
    "postgresql": _has_postgresql,
}
