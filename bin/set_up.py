"""Makes .venv, fills it by the lock files and installs the front-end packages; a second run finds all of it in place.

`bin/set_up` prepares a checkout for running, `bin/set_up test` for its tests too.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import front_end
import machine
from front_end import Missing

TOP = Path(__file__).resolve().parent.parent
VENV = TOP / ".venv"
PYTHON = VENV / "bin" / "python"


def main(purpose: str) -> None:
    """`purpose` is "run" or "test"; each has its lock file, and the tests' holds all of the other."""
    _make_venv()
    _install_packages(purpose)
    if purpose == "run":
        _install_front_end_if_possible()
    else:
        _install_front_end()
        machine.install()


def _make_venv() -> None:
    if PYTHON.exists() and _runs([PYTHON, "-m", "pip", "--version"]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Missing(f"Python's venv module is missing: install it (Debian: apt-get install python{version}-venv).")
    print("Making .venv …", flush=True)
    _run("Python could not make .venv", sys.executable, "-m", "venv", "--clear", VENV)


def _install_packages(purpose: str) -> None:
    lock = TOP / "requirements" / f"{purpose}.txt"
    stamp = VENV / f".installed-{purpose}"
    wanted = _digest(lock, TOP / "pyproject.toml")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing the Python packages of requirements/{lock.name} (the first time takes a minute or two) …", flush=True)
    _pip("--require-hashes", "-r", lock)
    _pip("--no-deps", "--no-build-isolation", "-e", TOP)
    stamp.write_text(wanted, encoding="utf-8")
    if purpose == "test":
        (VENV / ".installed-run").write_text(_digest(lock.with_name("run.txt"), TOP / "pyproject.toml"), encoding="utf-8")


def _install_front_end_if_possible() -> None:
    try:
        _install_front_end()
    except Missing as missing:
        print(f"{missing} The pages work without them, only less quickly.", file=sys.stderr)


def _install_front_end() -> None:
    if front_end.is_ready(TOP):
        return
    print("Installing the front-end packages …", flush=True)
    if not front_end.has_npm():
        _pip("--require-hashes", "-r", TOP / "requirements" / "node.txt")
    _run("The front-end packages could not be installed", PYTHON, TOP / "bin" / "front_end.py")


def _pip(*arguments: str | Path) -> None:
    command = (PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", *arguments)
    _run("pip could not install the Python packages", *command)


def _run(complaint: str, *command: str | Path) -> None:
    if subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode != 0:
        raise Missing(f"{complaint} (see above).")


def _runs(command: list[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _digest(*files: Path) -> str:
    """Of the files and of where .venv lies: its scripts name that folder, so a moved checkout installs again."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files) + str(VENV).encode()).hexdigest()


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except Missing as missing:
        sys.exit(str(missing))
