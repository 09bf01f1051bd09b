"""Why a line was refused, kept with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from piccolo.columns import Column

from events.errors import Refused
from events.intake.tables import IntakeLine, LineState

LONGEST = 300  # characters of a sentence


def of(refused: Refused) -> dict[Column | str, Any]:
    """The columns of a line that was tried in vain."""
    return {
        IntakeLine.state: LineState.REFUSED,
        IntakeLine.refusal: refused.sentence[:LONGEST],
        IntakeLine.refusal_values: json.dumps(_plain(refused.values), ensure_ascii=False),
        IntakeLine.refusal_field: refused.field or "",
    }


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """As JSON holds them."""
    return {name: value if isinstance(value, (int, str)) else str(value) for name, value in values.items()}
