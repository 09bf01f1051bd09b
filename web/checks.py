"""What `linju check` looks at: settings, database, clock, address, channels, senders, and the first step that is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from events import clock, codes, migrating, rotating, sealing
from events.announce import wires
from events.announce.channels import feishu, known
from events.announce.posters import lettering
from events.announce.tables import Group
from events.catalog.tables import Store
from events.checkin import qr, tickets
from events.people.tables import Role, Staff
from web import settings

DRIFT = 5  # seconds that two clocks may differ
PLATFORMS = {"wecom": "WeCom", "dingtalk": "DingTalk", "feishu": "Feishu", "lark": "Lark"}
QR_VERSION = 3  # what an old camera still reads from a cracked screen


@dataclass(frozen=True)
class Finding:
    """One thing looked at, in a sentence."""

    is_well: bool
    sentence: str


async def everything(given: settings.Settings) -> list[Finding]:
    """All findings, the database first: without its tables the rest cannot be seen."""
    pending = await migrating.pending()
    engine = given.database.split(":", 1)[0]
    if pending:
        return [*_address(given), Finding(False, f"{engine}: {len(pending)} migration(s) to apply. Next: linju migrate")]
    return [
        *_address(given),
        Finding(True, f"{engine}: the tables are up to date."),
        *await _durability(given),
        await _clock(),
        *await _first_steps(),
        _senders(given),
        _posters(),
        *await _keys(given),
        *await _groups(),
        *await _channels(given),
    ]


def _address(given: settings.Settings) -> list[Finding]:
    findings = [Finding(True, f"LINJU_ADDRESS: links start with {given.address}.")]
    if not given.is_secure and not given.is_loopback:
        findings = [Finding(False, f"LINJU_ADDRESS: {given.address} is not https: phones will open no camera and keep nothing offline.")]
    version = qr.version(qr.address_payload(given.address, f"/T/{codes.secret(tickets.SECRET)}"))
    if version > QR_VERSION:
        findings.append(
            Finding(False, f"LINJU_ADDRESS: so long that tickets need a QR of version {version}; old phones read up to {QR_VERSION}.")
        )
    return findings


async def _durability(given: settings.Settings) -> list[Finding]:
    """What a page said is done must survive a power cut; on SQLite our own connections see to it."""
    if given.database.startswith("sqlite:"):
        return []
    rows = await Store.raw("SELECT current_setting('synchronous_commit') AS commits, current_setting('fsync') AS syncs")
    if rows[0]["commits"] != "off" and rows[0]["syncs"] == "on":
        return []
    return [Finding(False, "postgresql: synchronous_commit or fsync is off: what was acknowledged may be lost in a power cut.")]


async def _clock() -> Finding:
    """The database's clock beside ours; on SQLite both are this machine's."""
    row = (await Store.raw("SELECT CURRENT_TIMESTAMP AS moment"))[0]["moment"]
    theirs = row if isinstance(row, datetime) else datetime.fromisoformat(str(row))
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    drift = abs((clock.now() - theirs).total_seconds())
    return Finding(drift <= DRIFT, f"clock: {drift:.0f} s from the database's." + ("" if drift <= DRIFT else " Set both by NTP."))


async def _first_steps() -> list[Finding]:
    if not await Staff.exists().where((Staff.role == Role.OWNER) & Staff.disabled_at.is_null()):
        return [Finding(False, "staff: no owner yet. Next: linju staff add --role owner --login NAME --name NAME")]
    if not await Store.exists():
        return [Finding(False, "stores: none yet. Next: sign in as the owner and add one under 店铺 (Stores).")]
    return [
        Finding(True, f"staff and stores: {await Staff.count().where(Staff.role != Role.HELPER)} people, {await Store.count()} store(s).")
    ]


def _senders(given: settings.Settings) -> Finding:
    """By what one-time codes and notices reach families; nothing is sent. Without any, all whom something concerns are called."""
    if given.sender == "console":
        return Finding(True, "families: codes and notices are printed to the console, nothing is sent (LINJU_SENDER).")
    ways = [f"SMS through {urlsplit(given.sms_address).netloc}"] if given.sms_address else []
    if given.smtp:
        ways.append(f"e-mail through {urlsplit(given.smtp).hostname}, from {given.smtp_from}")
    if ways:
        return Finding(True, f"families: codes and notices go by {', '.join(ways)}.")
    return Finding(True, "families: no codes and no notices, every change is a call; set LINJU_SMS_ADDRESS or LINJU_SMTP to reach them.")


def _posters() -> Finding:
    """A wheel brings the fonts with it; who installs without dependencies has none."""
    if lacking := lettering.missing():
        names = " ".join(name.replace("_", "-") for name in lacking)
        return Finding(False, f"posters: the Chinese fonts are missing, so no posters are drawn. Next: pip install {names}")
    return Finding(True, "posters: the Chinese fonts are there.")


async def _channels(given: settings.Settings) -> list[Finding]:
    """Whether the platforms answer at all, asked only when a group uses them; nothing is posted."""
    used = await _used()
    if not used:
        return [Finding(True, "channels: every group is served by hand.")]
    async with wires.client() as client:
        found = [await _platform(name, given.platforms[name], client) for name in PLATFORMS if name in used]
        return [*found, await _feishu_app(given, client)] if "feishu" in used else found


async def _feishu_app(given: settings.Settings, client: httpx.AsyncClient) -> Finding:
    if not given.feishu_app:
        return Finding(True, "channels: in Feishu a button leads to the poster; LINJU_FEISHU_APP_ID would show it in the message.")
    if await feishu.is_known(given.feishu_app, address=given.platforms["feishu"], client=client, timeout=5):
        return Finding(True, "channels: Feishu knows the app that hands posters over.")
    return Finding(False, "channels: Feishu does not know the app of LINJU_FEISHU_APP_ID. Next: copy its id and secret once more")


async def _used() -> set[str]:
    """The platforms that groups in use are reached by. What is sealed under a key we no longer have cannot say whether it is Lark's."""
    found = set[str]()
    robots = Group.channel.is_in(list(known.ROBOTS)) & Group.archived_at.is_null()
    for row in await Group.select(Group.channel, Group.credential).where(robots):
        try:
            credential = str(sealing.unseal(row["credential"]))
        except sealing.Unreadable:
            credential = ""
        found.add(known.ROBOTS[row["channel"]].home(credential)[0])
    return found


