"""An SMS gateway as Linju talks to one: JSON in, a status out."""

from __future__ import annotations

from typing import Any

import msgspec

from web.standin.world import World

Answer = dict[str, Any]

ROUTE = "/sms"


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    to: str
    text: str


def take(world: World, token: str, body: bytes) -> Answer:
    """Any token will do, none will not; `status` in the answer is the HTTP status."""
    if not token.removeprefix("Bearer ").strip():
        return {"status": 401, "error": "no token"}
    try:
        asked = msgspec.json.decode(body, type=Asked)
    except msgspec.DecodeError:
        return {"status": 400, "error": "not understood"}
    world.receive_text(asked.to, asked.text)
    return {"status": 202, "id": str(len(world.texts))}
