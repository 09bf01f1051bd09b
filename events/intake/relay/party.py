"""Who comes by one line: as counted so far, and settled once all is read, every count that could be another one in doubt."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from events.intake.readings import Child, Doubt
from events.intake.relay import words
from events.intake.relay.telling import Word


@dataclass
class Party:
    """What was counted so far."""

    on: date
    name: str = ""
    phone: str = ""
    adults: int | None = None
    kids: int | None = None  # counted: "2小"
    total: int | None = None  # counted without saying who: "2人", "+1"
    stated: int | None = None  # "共3人"
    family: int | None = None  # "一家三口"; 0: not how many
    children: list[Child] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # in the brackets behind "1小"
    roles: list[Word] = field(default_factory=list)  # 爸爸, 我
    strangers: int = 0  # names behind a "+"
    is_twins: bool = False
    is_joined: bool = False  # the writer and somebody
    left: list[str] = field(default_factory=list)
    doubts: set[Doubt] = field(default_factory=set)


def settle(party: Party) -> None:
    """Children first: some counts say only how many there are together."""
    _settle_children(party)
    _settle_adults(party)
    if any(child.months is None for child in party.children):
        party.doubts.add(Doubt.AGE_UNTOLD)


def _settle_children(party: Party) -> None:
    if party.kids is None and party.family is not None and party.family > 2 and not party.children:
        party.children = [Child()] * (party.family - 2)
    if party.kids is not None:
        known = [child for child in party.children if child != Child()]
        known *= 2 if party.is_twins and party.kids == 2 and len(known) == 1 else 1
        party.children = [*known, *[Child()] * (party.kids - len(known))]
        if (known and len([child for child in known if child.months is not None]) not in {0, party.kids}) or len(known) > party.kids:
            party.doubts.add(Doubt.CHILDREN_UNTOLD)
    elif party.children and not party.is_joined and party.family is None:
        party.doubts.add(Doubt.CHILDREN_UNTOLD)
    for index, child in enumerate(party.children):
        if party.names and not child.name:
            party.children[index] = replace(child, name=party.names.pop(0))
    party.children += [Child(name) for name in party.names]


def _settle_adults(party: Party) -> None:
    """Told, or what the rest of the line makes likely; unless it was told plainly, with a doubt."""
    children = len(party.children)
    plain = party.adults is not None
    if plain:
        unclear = not {party.total, party.family, party.stated} <= {None, 0, (party.adults or 0) + children}
    elif party.family is not None:
        party.adults, unclear = min(party.family, 2) if party.family else 2, True
    elif (total := party.total if party.total is not None else party.stated) is not None:
        party.adults, unclear = max(total - children, 1), True
    elif party.roles or party.strangers:
        party.adults, unclear = _roles(party)
    else:
        party.adults, unclear = 1, party.kids is not None and not party.is_joined
        if party.kids is None and not party.is_joined:
            party.doubts.add(Doubt.PEOPLE_UNTOLD)
    if unclear:
        party.doubts.add(Doubt.PEOPLE_TWO_WAYS)


def _roles(party: Party) -> tuple[int, bool]:
    """How many grown-ups the words 爸爸, 我, 老公 make with the writer, and whether it may be another number."""
    told = {word.text.lower() for word in party.roles}
    count = sum(words.GROWN_UP[word.text.lower()] for word in party.roles)
    is_writer_in = bool(told & words.WRITER or told & words.BOTH_PARENTS or (told & words.FATHERS and told & words.MOTHERS))
    if is_writer_in:
        return count + party.strangers, bool(party.strangers)
    if all(word.is_joined for word in party.roles):
        is_plain = told <= words.SPOUSE or party.name.lower().endswith(words.FAMILY_ENDINGS)
        return 1 + count + party.strangers, bool(party.strangers) or not is_plain
    return max(count, 1) + party.strangers, True
