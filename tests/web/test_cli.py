from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from events import db, migrating, sealing
from events.announce.tables import ChannelName, Group
from events.people import reset_links
from events.people.tables import Staff
from tests import databases, make
from web import cli, logs, server, settings

SECRET = "a secret of 32 characters, or so"
NAMES = (
    "LINJU_ADDRESS",
    "LINJU_DATA",
    "LINJU_SECRET",
    "LINJU_WECOM_ADDRESS",
    "LINJU_DINGTALK_ADDRESS",
    "LINJU_FEISHU_ADDRESS",
    "LINJU_DUTIES",
    "LINJU_LOG",
    "LINJU_PROXIES",
    "DATABASE_URL",
)


@pytest.fixture(autouse=True)
def own_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Commands set up the process they run in; here that is the tests' own, which gets its database and keys back."""
    before, keys, newest = db.engine(), list(sealing._keys), list(sealing._newest)
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that what a command sets is taken back
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logs, "set_up", lambda style: None)
    yield
    db.use(before)
    sealing._keys[:] = keys
    sealing._newest[:] = newest


@pytest.fixture(params=["sqlite", "postgres"])
async def url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A database nobody has touched, named in the environment."""
    if request.param == "sqlite":
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'linju.sqlite'}")
        yield os.environ["DATABASE_URL"]
    else:
        async with databases.database(request.getfixturevalue("postgres")) as address:
            monkeypatch.setenv("DATABASE_URL", address)
            yield address


def linju(*arguments: str) -> Result:
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(*arguments: str) -> str:
    result = linju(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def failed(*arguments: str) -> str:
    result = linju(*arguments)
    assert result.exit_code == 1, result.output
    return result.output


def test_help_tells_the_first_steps_the_settings_and_the_commands() -> None:
    output = said("--help")
    for word in ("linju migrate", "linju staff add", *NAMES, "check", "demo", "serve", "worker"):
        assert word in output
    for command in (["serve"], ["migrate"], ["worker"], ["check"], ["demo"], ["staff"], ["staff", "add"]):
        assert "Usage" in said(*command, "--help")


def test_help_names_every_setting_there_is() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    known = set(re.findall(r"LINJU_[A-Z]+", source))
    assert len(known) >= 6
    assert known - {name for name in known if name in said("--help")} == set()


def test_migrate_twice_is_once(url: str) -> None:
    names = migrating.names()
    assert said("migrate").splitlines() == [f"applied {name}" for name in names]
    assert said("migrate") == "Nothing to do: the tables are up to date.\n"


def test_check_leads_from_an_empty_database_to_a_store_step_by_step(url: str) -> None:
    assert f"{len(migrating.names())} migration(s) to apply. Next: linju migrate" in failed("check")
    said("migrate")
    assert "Next: linju staff add" in failed("check")
    said("staff", "add", "--login", "lin", "--name", "林")
    assert "stores: none yet" in failed("check")

    async def add_a_store() -> None:
        await make.store()

    cli._run(add_a_store())
    careless = "synchronous_commit or fsync is off"  # as the tests' own PostgreSQL is
    assert [line for line in linju("check").output.splitlines() if line.startswith("wrong") and careless not in line] == []


def test_staff_add_prints_a_link_that_lets_choose_a_password(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINJU_ADDRESS", "https://linju.example")
    said("migrate")
    link = said("staff", "add", "--login", "Lin", "--name", "林").splitlines()[0]
    start, _, secret = link.rpartition("/")

    async def holder() -> Staff | None:
        return await reset_links.holder(secret)

    member: Any = cli._run(holder())
    assert (start, member.login, member.role, member.store) == ("https://linju.example/R", "lin", "owner", None)


def test_staff_add_says_in_a_sentence_what_cannot_be(url: str) -> None:
    said("migrate")
    said("staff", "add", "--login", "lin", "--name", "林")
    assert "登录名有人用了" in failed("staff", "add", "--login", "LIN", "--name", "林二")
    assert "There is no store 7" in failed("staff", "add", "--login", "wu", "--name", "吴", "--role", "host", "--store", "7")
    assert "选一家店" in failed("staff", "add", "--login", "wu", "--name", "吴", "--role", "lead")
    assert linju("staff", "add", "--login", "wu", "--name", "吴", "--role", "king").exit_code == 2
    assert linju("staff", "add", "--login", "wu", "--name", "吴", "--role", "helper", "--store", "1").exit_code == 2


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["check"], ["worker"], ["staff", "add", "--login", "a1", "--name", "a"]])
def test_a_bad_setting_stops_every_command_with_its_name(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINJU_ADDRESS", "events.example.com")
    assert failed(*command).startswith("Error: LINJU_ADDRESS must look like https://")


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["check"], ["worker"], ["staff", "add", "--login", "a1", "--name", "a"]])
@pytest.mark.parametrize("address", ["postgresql://linju:hunter2@127.0.0.1:9/linju", "sqlite:////proc/nowhere/linju.sqlite"])
def test_a_database_that_does_not_answer_is_named_without_its_password(
    command: list[str], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    output = failed(*command)
    assert "DATABASE_URL: the database does not answer" in output
    assert "hunter2" not in output


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the server would have been started with."""
    started: list[dict[str, object]] = []
    monkeypatch.setattr(server, "run", lambda **how: started.append(how))
    return started


