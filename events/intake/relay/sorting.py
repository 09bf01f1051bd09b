"""A relay's text sorted into its title, the lines that sign somebody up, and the rest. Nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from events.intake.relay import line, numbering, phrases, signs
from events.intake.relay.line import Entry
from events.intake.relay.numbering import Piece


@dataclass
class Sorted:
    """`loose` is in the order of the text."""

    on: date
    title: str = ""
    entries: list[Entry] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    ahead: list[tuple[str, str]] = field(default_factory=list)  # what stands before the first number: as written, and plain
    header_at: int = 0  # how many lines stand ahead of "#接龙"
    is_apart: bool = False  # a blank line came since
    expected: int = 1

    @property
    def is_numbered(self) -> bool:
        return any(entry.number is not None for entry in self.entries)


def sort(text: str, on: date) -> Sorted:
    """Line by line; the lines before the first number wait until it is known whether there is one."""
    done = Sorted(on)
    for raw in signs.storable(text).splitlines():
        plain = signs.plain(raw)
        if not plain.strip():
            done.is_apart = True
            continue
        _line(done, raw.strip(signs.EDGES), plain)
        done.is_apart = False
    if done.ahead:
        _settle_ahead(done)
    return done


def _line(done: Sorted, raw: str, plain: str) -> None:
    text, is_indented = plain.strip(), plain.startswith(" ")
    if not done.entries and (header := phrases.HEADER.match(text)):
        rest = text[header.end() :]
        done.header_at = len(done.ahead)
        done.loose.append(text[: header.end()].strip())
        if not rest:
            return
        raw, text = rest, rest
    before, pieces = numbering.pieces(text, done.expected)
    if pieces:
        if before:
            _unnumbered(done, before, before, is_indented=False)
        _numbered(done, pieces, raw, is_whole=not before, is_indented=is_indented)
    else:
        _unnumbered(done, raw, text, is_indented=is_indented)


def _numbered(done: Sorted, pieces: list[Piece], raw: str, *, is_whole: bool, is_indented: bool) -> None:
    if done.ahead and not done.is_numbered:
        _settle_ahead(done, is_numbered=True)
    is_struck = signs.is_struck(raw) or (is_whole and raw.startswith("~~") and raw.endswith("~~"))
    for piece in pieces:
        written = raw if is_whole and len(pieces) == 1 else piece.text
        done.entries.append(Entry(piece.head.number, written, piece.head.body, is_struck, piece.is_tight, is_indented))
        done.expected = piece.head.number + 1


def _unnumbered(done: Sorted, raw: str, text: str, *, is_indented: bool) -> None:
    if not done.entries:
        done.ahead.append((raw, text))
        return
    last = done.entries[-1]
    if not done.is_apart and last.number is not None and _belongs(last, text, done.on, is_indented=is_indented):
        last.add(raw, text)
    elif line.looks_like_sign_up(text, done.on):
        done.entries.append(Entry(None, raw, text, signs.is_struck(raw)))
    else:
        done.loose.append(raw)


def _belongs(last: Entry, text: str, on: date, *, is_indented: bool) -> bool:
    """Whether a line goes on with the one above: set in, or a phone, ages or heads that the one above has not told."""
    if phrases.EXAMPLE.match(text):
        return False
    if is_indented and not last.is_indented:
        return True
    return line.is_only_facts(text, on) and not (line.has_heads(text) and line.has_heads(last.body))


def _settle_ahead(done: Sorted, *, is_numbered: bool = False) -> None:
    """The first line is the title, the one behind "#接龙" if there is one; in a list without numbers, lines that sign up are read."""
    kept = []
    for at, (raw, text) in enumerate(done.ahead):
        if not is_numbered and line.looks_like_sign_up(text, done.on):
            done.entries.append(Entry(None, raw, text, signs.is_struck(raw)))
        else:
            kept.append((at >= done.header_at and not phrases.EXAMPLE.match(text), raw))
    titled = next((at for at, (can_be_title, _raw) in enumerate(kept) if can_be_title), None)
    titled = 0 if titled is None and kept and not phrases.EXAMPLE.match(signs.plain(kept[0][1])) else titled
    done.title = "" if titled is None else kept[titled][1]
    done.loose += [raw for at, (_can, raw) in enumerate(kept) if at != titled]
    done.ahead = []
