"""Where exactly a chef goes on a visit, and whom to call there: for confirmed families and staff only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from piccolo.columns import Column

from events.catalog.tables import Session
from events.errors import Refused, _
from events.people import phones

LENGTHS = {"flat": 80, "contact": 40}


@dataclass(frozen=True)
class Visit:
    """Building, unit and door; who opens it, and their phone (11 digits). Each may be empty."""

    flat: str = ""
    contact: str = ""
    contact_phone: str = ""

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(session.flat, session.contact, session.contact_phone)

    def columns(self) -> dict[Column | str, Any]:
        """As a session keeps it."""
        return {getattr(Session, name): value for name, value in asdict(self).items()}


NOWHERE = Visit()


def check(visit: Visit) -> None:
    """Refused by field: too long, or no mobile."""
    for field, most in LENGTHS.items():
        if len(getattr(visit, field)) > most:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=most)
    if visit.contact_phone and phones.normalise(visit.contact_phone) != visit.contact_phone:
        raise Refused(_("手机号是 1 开头的 11 位数字，再看一眼"), field="contact_phone")
