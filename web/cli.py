"""The command `linju`: serve, migrate, look after staff, see whether all is well."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from typing import Any

import click

from events import db, frontier, migrating, rotating, sealing
from events.catalog.tables import Store
from events.errors import Refused
from events.people import reset_links
from events.people import staff as people
from events.people.tables import Role
from web import checks, errands, logs, rush, settings


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="linju", message="%(prog)s %(version)s")
def main() -> None:
    """邻聚 Linju runs a store's offline events: sign-up, check-in by QR, calendars, announcements to chat groups.

    \b
    First steps on an empty database:
      linju migrate
      linju staff add --role owner --login lin --name 林
      linju serve

    Settings come from the environment or a file .env in the folder you start in:

    \b
      LINJU_ADDRESS        what people type, such as https://events.example.com (default http://127.0.0.1:8000)
      DATABASE_URL         sqlite:///data/linju.sqlite (default) or postgresql://…
      LINJU_DATA           the folder of the data (default data)
      LINJU_SECRET         at least 32 characters; needed when several nodes serve, else kept in the data folder
      LINJU_FEISHU_APP_ID  an app in Feishu that shows posters there, with LINJU_FEISHU_APP_SECRET
      LINJU_WECOM_ADDRESS, LINJU_DINGTALK_ADDRESS, LINJU_FEISHU_ADDRESS, LINJU_LARK_ADDRESS
                           another address than the platform's, for a stand-in
      LINJU_SMS_ADDRESS    an SMS gateway for one-time codes and notices, with LINJU_SMS_TOKEN
      LINJU_SMTP           a mail server for them, smtp://login:password@host:587, with LINJU_SMTP_FROM
      LINJU_SENDER         out (default) or console: print them instead, on this machine only
      LINJU_PROXIES        how many proxies of yours stand before it, 0 to 3 (default 0)
      LINJU_DUTIES         on (default) or off: whether serving processes also do the duties
      LINJU_LOG            json (default) or text

    `linju check` looks at all of them and says what to do next.
    """


def _settings() -> settings.Settings:
    """The settings, or the end with a sentence that names the bad one."""
    try:
        given = settings.read()
    except settings.BadSetting as bad:
        raise click.ClickException(str(bad)) from None
    logs.set_up(given.log)
    sealing.use(given.secrets)
    db.connect(given.database)
    return given


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run on an open database; a database that is not there ends with one sentence."""

    async def connected() -> Any:
        async with db.running():
            return await work

    try:
        return asyncio.run(connected())
    except db.Unreachable as error:
        work.close()
        raise click.ClickException(f"DATABASE_URL: the database does not answer ({error}).") from None
    except Refused as refused:
        raise click.ClickException(str(refused)) from None


@main.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve; two for two cores.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all, behind a proxy.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def serve(workers: int, host: str, port: int) -> None:
    """Serve the pages and, unless LINJU_DUTIES=off, do the duties in the same processes.

    With SQLite, pending migrations are applied first; with PostgreSQL, run `linju migrate` before.
    """
    if not settings.is_given("LINJU_ADDRESS"):
        os.environ["LINJU_ADDRESS"] = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 -- compared, not bound
    given = _settings()
    _bring_up_to_date(given)
    from web import server  # noqa: PLC0415 -- heavy, and only this command needs it

    server.run(workers=workers, host=host, port=port)


def _bring_up_to_date(given: settings.Settings) -> None:
    async def work() -> list[str]:
        if given.database.startswith("sqlite:"):
            await migrating.apply()
        return await migrating.pending()

    if pending := _run(work()):
        raise click.ClickException(f"The database is {len(pending)} migration(s) behind. Run `linju migrate` first.")


@main.command()
def migrate() -> None:
    """Bring the database's tables up to date. Safe to run at any time, from several machines at once."""
    _settings()
    applied = _run(migrating.apply())
    click.echo("\n".join(f"applied {name}" for name in applied) or "Nothing to do: the tables are up to date.")


@main.command()
def worker() -> None:
    """Do the duties alone (sending, lapsing, tidying), without serving pages: for many nodes."""
    given = _settings()

    async def work() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop.set)
        click.echo("Doing the duties; end with Ctrl-C.")
        with frontier.kept(given.data):
            await asyncio.gather(errands.run(given, stop), rush.watch(stop, given.data, can_call=False))

    _run(work())


@main.command()
def rotate() -> None:
    """Seal everything under the newest key of LINJU_SECRET, so that an older one can be taken out. Safe while serving, and twice."""
    _settings()
    turned = _run(rotating.rotate())
    for each in turned:
        click.echo(f"{each.column}: {each.resealed} sealed anew, {each.newest} already were" + _unreadable(each))
    if any(each.unreadable for each in turned):
        raise click.ClickException(
            "Some values open with no key of LINJU_SECRET: put the key back that sealed them, or set those things up anew."
        )


def _unreadable(turned: rotating.Turned) -> str:
    return f", {turned.unreadable} open with no key" if turned.unreadable else ""


@main.command(hidden=True)
def numbers() -> None:
    """Serve the numbers of a rush until nobody waits: called by a serving process when many do."""
    given = _settings()
    _run(rush.help_out(given.data))


@main.group()
def staff() -> None:
    """Who works here."""


@staff.command("add")
@click.option("--name", required=True, help="As colleagues say it.")
@click.option("--login", required=True, help="What is typed to sign in: letters and digits.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role if role != Role.HELPER]), default=Role.OWNER.value, show_default=True
)
@click.option("--store", type=int, help="The store's number; leads and hosts need one, owners have none.")
def staff_add(name: str, login: str, role: str, store: int | None) -> None:
    """Add somebody and print the one-time link with which they choose a password."""
    given = _settings()

    async def work() -> str:
        await _check_store(store)
        member = await people.add(name, login, Role(role), store, by=None)
        return await reset_links.make(member, by=None)

    secret = _run(work())
    click.echo(f"{given.address}/R/{secret}\nThe link works once, for 24 hours: open it to choose a password.")


async def _check_store(store: int | None) -> None:
    if store is not None and not await Store.exists().where(Store.id == store):
        raise Refused(f"There is no store {store}.")


@main.command()
def check() -> None:
    """Look at settings, database, clock, address and channels; say what is wrong and what to do next."""
    given = _settings()

    async def work() -> list[checks.Finding]:
        try:
            async with db.running():
                return await checks.everything(given)
        except db.Unreachable as error:
            return [checks.Finding(False, f"DATABASE_URL: the database does not answer ({error}).")]

    findings = asyncio.run(work())
    for finding in findings:
        click.echo(("ok    " if finding.is_well else "wrong ") + finding.sentence)
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


@main.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="A busy one: the next free one is taken.")
@click.option("--fresh", is_flag=True, help="Throw the demo's data away and make it anew, dated from today.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64))
def demo(port: int, fresh: bool, workers: int) -> None:
    """Fill two stores with a believable month, start the chat groups' stand-in, and serve."""
    from web import demo as show  # noqa: PLC0415 -- only this command needs it

    show.run(port=port, fresh=fresh, workers=workers)
