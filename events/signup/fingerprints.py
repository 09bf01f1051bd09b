"""Whether two submissions say the same: the digest of what they say, whatever the order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime

from events.codes import digest


def fingerprint(content: Mapping[str, object]) -> str:
    """SHA-256 in hex of the content as canonical JSON; the same moment in two zones is the same.

    Knows JSON's values, tuples, dates and datetimes (aware); anything else is a TypeError rather than a guess.
    """
    return digest(json.dumps(content, default=_plain, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def _plain(value: object) -> str:
    match value:
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case date() if not isinstance(value, datetime):
            return value.isoformat()
    raise TypeError(f"no fingerprint of {type(value).__name__}")
