"""Files asked for and read back, and crowds to fill them."""

from __future__ import annotations

import csv
import io

import openpyxl

from events import db
from events.catalog.tables import Event, Session, Store
from events.export import exports, making
from events.export.scopes import Scope
from events.export.tables import Export, FileKind, What
from events.people.tables import Staff

ENGLISH = {"家庭": "Family"}


def speech(language: str, sentence: str) -> str:
    return ENGLISH.get(sentence, sentence) if language == "en" else sentence


async def of_event(event: Event, session: Session | None = None) -> Scope:
    store = await Store.objects().get(Store.id == event.store)
    assert store is not None
    return Scope(store, event, session)


async def ask(scope: Scope, what: What = What.REGISTRATIONS, kind: FileKind = FileKind.CSV, *, by: Staff, language: str = "zh") -> Export:
    return await exports.ask(scope, what, kind, language=language, speech=speech, by=by)


async def data_of(export: Export) -> bytes:
    return b"".join([piece async for piece in making.pieces(export)])


async def read(export: Export) -> list[dict[str, object]]:
    """By the library that did not write it: each line with its headings; empty cells are left out."""
    data = await data_of(export)
    if export.kind == FileKind.CSV:
        heads, *lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        return [{head: cell for head, cell in zip(heads, line, strict=True) if cell} for line in lines]
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True).active
    assert sheet is not None
    first, *rows = list(sheet.iter_rows(values_only=True))
    return [{str(head): cell for head, cell in zip(first, row, strict=True) if cell is not None} for row in rows]


async def crowd(session: Session, families: int) -> None:
    """So many placed families of one grown-up and one child, straight into the tables, by the database itself."""
    numbers = f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {families - 1})"
    away = f"'{session.created_at.isoformat()}'"
    await db.engine().run(
        f"INSERT INTO household (name, phone, email, created_at) {numbers} SELECT '家庭' || n, '', '', {away} FROM numbers"
    )
    await db.engine().run(
        "INSERT INTO registration (session, household, state, name, phone, note, consent, via, key, fingerprint, secret, queued_at, "
        "ending, is_at_once, can_split, host_note, created_at) "
        f"SELECT {session.id}, id, 'placed', name, '13900000000', '=1+1', 'given', '', 'crowd' || id, 'x', 'crowd' || id, {away}, "
        f"'', TRUE, FALSE, '', {away} FROM household WHERE name LIKE '家庭%' ORDER BY id"
    )
    for kind, name in (("adult", ""), ("child", "小满")):
        await db.engine().run(
            "INSERT INTO attendee (registration, kind, name, is_birth_month_approximate, allergies, diet, note, takes_place) "
            f"SELECT id, '{kind}', '{name}', FALSE, '', '', '', TRUE FROM registration WHERE session = {session.id} ORDER BY id"
        )
