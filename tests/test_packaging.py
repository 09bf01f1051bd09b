"""What a clone and a wheel must hold for others to install and run them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest
from packaging.requirements import Requirement

from web import places

TOP = Path(__file__).resolve().parent.parent
LOCKS = ("run", "test", "node")


def pinned(lock: str) -> dict[str, str]:
    """Name to version."""
    text = (TOP / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_file_hashes_everything_and_names_no_host(lock: str) -> None:
    text = (TOP / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^\S.*(?:\n[ ]{4}\S.*)*", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE), re.MULTILINE)
    assert len(entries) == len(pinned(lock)) > 0
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "--index" not in text


def test_lock_files_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    versions = pinned("run")
    asked = [Requirement(line) for line in project["project"]["dependencies"]]
    assert [wish.name for wish in asked if not wish.specifier.contains(versions.get(wish.name, "0"))] == []
    assert versions.items() <= pinned("test").items()


def test_npm_lock_names_no_registry() -> None:
    lock = (TOP / "package-lock.json").read_text(encoding="utf-8")
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    assert "://" not in lock


def test_places_lie_at_the_top_of_a_checkout() -> None:
    assert places.templates() == TOP / "templates"
    assert places.packages() == TOP / "static" / "vendor"
    assert (places.packages() / "htmx.min.js").is_file()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, TOP)
    return next(folder.glob("linju-*.whl"))


def test_wheel_carries_every_file_a_page_needs(wheel: Path) -> None:
    carried = set(ZipFile(wheel).namelist())
    beside = [TOP / "templates", TOP / "static"]
    wanted = {f"web/_carried/{file.relative_to(TOP)}" for folder in beside for file in folder.rglob("*") if file.is_file()}
    catalogs = {str(file.relative_to(TOP)) for file in places.locale().rglob("*.po")}
    assert "web/_carried/static/vendor/htmx.min.js" in wanted
    assert wanted | catalogs <= carried
    assert [name for name in carried if name.split("/")[0] not in {"events", "web"} and ".dist-info/" not in name] == []


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the wheel's packages; they come before the checkout's for whoever puts it on PYTHONPATH."""
    folder = tmp_path_factory.mktemp("installed")
    pip("install", "--no-deps", "--no-index", "--target", folder, wheel)
    return folder


def test_installed_wheel_finds_its_own_files(installed: Path, tmp_path: Path) -> None:
    asks = "from web import places; print(places.templates(), places.static(), places.packages(), places.locale(), sep='\\n')"
    answer = subprocess.run(
        [sys.executable, "-c", asks], cwd=tmp_path, env={"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True
    )
    carried = installed / "web" / "_carried"
    found = [Path(line) for line in answer.stdout.split()]
    assert found == [carried / "templates", carried / "static", carried / "static" / "vendor", installed / "web" / "locale"]
    assert all(folder.is_dir() for folder in found)


def test_installed_wheel_serves_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    with serving(installed, tmp_path) as address:
        page = httpx.get(address)
        loaded = set(re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css|svg))"', page.text))
        answers = {path: httpx.get(address + path).status_code for path in loaded}
    assert page.status_code == 200
    assert any("htmx" in path for path in loaded)
    assert set(answers.values()) == {200}


@contextmanager
def serving(installed: Path, folder: Path) -> Iterator[str]:
    """The address of `linju serve`, started in that folder with its settings alone."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {"PYTHONPATH": str(installed), "LINJU_ADDRESS": address}
    with (folder / "log").open("w") as log:
        command = [sys.executable, str(installed / "bin" / "linju"), "serve", "--port", str(port)]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        wait_for(f"{address}/health/ready", server, folder / "log")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(address).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(log.read_text())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
