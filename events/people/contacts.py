"""Where a code can reach a family: a mainland mobile or an e-mail address, in one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from events.errors import Refused, _
from events.people import phones

LONGEST = 120
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")  # as families have them; no quoted or local ones


class Kind(StrEnum):
    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True)
class Contact:
    """`value` is 11 digits, or an address in lower case."""

    kind: Kind
    value: str

    def __repr__(self) -> str:
        return f"Contact({self.kind})"  # tracebacks and logs show it


def read(typed: str, *, offered: Collection[Kind], field: str = "contact") -> Contact:
    """What somebody typed, whichever of the two it is. Refused for neither, and for a kind we cannot send to."""
    address = unicodedata.normalize("NFKC", typed).strip().lower()
    phone = phones.normalise(typed)
    if phone is not None and Kind.SMS in offered:
        return Contact(Kind.SMS, phone)
    if Kind.EMAIL in offered and len(address) <= LONGEST and _EMAIL.fullmatch(address):
        return Contact(Kind.EMAIL, address)
    raise Refused(_WRONG.get(frozenset(offered), _WRONG[frozenset(Kind)]), field=field)


_WRONG = {
    frozenset(Kind): _("写 11 位手机号，或者邮箱"),
    frozenset({Kind.SMS}): _("手机号是 1 开头的 11 位数字，再看一眼"),
    frozenset({Kind.EMAIL}): _("邮箱像 lin@example.com 这样，再看一眼"),
}
