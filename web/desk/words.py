"""Words the desk's pages share for roles and kinds of text."""

from __future__ import annotations

from collections.abc import Iterable

from events.catalog.tables import Compound, Store, TextKind
from events.errors import _
from events.people.tables import Role, Staff
from web.language import say

ROLES = {Role.OWNER: _("店主"), Role.LEAD: _("大盒"), Role.HOST: _("小盒")}
TEXTS = {TextKind.PRIVACY: _("隐私说明"), TextKind.CONSENT: _("孩子信息的说明")}


def choices(rows: Iterable[Store | Compound | Staff]) -> list[tuple[int, str]]:
    """Rows as a select offers them."""
    return [(row.id, row.name) for row in rows]


def roles(language: str) -> dict[str, str]:
    """Every role by its value, the highest first."""
    return {role.value: say(language, word) for role, word in ROLES.items()}


def texts(language: str) -> dict[str, str]:
    return {kind.value: say(language, word) for kind, word in TEXTS.items()}
