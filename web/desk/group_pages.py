"""What pages about groups show: health in words, who looks after them, and the fields by which they are reached."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request
from markupsafe import Markup

from events import clock
from events.announce import groups, health, links
from events.announce.health import Health, Sign
from events.announce.tables import ChannelName, Group, GroupKind
from events.catalog import quiet
from events.catalog.tables import Store
from events.checkin import qr as codes
from events.errors import _
from events.people import staff
from web import counts
from web.desk import delivery_pages
from web.language import say
from web.site.faces import Mark
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Line:
    """One group as lists and its own page show it. `mark` is its health, `asks` what there waits for somebody, in words."""

    id: int
    store: int
    name: str
    kind: str
    way: str
    way_icon: str
    members: str
    counted_at: datetime | None
    host: str
    cover: str
    is_mine: bool
    is_covered: bool
    mark: Mark | None
    asks: str
    shared: str
    rank: int


async def lines(rows: Sequence[Group], who: Viewer, times: Times) -> list[Line]:
    """Whatever is in trouble first, then by name; a fixed number of queries."""
    names = {member.id: member.name for member in await staff.named({each for row in rows for each in (row.host, row.cover) if each})}
    counted, shared, found = await groups.counted(rows), await groups.sharing(row.robot for row in rows), await health.of(rows)
    drawn = [
        _line(row, who, times, names=names, counted_at=counted.get(row.id), n=shared.get(row.robot, 0), health=found[row.id])
        for row in rows
    ]
    return sorted(drawn, key=lambda line: (line.rank, line.name, line.id))


async def line(row: Group, who: Viewer, times: Times) -> Line:
    """The same of one."""
    return (await lines([row], who, times))[0]


async def ways_in(request: AnyRequest, group: Group, store: Store, *, may_act: bool) -> dict[str, Any]:
    """What a group's own page offers: its link with a QR, a test, and the words for the digest's tick."""
    address = request.app.state.settings.address
    payload = codes.address_payload(address, links.root(group))
    return {
        "address": links.root_address(group, address),
        "qr": Markup(await asyncio.to_thread(codes.svg, payload)),  # noqa: S704 -- drawn by us, of numbers only
        "may_act": may_act,
        "can_try": may_act and group.channel != ChannelName.BY_HAND and group.archived_at is None,
        "is_quiet": group.channel != ChannelName.BROADCAST and quiet.is_quiet(store, clock.now()),
    }


def _line(row: Group, who: Viewer, times: Times, *, names: Mapping[int, str], counted_at: datetime | None, n: int, health: Health) -> Line:
    channel, language = ChannelName(row.channel), who.language
    return Line(
        id=row.id,
        store=row.store,
        name=row.name,
        kind=say(language, delivery_pages.KINDS[GroupKind(row.kind)]),
        way=say(language, delivery_pages.WAYS[channel]),
        way_icon=delivery_pages.WAY_ICONS[channel],
        members=counts.people(row.members, language) if row.members else "",
        counted_at=counted_at,
        host=names.get(row.host, ""),
        cover=names.get(row.cover or 0, ""),
        is_mine=row.host == who.member.id,
        is_covered=row.cover == who.member.id,
        mark=_mark(row, health.sign, times, language),
        asks=_asks(health, language),
        shared=say(language, _("这个机器人有 %(n)s 个群在用，快慢一起算"), n=n) if n > 1 else "",
        rank=health.rank,
    )


def _mark(row: Group, sign: Sign, times: Times, language: str) -> Mark | None:
    if sign in {Sign.RELINK, Sign.TROUBLE}:
        return Mark("no", "stop", delivery_pages.trouble(row.trouble, language))
    if sign is Sign.UNTRIED:
        return Mark("wait", "clock", say(language, _("接好了，还没发过：试发一条")))
    if sign is Sign.WELL and row.accepted_at is not None:
        return Mark("in", "check", say(language, _("通着，%(when)s发过"), when=times.ago(row.accepted_at)))
    return None


def _asks(found: Health, language: str) -> str:
    said: Iterable[tuple[int, str]] = (
        (found.unknown, _("%(n)s 条不知道发到没有")),
        (found.failed, _("%(n)s 条没发出去")),
        (found.to_do, _("%(n)s 条等着贴")),
    )
    return say(language, _("，")).join(say(language, words, n=n) for n, words in said if n)
