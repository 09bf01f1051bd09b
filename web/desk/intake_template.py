"""Tables to fill in, with the heads we know and an example that the reader knows for one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litestar import Response

from events.catalog.questions import Asked
from events.errors import _
from events.sheets import writing
from web.language import say

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAMILIES = {  # heads, and what the example has below them
    _("家长姓名"): _("例：林女士"),
    _("手机号"): "13800138000",
    _("大人几位"): "2",
    _("孩子几位"): "1",
    _("孩子几岁"): "5",
    _("过敏"): _("花生"),
    _("备注"): _("外婆来接"),
}


def families(language: str, asked: Sequence[Asked]) -> Response[bytes]:
    """A family in each row; the event's questions have columns of their own."""
    heads = [*(say(language, head) for head in FAMILIES), *(each.question.label for each in asked)]
    example = [*(say(language, cell) for cell in FAMILIES.values()), *(_answer(each) for each in asked)]
    return download("families.xlsx", heads, [example], title=say(language, _("报名")))


def download(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, title: str) -> Response[bytes]:
    """A small table as a file."""
    body = b"".join(writing.xlsx_pieces(heads, rows, title=title))
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=XLSX, headers=headers)


def _answer(asked: Asked) -> str:
    """What an answer may look like: the first option."""
    return asked.options[0].label if asked.options else ""
