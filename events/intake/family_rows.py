"""A table with a family in each row, read into lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from events.catalog import questions, sessions
from events.intake import cells, grids, lines, matching, relays, words
from events.intake.columns import Meaning
from events.intake.drafts import Draft
from events.intake.readings import Child, Doubt, Reading
from events.intake.tables import Intake
from events.people import phones
from events.sheets.reading import Row
from events.signup import parties, rules

MOST = rules.LARGEST * 2  # people of a kind in a row: more than any rule lets in, so that the rule says so
QUESTION = "q-"  # a column that answers a question: this and its id
MEANINGS = (
    Meaning("name", words.NAME),
    Meaning("phone", words.PHONE),
    Meaning("party", words.PARTY),
    Meaning("adults", words.ADULTS),
    Meaning("children", words.CHILDREN),
    Meaning("child_name", words.CHILD_NAME),
    Meaning("age", words.AGE),
    Meaning("born", words.BORN),
    Meaning("allergies", words.ALLERGIES),
    Meaning("note", words.NOTE),
    Meaning("waiting", words.WAITING),
    Meaning("number", words.NUMBER),
)


@dataclass(frozen=True)
class Cells:
    """One row by what its columns mean."""

    row: Row
    of: dict[str, str]
    heads: dict[str, str]

    def __getitem__(self, meaning: str) -> str:
        return self.of.get(meaning, "")


async def meanings(intake: Intake) -> list[Meaning]:
    """What a column may be: a family's fields, and the event's questions by their label."""
    session, _event, _store = await sessions.whole(intake.session or 0)
    asked = await questions.of(session.event)
    return [*MEANINGS, *(Meaning(f"{QUESTION}{each.question.id}", (each.question.label,)) for each in asked)]


async def drafts(intake: Intake, rows: Sequence[Row], columns: Sequence[str]) -> list[Draft]:
    """The rows as lines to review; the template's example is no family."""
    session, _event, store = await sessions.whole(intake.session or 0)
    day = parties.day_of(session, store.zone)
    heads = _heads(intake, columns)
    found = [Cells(row, _by_meaning(row, columns), heads) for row in rows]
    read = [(each.row.number, reading(each, day)) for each in found if not cells.is_example(each["name"]) and any(each.row.cells)]
    return relays.drafted(_twice(read), await matching.families(intake.store, session.id, [each for _number, each in read]))


def reading(row: Cells, day: date) -> Reading:
    """What one row says; its number is the row's, as Excel counts."""
    phone, is_wrong = _phone(row["phone"])
    told = cells.heads(row["party"], day)
    children, of_children = _children(row, day, told)
    adults, of_adults = _adults(row, told, len(children))
    note = _note(row, row["phone"] if is_wrong else "")
    found = {
        Doubt.NAME_UNTOLD: not row["name"],
        Doubt.PHONE_WRONG: is_wrong,
        Doubt.CUT: len(note) > lines.NOTE or len(row["name"]) > lines.NAME,
    }
    return Reading(
        raw=" · ".join(cell for cell in row.row.cells if cell),
        number=row.row.number,
        name=row["name"][: lines.NAME],
        phone=phone,
        adults=adults,
        children=children,
        note=note[: lines.NOTE],
        is_waiting=cells.is_yes(row["waiting"]),
        answers={int(name.removeprefix(QUESTION)): cell for name, cell in row.of.items() if name.startswith(QUESTION) and cell},
        doubts=tuple(dict.fromkeys((*(doubt for doubt, is_so in found.items() if is_so), *of_adults, *of_children))),
    )


def _adults(row: Cells, told: cells.Heads | None, children: int) -> tuple[int, list[Doubt]]:
    """From their own column, else from the one that says who comes; a bare number there counts everybody."""
    grown = cells.count(row["adults"])
    unclear = [Doubt.CELL_UNCLEAR for name, said in (("adults", grown), ("party", told)) if row[name] and said is None]
    if grown is not None:
        return _sane(grown, unclear)
    if told is None:
        is_missing = not unclear and ("adults" in row.of or "party" in row.of)
        return 1, unclear or [Doubt.COLUMN_EMPTY if is_missing else Doubt.PEOPLE_UNTOLD]
    if told.is_total:
        return _sane(max(told.adults - children, 0), [*unclear, Doubt.PEOPLE_TWO_WAYS])
    return _sane(told.adults, [*unclear, *told.doubts])


def _sane(adults: int, doubts: list[Doubt]) -> tuple[int, list[Doubt]]:
    return (adults, doubts) if adults <= MOST else (MOST, [*doubts, Doubt.PEOPLE_TWO_WAYS])


def _children(row: Cells, day: date, told: cells.Heads | None) -> tuple[tuple[Child, ...], list[Doubt]]:
    """As many as the count says, else as many as have an age or a name."""
    small = cells.count(row["children"])
    in_words = row["children"] if small is None and not cells.is_none(row["children"]) else ""
    by_party = told.children if told is not None else ()
    aged = cells.born(row["born"], day) or cells.aged(row["age"], day) or cells.aged(in_words, day) or by_party
    called = cells.names(row["child_name"])
    if small is None:
        small = len(by_party) or max(len(aged), len(called))
    told_of = [*aged, *[Child()] * MOST][: min(small, MOST)]
    found = tuple(replace(each, name=called[n] if n < len(called) else each.name) for n, each in enumerate(told_of))
    doubts = [Doubt.AGE_UNTOLD] * any(each.months is None for each in found) + [Doubt.CHILDREN_UNTOLD] * (len(aged) != small and bool(aged))
    return found, doubts


def _phone(cell: str) -> tuple[str, bool]:
    """Its digits, and whether something stands there that is no phone; a word for none is none."""
    phone = phones.normalise(cell) or ""
    return phone, not phone and not cells.is_none(cell)


def _note(row: Cells, no_phone: str) -> str:
    """What is said beside: what stands for a phone and is none, the allergies under their own head, and the note."""
    allergies = "" if cells.is_none(row["allergies"]) else f"{row.heads.get('allergies', '')} {row['allergies']}"
    return " ".join(f"{no_phone} {allergies} {row['note']}".split())


def _twice(read: Sequence[tuple[int, Reading]]) -> list[tuple[int, Reading]]:
    """Rows that say the same name or phone as an earlier one are marked."""
    found, seen = [], set[str]()
    for number, each in read:
        said = {part for part in (each.phone, matching.plain(each.name)) if part}
        doubts = (*each.doubts, Doubt.TWICE) if said & seen else each.doubts
        seen |= said
        found.append((number, replace(each, doubts=doubts)))
    return found


def _by_meaning(row: Row, columns: Sequence[str]) -> dict[str, str]:
    """The cells by meaning; of two columns of the same meaning both."""
    found: dict[str, str] = {}
    for meaning, cell in zip(columns, row.cells, strict=False):
        if meaning:
            found[meaning] = f"{found[meaning]} {cell}".strip() if meaning in found else cell
    return found


def _heads(intake: Intake, columns: Sequence[str]) -> dict[str, str]:
    """The words above each meaning."""
    heads = grids.load(intake.table)[0].cells
    return dict(zip(columns, heads, strict=False))
