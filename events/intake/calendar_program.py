"""A program by itself: a calendar file on its input, its occurrences as JSON on its output, within so much time and memory and no more.

A rule may ask for more than anybody waits for, and no thread can be stopped; a process can.
"""

from __future__ import annotations

import resource
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from events.errors import Refused
from events.intake import calendar_reading
from events.intake.calendar_entries import Calendar

MEMORY = 768 * 2**20  # bytes of address space
SECONDS = 10


class Answer(msgspec.Struct):
    """What was read, or why nothing was: a sentence, its values as JSON, its field."""

    calendar: Calendar | None = None
    refused: tuple[str, str, str] | None = None


def main(now: str, zone: str) -> None:
    """`now`: ISO, in UTC; `zone`: the store's."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = Answer(calendar_reading.read(sys.stdin.buffer.read(), datetime.fromisoformat(now).astimezone(ZoneInfo(zone))))
    except Refused as refused:
        answer = Answer(refused=refused.kept())
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
