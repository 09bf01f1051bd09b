"""Empty, migrated databases for the tests: a SQLite file, and a PostgreSQL that lives as long as they run."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from events import db
from events.db.engine import PooledEngine
from events.db.errors import Busy
from events.db.postgres import SafePostgresEngine
from events.db.sqlite import PooledSQLiteEngine
from events.db.transaction import Kind
from events.piccolo_app import TABLES

CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing here outlives the tests
CAREFUL = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")  # as in earnest: for benches


@contextlib.contextmanager
def server(settings: Sequence[str] = CARELESS) -> Iterator[str]:
    """The address of a PostgreSQL in which databases may be made: TEST_DATABASE_URL (a superuser's: tables are emptied without regard to
    foreign keys), or a cluster of our own with these settings."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="linju-postgres-"))
    try:
        with _cluster(folder, settings) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.asynccontextmanager
async def database(address: str) -> AsyncIterator[str]:
    """The address of a new database on that server; dropped at the end."""
    name = f"linju_{secrets.token_hex(6)}"
    await _tell(address, f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
    finally:
        await _tell(address, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[PooledEngine]:
    """The engine for it, in use and open."""
    engine = db.connect(url)
    async with db.running():
        yield engine


async def empty(engine: PooledEngine) -> None:
    """Delete every row and count ids from 1 again."""
    if isinstance(engine, SafePostgresEngine):
        # a table whose ids were never counted was never used: most are not
        used = await engine.run("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL")
        tables = {row["sequencename"].removesuffix("_id_seq") for row in used} - {"migration"}
        if tables:
            await _told_again(engine, _deletion(sorted(tables)))
        return
    assert isinstance(engine, PooledSQLiteEngine)
    deletions = [f'DELETE FROM "{table._meta.tablename}"' for table in TABLES]  # ids start anew in an empty table
    connection = await engine.lease(Kind.WRITE)
    await engine.command(connection, "PRAGMA foreign_keys = OFF", "BEGIN", *deletions, "COMMIT", "PRAGMA foreign_keys = ON")
    await engine.put_back(connection, clean=True)


def _deletion(tables: Sequence[str]) -> str:
    """One statement that does not look at foreign keys. TRUNCATE makes a new file for each table and index: for few rows, far slower."""
    held = ", ".join(f'"{table}"' for table in tables)  # or a journey's server adds a row meanwhile, whose id is given once more
    rows = "".join(f'DELETE FROM "{table}"; ' for table in tables)
    ids = "".join(f"PERFORM setval('\"{table}_id_seq\"', 1, false); " for table in tables)
    return f"DO $$ BEGIN SET LOCAL session_replication_role = replica; LOCK TABLE {held}; {rows}{ids}END $$"


async def _told_again(engine: PooledEngine, statement: str) -> None:
    """Once more where a server that a journey started was just reading."""
    for _ in range(4):
        with contextlib.suppress(Busy):
            await engine.run(statement)
            return
    await engine.run(statement)


@contextlib.contextmanager
def _cluster(folder: Path, settings: Sequence[str]) -> Iterator[str]:
    programs = _programs()
    data, port = folder / "data", _free_port()
    place = ("listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={folder}", "max_connections=200")
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        shutil.chown(folder, "postgres")
    _run(programs / "initdb", "--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "-D", data)
    options = " ".join(f"-c {setting}" for setting in (*place, *settings))
    _run(programs / "pg_ctl", "start", "--wait", "-D", data, "-l", folder / "log", "-o", options)
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        _run(programs / "pg_ctl", "stop", "--mode=immediate", "-D", data)


def _programs() -> Path:
    """Debian keeps them off the PATH, a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    on_path = shutil.which("initdb")
    if found:
        return found[-1]
    if on_path:
        return Path(on_path).parent
    raise RuntimeError("PostgreSQL is not installed: apt install postgresql, or name a server in TEST_DATABASE_URL.")


def _run(*command: object) -> None:
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run([str(part) for part in command], user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _tell(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
