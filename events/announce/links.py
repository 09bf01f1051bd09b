"""A group's own link to an event: short, in any case, and it tells by which group a family came."""

from __future__ import annotations

from events.announce.tables import Group


def path(group: Group, event: int) -> str:
    """Below the installation's address; good for a QR in upper case."""
    return f"/G/{group.code}/{event}"


def address(group: Group, event: int, base: str) -> str:
    """The whole link; `base` is the installation's address without a path."""
    return base.rstrip("/") + path(group, event)


async def code(typed: str) -> str:
    """The code of a known group as it is stored, whatever its case; empty when there is none."""
    found = await Group.select(Group.code).where(Group.code == typed.upper()).first()
    return str(found["code"]) if found else ""
