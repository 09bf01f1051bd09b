from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from events.catalog.tables import Session
from events.checkin import batches
from events.checkin.tables import Act, How
from events.errors import Refused

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)
MS = int(NOW.timestamp() * 1000)
DOOR = Session(event=1, venue=1, starts_at=NOW, ends_at=NOW + timedelta(hours=1), places=1)
SCAN: dict[str, Any] = {"nonce": "abcdefgh", "act": "enter", "at": MS}


def batch(*scans: dict[str, Any], sent_at: int = MS) -> batches.Batch:
    return batches.read(json.dumps({"device": "d", "sent_at": sent_at, "scans": list(scans)}).encode())


def deed(sent_at: int = MS, **of: Any) -> batches.Deed:
    (found,) = batches.deeds(batch({**SCAN, **of}, sent_at=sent_at), DOOR, received=NOW, by=1)
    return found


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff", b"[]", b"null", b'{"scans": [], "sent_at": "now"}', b'{"scans": {}, "sent_at": 1}', b"[" * 100_000),
        *(b'{"sent_at": 1, "scans": [{"nonce": "short", "act": "enter", "at": 1}]}', b'{"sent_at": 1, "scans": [7]}'),
        *(b'{"sent_at": 1, "scans": [{"nonce": "abcdefgh", "act": "fly", "at": 1}]}', b'{"sent_at": 1e999, "scans": []}'),
        *(
            b'{"sent_at": 1, "scans": [{"nonce": "abcdefg\\u0000", "act": "enter", "at": 1}]}',
            b'{"sent_at": 1, "scans": [{"nonce": "\\ud800',
        ),
        b'{"sent_at": 1, "scans": [{"nonce": "\xed\xa0\x80abcdefgh", "act": "enter", "at": 1}]}',
    ],
)
def test_read_refuses_what_is_no_batch_with_a_sentence(body: bytes) -> None:
    with pytest.raises(Refused) as refused:
        batches.read(body)
    assert refused.value.sentence == "这台手机传来的记录读不懂，刷新页面再传"


def test_read_takes_so_many_scans_and_no_more() -> None:
    scans = [{**SCAN, "nonce": f"nonce-{n:04}"} for n in range(201)]
    assert len(batch(*scans[:200]).scans) == 200
    with pytest.raises(Refused, match="200"):
        batch(*scans)


def test_deeds_are_in_order_and_each_once() -> None:
    told = [("nonce-b", MS), ("nonce-a", MS), ("nonce-c", MS - 5), ("nonce-b", MS - 9)]
    found = batches.deeds(batch(*({**SCAN, "nonce": nonce + "-long", "at": at} for nonce, at in told)), DOOR, received=NOW, by=1)
    assert [each.nonce for each in found] == ["nonce-c-long", "nonce-a-long", "nonce-b-long"]


@pytest.mark.parametrize("hours", [-3, 3, 24 * 365 * 30])
def test_a_clock_that_is_wrong_is_set_right_by_when_it_sent(hours: int) -> None:
    wrong = MS + hours * 3_600_000
    found = deed(sent_at=wrong, at=wrong - 60_000)
    assert found.at == NOW - timedelta(minutes=1)
    assert found.device_at == NOW + timedelta(hours=hours, minutes=-1)


@pytest.mark.parametrize(
    ("at", "effective"),
    [
        (MS + 60_000, NOW),  # nothing happened in the future
        (0, NOW - timedelta(hours=12)),  # the clock was set right after the scan
        (-1, NOW),
        (10**18, NOW),
        (MS - 0.25, NOW - timedelta(milliseconds=1)),
    ],
)
def test_times_are_sane(at: float, effective: datetime) -> None:
    assert deed(at=at).at == effective


def test_what_is_too_long_or_no_id_is_cut_and_never_refused() -> None:
    found = deed(
        ticket=2**31, people=[0, -1, 7, 2**31, 2**31 - 1, *range(100, 200)], code="XYZ", shown="nonsense", how="thought", undoes="'; DROP",
        why="a\x00b\u202ec" * 200, told="多" * 999, heads=10**9,
    )  # fmt: skip
    assert (found.ticket, found.code, found.shown, found.how, found.undoes) == (None, "", "", How.HAND, "")
    assert {7, 2**31 - 1, 100} <= found.people <= {7, 2**31 - 1, *range(100, 200)}
    assert len(found.people) <= batches.PEOPLE
    assert (len(found.why), len(found.told), found.heads) == (120, 200, batches.PEOPLE)
    assert found.why.startswith("a b c")


def test_nothing_told_is_nothing() -> None:
    found = deed(ticket=None, code=None, people=None, shown=None, how=None, undoes=None, why=None, heads=None, told=None, walk_in=None)
    assert (found.act, found.people, found.heads, found.told, found.walk_in) == (Act.ENTER, frozenset(), 0, "", None)


def test_deeds_beyond_all_belief_keep_the_order_in_which_they_were_told() -> None:
    """A clock that stood at 1970 and was set right since; and one that runs on past the moment of sending."""
    for at in (1000, MS + 3_600_000, 10**15):
        told = batch({**SCAN, "nonce": "z-enters", "at": at}, {**SCAN, "nonce": "a-leaves", "act": "leave", "at": at})
        found = batches.deeds(told, DOOR, received=NOW, by=1)
        assert [each.act for each in found] == [Act.ENTER, Act.LEAVE]
        assert found[0].at < found[1].at


def test_deeds_of_the_evening_before_keep_their_order() -> None:
    evening = NOW - timedelta(hours=20)
    sent = int(evening.timestamp() * 1000)
    told = batch({**SCAN, "nonce": "z-enters", "at": sent - 9}, {**SCAN, "nonce": "a-leaves", "act": "leave", "at": sent - 5}, sent_at=sent)
    assert [each.act for each in batches.deeds(told, DOOR, received=evening, by=1)] == [Act.ENTER, Act.LEAVE]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"collector": " 外 婆\n", "checked": "known"}, ("外 婆", "known")),
        ({"collector": "外" * 50, "checked": "papers"}, ("外" * 40, "papers")),
        ({"collector": "外婆", "checked": "face"}, ("", "")),
        ({"collector": "外婆"}, ("", "")),
        ({"checked": "known"}, ("", "")),
        ({"collector": None, "checked": None}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_deeds_take_a_check_of_identity_whole_or_not_at_all(told: dict[str, Any], kept: tuple[str, str]) -> None:
    found = deed(act="leave", **told)
    assert (found.collector, found.checked) == kept
