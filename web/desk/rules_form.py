"""The form of an event's rules: what is chosen in it, and what it needs to be drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from events.announce import groups
from events.announce.tables import Group
from events.catalog import details, rules
from events.catalog.rules import Rules
from events.catalog.tables import Event, FeePer, Once, Store, Takers, WaitingRule
from events.errors import _
from events.people.tables import Staff
from web import forms

CHANGES = (0, 60, 120, 180, 360, 720, 1440, 2880, 4320, 10080)  # minutes offered
HOURS = {  # offered; what is set already is offered too
    "members_hours": (0, 2, 6, 12, 24, 48, 72),
    "hold_hours": (2, 6, 12, 24, 48, 72),
    "offer_hours": (1, 2, 3, 6, 12, 24, 48),
    "drop_hours": (2, 3, 4, 6, 8, 12),
}
COUNTS = {"children_per_adult": range(1, 5), "most_places": range(1, 7)}
MOST_CENTS = 2
FLAGS = ("needs_approval", "asks_day_before", "is_drop_off")


def fill(form: forms.Form, event: Event, codes: Sequence[str]) -> forms.Form:
    """The rules as they stand, unless something was sent: a box not ticked is not in a form."""
    if form.was_sent:
        return form
    values = asdict(Rules.of(event))
    owed = yuan(values.pop("fee"))
    flags = {name: "1" if values.pop(name) else "" for name in FLAGS}
    return form.fill(**values, **flags, fee=owed, groups=list(codes))


def read(form: forms.Form, known: Sequence[Group]) -> tuple[Rules, list[str]]:
    """The rules chosen, and the codes of the groups that are first."""
    codes = {group.code for group in known}
    waiting_rule = form.choice("waiting_rule", WaitingRule)
    holds = waiting_rule == WaitingRule.HOLD
    found = Rules(
        takers=form.choice("takers", Takers),
        children_per_adult=form.integer("children_per_adult", 1, rules.CHILDREN_PER_ADULT, required=False),
        most_places=form.integer("most_places", 1, rules.MOST_PLACES, required=False),
        once_per=form.choice("once_per", Once),
        changes_minutes=form.integer("changes_minutes", 0, details.CLOSES_MINUTES),
        members_hours=form.integer("members_hours", 0, rules.MEMBERS_HOURS),
        waiting_rule=waiting_rule,
        hold_hours=form.integer("hold_hours", 1, rules.HOLD_HOURS) if holds else Rules.hold_hours,
        offer_hours=form.integer("offer_hours", 1, rules.OFFER_HOURS),
        needs_approval=form.flag("needs_approval"),
        asks_day_before=form.flag("asks_day_before"),
        drop_hours=form.integer("drop_hours", 1, rules.DROP_HOURS, required=False) if form.flag("asks_day_before") else None,
        fee=fee(form),
        fee_per=form.choice("fee_per", FeePer),
        is_drop_off=form.flag("is_drop_off"),
        child_portion=form.integer("child_portion", 0, max(rules.PORTIONS)),
    )
    return found, [code for code in form.values("groups") if code in codes]


async def known_groups(event: Event, codes: Sequence[str], *, by: Staff) -> list[Group]:
    """The groups that may be first: those of the store in use, and any that is first already."""
    rows = [group for group in await groups.seen_by(by) if group.store == event.store]
    missing = set(codes) - {group.code for group in rows}
    if missing:
        rows += await Group.objects().where((Group.store == event.store) & Group.code.is_in(sorted(missing)))
    return rows


def context(form: forms.Form, event: Event, store: Store, known: Sequence[Group]) -> dict[str, Any]:
    return {
        "form": form,
        "event": event,
        "store": store,
        "groups": [(group.code, group.name) for group in known],
        "changes": sorted({*CHANGES, *form.chosen("changes_minutes")}),
        "hours_of": {name: sorted({*offered, *form.chosen(name)}) for name, offered in HOURS.items()},
        "counts_of": {name: sorted({*offered, *form.chosen(name)}) for name, offered in COUNTS.items()},
    }


def yuan(fen: int) -> str:
    """As one types it: 18, 18.5; nothing for nothing."""
    if not fen:
        return ""
    whole, rest = divmod(fen, 100)
    return f"{whole}.{rest:02}".rstrip("0") if rest else str(whole)


def fee(form: forms.Form) -> int:
    """What was typed in yuan, in fen."""
    typed = unicodedata.normalize("NFKC", form.value("fee")).strip().removeprefix("¥").strip()
    if not typed:
        return 0
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", typed):
        form.wrong("fee", _("写多少元，比如 18 或者 18.5"))
        return 0
    whole, _dot, rest = typed.partition(".")
    return int(whole) * 100 + int(rest.ljust(MOST_CENTS, "0"))
