"""A calendar file's bytes as property lines: whatever encoding, however its lines are folded, whatever is missing at its end.

No library reads what phones and offices really write (a line broken inside a letter, a missing END, vCalendar 1.0), so the lines are
told apart here, and only values are given to one.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from events.errors import Refused, _

LINES = 100_000
LONGEST = 60_000  # letters of one value; what follows is dropped
PROPERTIES = 2_000  # of one component
DEEPEST = 5  # components within one another; what lies deeper is not read
ENTRIES = ("VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE")
NOT_ONE = _("这不是日历文件（.ics），从日历里重新导出一份再传")
UNREADABLE = _("文件里的字认不出来，从日历里重新导出一份再传")
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_END = re.compile(rb"\r\n|\n|\r")
_QUOTED = re.compile(rb"^[\w.-]+(?:;[^:]*)?;(?:ENCODING=)?QUOTED-PRINTABLE[;:]", re.IGNORECASE)
_LINE = re.compile(r"(?:[\w-]+\.)?([A-Za-z][A-Za-z0-9-]*)((?:;(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_PARAM = re.compile(r";([^=;:]+)(?:=((?:\"[^\"]*\"|[^\";])*))?")
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MARKS = (
    *((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")),
    *((b"B\0E\0", "utf-16-le"), (b"\0B\0E", "utf-16-be")),
)
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "X-ALT-DESC", "COMMENT"})  # a line that says nothing goes on with one of these
_KNOWN = re.compile(
    r"AALARM|ACTION|ATTACH|ATTENDEE|BEGIN|CALSCALE|CATEGORIES|CLASS|COLOR|COMMENT|COMPLETED|CONFERENCE|CONTACT|CREATED|DALARM|DAYLIGHT"
    r"|DESCRIPTION|DT(?:END|STAMP|START)|DUE|DURATION|END|EX(?:DATE|RULE)|FREEBUSY|GEO|IMAGE|LAST-MODIFIED|LOCATION|METHOD|NAME|ORGANIZER"
    r"|PERCENT-COMPLETE|PRIORITY|PRODID|RDATE|RECURRENCE-ID|REFRESH-INTERVAL|RELATED-TO|REPEAT|REQUEST-STATUS|RESOURCES|RRULE|SEQUENCE"
    r"|SOURCE|STATUS|SUMMARY|TRANSP|TRIGGER|TZ(?:ID|NAME|OFFSETFROM|OFFSETTO|URL)?|UID|URL|VERSION|X-[A-Z0-9-]+"
)


@dataclass(frozen=True)
class Property:
    """One line: its name and its parameters' names in capitals."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """A TEXT value without its escapes (RFC 5545, 3.3.11)."""
        return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Part:
    """A component: its own lines and what lies in it."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]


def looks_like_one(data: bytes) -> bool:
    """Whether a file is a calendar, whatever it is called."""
    return any(sign in data[:4_096].replace(b"\0", b"").upper() for sign in (b"BEGIN:VCALENDAR", b"BEGIN:VEVENT"))


def parts(data: bytes) -> list[Part]:
    """The calendars of a file. Refused (field "file"): what is none, whose letters nobody can read, and one of too many lines.

    An entry without its end is over where the next one begins; one outside of any calendar has one to itself.
    """
    calendars, inside = list[Part](), list[Part]()
    for each in _properties(data):
        name = each.value.strip().upper()
        if each.name == "BEGIN":
            _begin(Part(name), calendars, inside)
        elif each.name == "END":
            while any(part.name == name for part in inside) and inside.pop().name != name:
                pass
        elif inside and len(inside[-1].properties) < PROPERTIES:
            inside[-1].properties.append(each)
    if not calendars:
        raise Refused(NOT_ONE, field="file")
    return calendars


def _begin(part: Part, calendars: list[Part], inside: list[Part]) -> None:
    if part.name == "VCALENDAR":
        calendars.append(part)
        inside[:] = [part]
        return
    if part.name in ENTRIES:
        del inside[1:]
    if not inside and part.name in ENTRIES:
        _begin(Part("VCALENDAR"), calendars, inside)
    if inside and len(inside) < DEEPEST:
        inside[-1].parts.append(part)
        inside.append(part)


def _properties(data: bytes) -> Iterator[Property]:
    last: Property | None = None
    for line in _joined(data):
        match = _LINE.fullmatch(line)
        name = match[1].upper() if match else ""
        if match and _KNOWN.fullmatch(name):
            if last:
                yield last
            last = _property(name, match[2], match[3])
        elif last and last.name in _TEXTS and len(last.value) < LONGEST:
            last = Property(last.name, last.params, f"{last.value}\\n{line}")
    if last:
        yield last


def _property(name: str, params: str, value: str) -> Property:
    """With what vCalendar 1.0 calls QUOTED-PRINTABLE undone."""
    told = {found[1].upper(): (found[2] or "").replace('"', "") for found in _PARAM.finditer(params)}
    if told.get("ENCODING", "").upper() == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in told:
        plain = HIDDEN.sub("", quopri.decodestring(value.encode("utf-8", "surrogateescape")).decode("utf-8", "replace"))
        value = plain.replace("\\", "\\\\").replace("\r\n", "\n").replace("\n", "\\n")
    return Property(name, told, value[:LONGEST])


def _joined(data: bytes) -> list[str]:
    """The lines as they were before they were folded; bytes first, for a fold may lie inside a letter."""
    raw = _END.split(_FOLD.sub(b"", _utf_8(data)))
    if len(raw) > LINES:
        raise Refused(_("这份日历太大了，在日历里选短一点的时间再导出"), field="file")
    text = _decoded(b"\n".join(_soft(raw)))
    return [line for line in text.split("\n") if line.strip()]


def _soft(raw: list[bytes]) -> Iterator[bytes]:
    """QUOTED-PRINTABLE goes on in the next line behind a "=", and may be in another encoding than the rest."""
    held = list[bytes]()
    for line in raw:
        if not held and not _QUOTED.match(line):
            yield line
        elif line.endswith(b"="):
            held.append(line[:-1])
        else:
            yield _as_utf_8(b"".join([*held, line]))
            held = []
    if held:
        yield _as_utf_8(b"".join(held))


def _as_utf_8(line: bytes) -> bytes:
    head, _colon, value = line.partition(b":")
    charset = re.search(rb"CHARSET=\"?([\w-]+)", head, re.IGNORECASE)
    try:
        plain = quopri.decodestring(value).decode(charset[1].decode() if charset else "utf-8")
    except (UnicodeDecodeError, LookupError):
        plain = quopri.decodestring(value).decode("gb18030", "replace")
    return head + b":" + quopri.encodestring(plain.encode(), quotetabs=False).replace(b"=\n", b"").replace(b"\n", b"=0A")


def _utf_8(data: bytes) -> bytes:
    """UTF-16 made UTF-8, so that folds are looked for in one way."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = data.decode(encoding, "replace") if encoding != "utf-8" else ""
            return text.lstrip("\ufeff").encode("utf-8", "replace") if text else data[len(mark) :]
    return data


def _decoded(data: bytes) -> str:
    """UTF-8, one with a few broken letters too, else GB18030."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = _otherwise(data)
    return HIDDEN.sub("", text)


def _otherwise(data: bytes) -> str:
    patched = data.decode("utf-8", "replace")
    letters, broken = sum(not each.isascii() for each in patched), patched.count("\ufffd")
    if broken * 20 < letters:
        return patched.replace("\ufffd", "")
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise Refused(UNREADABLE, field="file") from error
