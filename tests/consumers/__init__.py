"""Other people's calendars in Node, installed when a test first asks for them."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
TOP = HERE.parent.parent


def read(files: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """What each reader found, by reader, file and UID. CalledProcessError when one of them cannot read a file."""
    install()
    done = subprocess.run(
        [_node(), str(HERE / "read.mjs"), *map(str, files)], capture_output=True, check=True, text=True, encoding="utf-8", timeout=120
    )
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def install() -> None:
    """From package-lock.json; once. Two test processes at a time: the second finds it done, for npm's folder is made aside."""
    lock = (HERE / "package-lock.json").read_bytes()
    stamp = HERE / "node_modules" / ".linju"
    if stamp.is_file() and stamp.read_bytes() == lock:
        return
    aside = HERE / f".installing-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    try:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copyfile(HERE / name, aside / name)
        subprocess.run([*_front_end()._npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=aside, check=True, timeout=300)
        (aside / "node_modules" / ".linju").write_bytes(lock)
        if not stamp.is_file():
            shutil.rmtree(HERE / "node_modules", ignore_errors=True)
        (aside / "node_modules").rename(HERE / "node_modules")
    except OSError:
        if not stamp.is_file():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _node() -> str:
    _front_end()._npm()  # puts the wheel's Node on the PATH on a machine without
    node = shutil.which("node")
    if node is None:
        sys.exit("node is missing: bin/test installs it.")
    return node


def _front_end() -> ModuleType:
    spec = importlib.util.spec_from_file_location("front_end", TOP / "bin" / "front_end.py")
    if spec is None or spec.loader is None:
        raise ImportError("bin/front_end.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