def test_serve_brings_sqlite_up_to_date_and_wants_postgresql_migrated(url: str, serving: list[dict[str, object]]) -> None:
    if url.startswith("sqlite"):
        said("serve")
    else:
        assert "Run `linju migrate` first" in failed("serve")
        assert serving == []
        said("migrate")
        said("serve", "--workers", "2")
    assert [how["port"] for how in serving] == [8000]
    assert said("migrate") == "Nothing to do: the tables are up to date.\n"


def test_serve_makes_links_to_where_it_listens_unless_told(tmp_path: Path, serving: list[dict[str, object]]) -> None:
    said("serve", "--port", "8123")
    assert settings.read().address == "http://127.0.0.1:8123"


def test_serve_keeps_the_address_it_was_told(monkeypatch: pytest.MonkeyPatch, serving: list[dict[str, object]]) -> None:
    monkeypatch.setenv("LINJU_ADDRESS", "https://linju.example")
    said("serve", "--port", "8123", "--host", "0.0.0.0")
    assert (settings.read().address, serving) == ("https://linju.example", [{"workers": 1, "host": "0.0.0.0", "port": 8123}])


def test_serve_says_when_its_port_is_in_use() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert not server.is_free("127.0.0.1", port)
        assert f"Port {port} on 127.0.0.1 is in use" in failed("serve", "--port", str(port))
    assert server.is_free("127.0.0.1", port)


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "70000"], ["--workers", "0"], ["--workers", "x"]])
def test_serve_refuses_numbers_that_cannot_be(arguments: list[str], serving: list[dict[str, object]]) -> None:
    assert linju("serve", *arguments).exit_code == 2
    assert serving == []


def test_rotate_seals_everything_under_the_newest_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = "the old secret of 32 characters or so", "the new secret of 32 characters or so"
    monkeypatch.setenv("LINJU_SECRET", old)
    monkeypatch.setenv("LINJU_WECOM_ADDRESS", "http://127.0.0.1:9")
    assert linju("migrate").exit_code == 0

    async def sealed() -> str:
        async with db.running():
            group = await make.group(channel=ChannelName.WECOM)
            return group.credential

    async def opened() -> str:
        async with db.running():
            row = await Group.objects().first()
            assert row is not None
            return str(sealing.unseal(row.credential))

    cli._settings()
    asyncio.run(sealed())
    monkeypatch.setenv("LINJU_SECRET", f"{new},{old}")
    assert "1 value(s) are sealed under an older key. Next: linju rotate" in linju("check").output
    turned = linju("rotate")
    assert (turned.exit_code, "chat_group.credential: 1 sealed anew, 0 already were" in turned.output) == (0, True)
    assert "chat_group.credential: 0 sealed anew, 1 already were" in linju("rotate").output
    assert "the older ones may go" in linju("check").output
    monkeypatch.setenv("LINJU_SECRET", new)
    cli._settings()
    assert asyncio.run(opened()) in make.ROBOT
    monkeypatch.setenv("LINJU_SECRET", "another secret of 32 characters or so")
    lost = linju("rotate")
    assert (lost.exit_code, "1 open with no key" in lost.output, "put the key back" in lost.output) == (1, True, True)
