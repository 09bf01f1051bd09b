"""A shop window: two stores with a believable month, filled through the services and served on this machine alone."""

from __future__ import annotations

import asyncio
import itertools
import logging
import multiprocessing
import os
from collections.abc import Callable, Coroutine, MutableMapping
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import httpx
import structlog

from events import clock, db, migrating, sealing
from web import server, settings, standin
from web.demo import changhe, filling, keeping, meiyuan, story
from web.demo.keeping import Stage
from web.demo.posts import Wire
from web.standin.sms import ROUTE as SMS

HOST = "127.0.0.1"
SHOPS = (meiyuan.STORE, changhe.STORE)
ROBOTS = {f"{group.channel}:{group.robot}:{group.secret}": group.name for shop in SHOPS for group in shop.groups if group.robot}
STALE = timedelta(days=7)
PORTS = 100  # tried, one after the other

NOT_OURS = (
    "DATABASE_URL names a database with data that is not the demo's, so nothing was changed. "
    "Leave DATABASE_URL unset for the demo's own file, or name an empty database."
)


def run(*, port: int, fresh: bool, workers: int) -> None:
    """Fill the database if it is empty, then serve until Ctrl-C. A second run finds all of it in place."""
    port = free_port(port)
    settle(os.environ, port)
    given = _connect()
    keep = given.data / "groups.jsonl"
    is_filled = _within_database(make_ready(fresh=fresh))
    if not is_filled:
        keep.unlink(missing_ok=True)  # what the groups read before
    with standin.running(ROBOTS, port=free_port(port + 1), keep=keep) as groups_address:
        os.environ.update({f"LINJU_{name.upper()}_ADDRESS": groups_address for name in settings.VENDORS})
        os.environ.update(LINJU_SMS_ADDRESS=groups_address + SMS, LINJU_SMS_TOKEN="demo", LINJU_SMTP="")  # noqa: S106 -- the stand-in takes any
        if not is_filled:
            click.echo("Filling two stores with a month of events …")
            _in_a_process_of_its_own(_fill, groups_address)
        filled_at = _within_database(keeping.filled_at())
        click.echo(welcome(given.address, f"http://{HOST}:{port}", groups_address, clock.now() - filled_at))
        server.run(workers=workers, host=HOST, port=port)


def free_port(first: int) -> int:
    """The first port from `first` that nobody listens on."""
    candidates = itertools.islice(range(first, 65536), PORTS)
    found = next((port for port in candidates if server.is_free(HOST, port)), None)
    if found is None:
        raise click.ClickException(f"No free port from {first} on; choose another with --port.")
    return found


def settle(environment: MutableMapping[str, str], port: int) -> None:
    """The demo's settings, for us and the serving processes that inherit them. What `.env` says of a real store is overruled."""
    data = Path(environment.get("LINJU_DATA") or "data") / "demo"
    database = environment.get("DATABASE_URL") or f"sqlite:///{data / 'linju.sqlite'}"
    address = environment.get("LINJU_ADDRESS") or f"http://{HOST}:{port}"
    log = environment.get("LINJU_LOG") or "text"
    environment.update(LINJU_DATA=str(data), DATABASE_URL=database, LINJU_ADDRESS=address, LINJU_LOG=log, LINJU_DUTIES="on")


async def make_ready(*, fresh: bool) -> bool:
    """The tables up to date, and the demo's own data gone if it is half filled or asked to. Whether the month is there.

    Refused for a database with anybody else's rows.
    """
    stage = await keeping.stage()
    if stage == Stage.FOREIGN:
        raise click.ClickException(NOT_OURS)
    await migrating.apply()
    if stage == Stage.BEGUN or (fresh and stage == Stage.FILLED):
        await keeping.throw_away()
        return False
    return stage == Stage.FILLED


async def fill(address: str, groups_address: str) -> None:
    """The month around this moment, into an empty database."""
    await keeping.begin()
    async with httpx.AsyncClient(trust_env=False) as client:
        await filling.fill(SHOPS, clock.now(), Wire(address, groups_address, client))
    await keeping.finish()


def welcome(address: str, local: str, groups_address: str, age: timedelta) -> str:
    """What to open and how to sign in; after a week the offer to date it anew."""
    people = (("both stores", filling.OWNER), *((shop.details.name, person) for shop in SHOPS for person in shop.staff))
    lines = [
        "",
        f"  {address}/  what families see" + ("" if address == local else f" (here: {local}/)"),
        f"  {address}/desk  the desk; sign in as",
        *(_sign_in(where, person) for where, person in people),
        f"  {groups_address}/  what the chat groups and phones read: a stand-in for WeCom, DingTalk, Feishu and SMS",
        "",
        "It ends with Ctrl-C and starts again as you left it.",
    ]
    if age > STALE:
        lines.append(f"The month was dated {age.days} days ago; start with --fresh to throw it away and date it from today.")
    return "\n".join(lines)


def _sign_in(where: str, person: story.Person) -> str:
    return f"      {person.role:<6} login {person.login:<6} password {filling.PASSWORD}   ({person.name}, {where})"


def _connect() -> settings.Settings:
    try:
        given = settings.read()
    except settings.BadSetting as bad:
        raise click.ClickException(str(bad)) from None
    sealing.use(given.secrets)
    db.connect(given.database)
    return given


def _in_a_process_of_its_own(work: Callable[[str], None], groups_address: str) -> None:
    """The serving processes are forked from this one: it must not have used the thread pools that they will."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        process.submit(work, groups_address).result()


def _fill(groups_address: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    _within_database(fill(_connect().address, groups_address))


def _within_database(work: Coroutine[Any, Any, Any]) -> Any:
    async def connected() -> Any:
        async with db.running():
            return await work

    try:
        return asyncio.run(connected())
    except db.Unreachable as error:
        work.close()
        raise click.ClickException(f"DATABASE_URL: the database does not answer ({error}).") from None
