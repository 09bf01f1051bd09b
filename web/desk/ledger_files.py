"""The ledger as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from events.announce.deliveries import Line
from events.announce.tables import ChannelName, DeliveryState, Part
from events.errors import _
from events.export.tables import FileKind
from events.sheets.writing import Cell, csv_pieces, xlsx_pieces
from web.desk import delivery_pages
from web.desk.announcement_words import TEMPLATES
from web.language import say
from web.times import Times

TITLE = _("发送记录")
HEADS = (
    *(_("写好的时间"), _("活动"), _("哪一类"), _("群"), _("人数"), _("怎么发"), _("发的是")),
    *(_("情况"), _("为什么"), _("试了几次"), _("什么时候完的"), _("谁办的")),
)
PARTS = {Part.WORDS: _("文字"), Part.POSTER: _("海报")}


def pieces(lines: Sequence[Line], kind: FileKind, times: Times, language: str, *, more: int = 0) -> Iterator[bytes]:
    """The file, piece by piece; times are on the reader's clock. `more` lines there are that it has no room for: its last row says so."""
    heads = [say(language, head) for head in HEADS]
    last: list[list[Cell]] = [[cut(len(lines), more, language)]] if more else []
    rows = chain((_row(line, times, language) for line in lines), last)
    if kind == FileKind.XLSX:
        return xlsx_pieces(heads, rows, title=say(language, TITLE))
    return csv_pieces(heads, rows)


def cut(n: int, more: int, language: str) -> str:
    """That a file has the newest `n` lines and not the `more` before them."""
    return say(language, _("只有最新的 %(n)s 条，更早的 %(more)s 条没放进来。缩小范围，分几次存"), n=n, more=more)


def name(times: Times, language: str, kind: str) -> str:
    """What it is and the day it was made."""
    return f"{say(language, TITLE)}-{times.now.astimezone(ZoneInfo(times.zone)):%Y-%m-%d}.{kind}"


def _row(line: Line, times: Times, language: str) -> list[Cell]:
    is_posted = line.state == DeliveryState.ACCEPTED and line.channel == ChannelName.BY_HAND
    state = delivery_pages.POSTED if is_posted else delivery_pages.MARKS[line.state]
    return [
        _local(line.created_at, times),
        line.title,
        say(language, TEMPLATES[line.template]),
        line.name,
        line.members or None,
        say(language, delivery_pages.WAYS[line.channel]),
        say(language, PARTS[line.part]),
        say(language, state[2]),
        delivery_pages.reason(line, times, language),
        line.attempt,
        _local(line.finished_at, times),
        line.finished_by,
    ]


def _local(moment: datetime | None, times: Times) -> datetime | None:
    return moment.astimezone(ZoneInfo(times.zone)).replace(tzinfo=None, microsecond=0) if moment else None
