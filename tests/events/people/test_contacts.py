from __future__ import annotations

import pytest

from events.errors import Refused
from events.people.contacts import Contact, Kind, read


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("138 0013 8000", Kind.SMS, "13800138000"),
        ("+86 138-0013-8000", Kind.SMS, "13800138000"),
        (" Lin.Xia@Example.COM ", Kind.EMAIL, "lin.xia@example.com"),
        ("ｌｉｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", Kind.EMAIL, "lin@example.com"),
    ],
)
def test_read_knows_both_in_one_spelling(typed: str, kind: Kind, value: str) -> None:
    assert read(typed, offered=tuple(Kind)) == Contact(kind, value)


@pytest.mark.parametrize(
    "typed", ["", "12345", "lin@", "@example.com", "lin@example", "a b@example.com", "lin@example.com\nBcc: x@y.z", "x" * 200]
)
def test_read_refuses_what_is_neither(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        read(typed, offered=tuple(Kind))
    assert refused.value.field == "contact"


def test_read_refuses_a_kind_nobody_can_send() -> None:
    for typed, offered in (("13800138000", [Kind.EMAIL]), ("lin@example.com", [Kind.SMS])):
        with pytest.raises(Refused):
            read(typed, offered=offered)


def test_a_contact_shows_nothing_in_a_traceback() -> None:
    assert "138" not in repr(Contact(Kind.SMS, "13800138000"))