async def _platform(name: str, address: str, client: httpx.AsyncClient) -> Finding:
    try:
        await client.get(address, timeout=5)
    except httpx.HTTPError as error:
        return Finding(False, f"channels: {address} does not answer ({type(error).__name__}).")
    stand_in = "" if address == settings.VENDORS[name] else f" (a stand-in at {address})"
    return Finding(True, f"channels: {PLATFORMS[name]} answers{stand_in}.")


async def _groups() -> list[Finding]:
    """Groups whose last post failed: the hosts see which at the desk; the operator sees that there are some."""
    trouble = await Group.count().where((Group.trouble != "") & Group.archived_at.is_null() & Group.channel.is_in(list(known.ROBOTS)))
    return [Finding(False, f"groups: {trouble} took nothing the last time. Next: 社群 (Groups) at the desk says why.")] if trouble else []


async def _keys(given: settings.Settings) -> list[Finding]:
    """What the newest key of LINJU_SECRET did not seal: looked through only when several are given."""
    if len(given.secrets) < 2:
        return []
    turned = await rotating.survey()
    old, lost = sum(each.resealed for each in turned), sum(each.unreadable for each in turned)
    findings = [Finding(False, f"LINJU_SECRET: {lost} sealed value(s) open with none of its keys.")] if lost else []
    if old:
        return [*findings, Finding(False, f"LINJU_SECRET: {old} value(s) are sealed under an older key. Next: linju rotate")]
    return [*findings, Finding(True, "LINJU_SECRET: everything is sealed under the newest key; the older ones may go.")]
