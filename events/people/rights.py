"""Who of the staff may see and do what. Pure: a member of staff and numbers in, yes or no out."""

from __future__ import annotations

from events.people.tables import Role, Staff


def owns(staff: Staff) -> bool:
    """An owner: every store is theirs."""
    return staff.role == Role.OWNER


def sees(staff: Staff, store: int) -> bool:
    """May read the store's rows; what one does not see is not there. A helper sees none: what its link shows hangs on the link."""
    return owns(staff) or (staff.role != Role.HELPER and staff.store == store)


def may_lead(staff: Staff, store: int) -> bool:
    """May do what concerns the whole store: its owner or its lead."""
    return owns(staff) or (staff.role == Role.LEAD and staff.store == store)


def may_edit(staff: Staff, store: int, host: int) -> bool:
    """May change what belongs to one host: that host, or whoever leads the store."""
    return may_lead(staff, store) or (sees(staff, store) and staff.id == host)


def may_act(staff: Staff, store: int, host: int, cover: int | None) -> bool:
    """May act in a host's stead: who may edit, and the colleague who covers. The cover of another store covers nothing here."""
    return may_edit(staff, store, host) or (sees(staff, store) and cover is not None and staff.id == cover)


def may_manage(staff: Staff, other: Staff) -> bool:
    """May disable somebody, sign them out or make them a reset link: an owner anybody, a lead the hosts of its store."""
    return owns(staff) or (other.role == Role.HOST and other.store is not None and may_lead(staff, other.store))
