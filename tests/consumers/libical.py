"""libical, the library of GNOME's and KDE's calendars, asked through its C interface: the strictest reader of what we write."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

STALE = frozenset({"OBSOLETE", "MISSEQUENCED"})
SOMEBODY = "mailto:somebody@linju.example"


def complaints(file: bytes) -> int:
    """How many errors it finds while reading; a file that breaks the rules of RFC 5545 and 5546 has one more."""
    ical, _classes = _libraries()
    calendar = _parsed(file)
    return int(ical.icalcomponent_count_errors(calendar)) + int(not ical.icalrestriction_check(calendar))


def takes_over(file: bytes, known: bytes) -> bool:
    """Whether it would put the one entry of a file in the place of the one it knows, by UID, SEQUENCE and DTSTAMP (RFC 5546, 2.1.5)."""
    ical, classes = _libraries()
    found = classes.icalclassify(_parsed(_as_sent(file)), _parsed(_as_sent(known)), SOMEBODY.encode())
    return ical.icalproperty_enum_to_string(found).decode() not in STALE


def _as_sent(file: bytes) -> bytes:
    """It compares only what comes as an invitation."""
    people = f"ORGANIZER:mailto:store@linju.example\r\nATTENDEE:{SOMEBODY}\r\n".encode()
    return file.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nMETHOD:REQUEST\r\n", 1).replace(b"SUMMARY", people + b"SUMMARY", 1)


def _parsed(file: bytes) -> Any:
    calendar = _libraries()[0].icalparser_parse_string(file)
    if not calendar:
        raise ValueError("libical reads no calendar in this")
    return calendar


@cache
def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    ical, classes = ctypes.CDLL("libical.so.3"), ctypes.CDLL("libicalss.so.3")
    ical.icalparser_parse_string.restype, ical.icalparser_parse_string.argtypes = ctypes.c_void_p, [ctypes.c_char_p]
    ical.icalcomponent_count_errors.argtypes = ical.icalrestriction_check.argtypes = [ctypes.c_void_p]
    ical.icalproperty_enum_to_string.restype, ical.icalproperty_enum_to_string.argtypes = ctypes.c_char_p, [ctypes.c_int]
    classes.icalclassify.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]
    return ical, classes
