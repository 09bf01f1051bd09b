"""Pictures of events: made ready once, kept in the database, known by their digest."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum

from events.catalog import imaging
from events.catalog.tables import Picture, Store
from events.db import writing
from events.errors import NotThere
from events.people import audit, rights
from events.people.tables import Staff

# One at a time: a large picture unpacks to some hundred megabytes.
_workshop = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")


async def keep(store: Store, data: bytes, *, by: Staff) -> Picture:
    """The picture resized and without its metadata; the store's own row again when it had the same one. Refused if it is none."""
    if not rights.sees(by, store.id):
        raise NotThere
    prepared = await asyncio.get_running_loop().run_in_executor(_workshop, imaging.prepare, data)
    picture = Picture(
        store=store.id,
        digest=prepared.digest,
        cover=prepared.cover,
        card=prepared.card,
        chat=prepared.chat,
        width=prepared.width,
        height=prepared.height,
    )
    async with writing():
        known = await Picture.select(Picture.id).where((Picture.store == store.id) & (Picture.digest == prepared.digest)).first()
        if known is None:
            await picture.save()
            await audit.record(by, "picture.kept", picture, store=store.id)
        else:
            picture.id = known["id"]
    return picture


class Size(StrEnum):
    COVER = "cover"  # at most 1280 px wide
    CARD = "card"  # 480 px wide
    CHAT = "chat"  # 600 px square


async def jpeg(digest: str, size: Size) -> bytes | None:
    """The picture in one of its sizes, None when nobody has such a picture."""
    row = await Picture.select(_COLUMNS[size].as_alias("jpeg")).where(Picture.digest == digest).first()
    return row["jpeg"] if row else None


_COLUMNS = {Size.COVER: Picture.cover, Size.CARD: Picture.card, Size.CHAT: Picture.chat}
