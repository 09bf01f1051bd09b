"""What the columns of a table mean: guessed from its heads, said by the host, and read by anew."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from events.intake import words
from events.sheets.reading import Row

TITLES = 5  # rows above the heads at most: a title, a date, "please fill in"
_ASIDE = re.compile(f"[{words.AROUND}]+")


@dataclass(frozen=True)
class Meaning:
    """What a column may say, and the words people put above one that does. The longer word wins, the first meaning of two equal ones."""

    value: str
    words: tuple[str, ...]


def guess(heads: Sequence[str], meanings: Sequence[Meaning]) -> list[str]:
    """For each head the value of what it most likely means, each meaning once; "" where nobody knows."""
    scores = [(-_score(head, each), column, rank) for column, head in enumerate(heads) for rank, each in enumerate(meanings)]
    found, taken = [""] * len(heads), set[str]()
    for score, column, rank in sorted(scores):
        value = meanings[rank].value
        if score and not found[column] and value not in taken:
            found[column] = value
            taken.add(value)
    return found


def with_heads(rows: Sequence[Row], meanings: Sequence[Meaning]) -> list[Row]:
    """The rows from the heads on; a table without heads gets a blank one. What stands above the heads is not read."""
    known = [sum(map(bool, guess(row.cells, meanings))) for row in rows[:TITLES]]
    best = max(range(len(known)), key=lambda n: (known[n], -n), default=0)
    if known and known[best] >= (2 if best else 1):  # one word below a title is no row of heads
        return list(rows[best:])
    return [Row(0, ("",) * (len(rows[0].cells) if rows else 0)), *rows]


def plain(text: str) -> str:
    """As heads are compared: without what people put around a word."""
    return _ASIDE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _score(head: str, meaning: Meaning) -> int:
    """How well a head fits: the whole of it before its end, its end before a part, long words before short ones."""
    said = plain(head)
    found = 0
    for word in map(plain, meaning.words):
        if word and said == word:
            found = max(found, 1_000 + len(word))
        elif word and said.endswith(word):
            found = max(found, 100 + len(word))
        elif word and word in said:
            found = max(found, len(word))
    return found
