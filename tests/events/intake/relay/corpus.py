"""Relays as groups write them, with what is to be read in each: corpus.txt, a case after "===", the reading after "---".

A line of the reading: number | name | heads | doubts | the rest. Heads are "2大" and each child's age in months, "?" untold, "66h" told
to the half year or month, "小雨:72" with its name. The rest: phone=, by= (who signed), out (cancelled), waits, note=.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from events.intake.readings import Child, Reading
from events.intake.relay.reading import Relay

ON = date(2026, 11, 28)
_ESCAPED = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([rt]))")


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    expected: str


def cases() -> list[Case]:
    parts = (Path(__file__).parent / "corpus.txt").read_text(encoding="utf-8").split("=== ")[1:]
    return [_case(part) for part in parts]


def written(relay: Relay) -> str:
    """What was read, in the form of the file."""
    title = [f"title {relay.title}"] if relay.title else []
    return "\n".join([*title, *map(_line, relay.lines), *(f"loose {each}" for each in relay.loose)])


def _case(part: str) -> Case:
    name, _, rest = part.partition("\n")
    text, _, expected = rest.partition("---\n")
    return Case(name, _ESCAPED.sub(_sign, text.removesuffix("\n")), expected.strip())


def _sign(found: re.Match[str]) -> str:
    return {"r": "\r", "t": "\t"}[found[3]] if found[3] else chr(int(found[1] or found[2], 16))


def _line(reading: Reading) -> str:
    heads = " ".join([f"{reading.adults}大", *map(_child, reading.children)])
    rest = {f"phone={reading.phone}": reading.phone, f"by={reading.signed_by}": reading.signed_by, "out": reading.is_cancelled}
    rest |= {"waits": reading.is_waiting, f"note={reading.note}": reading.note}
    number = "-" if reading.number is None else str(reading.number)
    told = [number, reading.name, heads, " ".join(reading.doubts), "; ".join(words for words, holds in rest.items() if holds)]
    return " | ".join(told).rstrip(" |")


def _child(child: Child) -> str:
    age = "?" if child.months is None else f"{child.months}{'h' if child.is_half_known else ''}"
    return f"{child.name}:{age}" if child.name else age
