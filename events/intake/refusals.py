"""Why a line was refused, kept with it."""

from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events.errors import Refused
from events.intake.tables import IntakeLine, LineState


def of(refused: Refused) -> dict[Column | str, Any]:
    """The columns of a line that was tried in vain."""
    sentence, values, field = refused.kept()
    return {
        IntakeLine.state: LineState.REFUSED,
        IntakeLine.refusal: sentence,
        IntakeLine.refusal_values: values,
        IntakeLine.refusal_field: field,
    }
