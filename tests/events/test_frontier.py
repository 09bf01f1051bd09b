"""Processes of a node see since when another has something in hand; one that died holds nobody up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from events import frontier
from events.frontier import Frontier

NOON = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
OTHER = """
import sys
from datetime import datetime
from pathlib import Path
from events.frontier import Frontier
mine = Frontier(Path(sys.argv[1]))
for line in sys.stdin:
    mine.say(datetime.fromisoformat(line.strip()) if line.strip() else None)
    print("said", flush=True)
"""


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


class Other:
    """Another process of this node."""

    def __init__(self, file: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", OTHER, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def says(self, moment: datetime | None) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{moment.isoformat() if moment else ''}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "said\n"

    def dies(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "frontier"


@pytest.fixture
def mine(file: Path) -> Iterator[Frontier]:
    one = Frontier(file)
    yield one
    one.close()


@pytest.fixture
def other(file: Path, mine: Frontier) -> Iterator[Other]:
    one = Other(file)
    yield one
    one.dies()


def test_oldest_is_the_older_of_two_processes(mine: Frontier, other: Other) -> None:
    mine.say(NOON)
    other.says(NOON - timedelta(seconds=3))
    assert mine.oldest() == NOON - timedelta(seconds=3)
    other.says(NOON + timedelta(seconds=3))
    assert mine.oldest() == NOON


def test_oldest_is_nothing_when_nobody_has_anything_in_hand(mine: Frontier, other: Other) -> None:
    mine.say(NOON)
    other.says(NOON)
    mine.say(None)
    other.says(None)
    assert mine.oldest() is None


def test_oldest_forgets_a_process_that_was_killed(mine: Frontier, other: Other) -> None:
    other.says(NOON)
    assert mine.oldest() == NOON
    other.dies()
    assert mine.oldest() is None


def test_oldest_waits_for_no_process_that_hangs(mine: Frontier, other: Other) -> None:
    other.says(NOON - timedelta(seconds=25))
    assert mine.oldest() == NOON - timedelta(seconds=25)
    other.says(NOON - timedelta(minutes=1))
    assert mine.oldest() is None


def test_a_place_is_free_again_for_the_process_that_follows(mine: Frontier, file: Path) -> None:
    for _ in range(3):
        one = Other(file)
        one.says(NOON)
        assert mine.oldest() == NOON
        one.dies()
        assert mine.oldest() is None


def test_kept_speaks_for_this_process_while_it_lasts(tmp_path: Path) -> None:
    frontier.say(NOON)
    assert frontier.oldest() is None
    with frontier.kept(tmp_path):
        frontier.say(NOON)
        assert frontier.oldest() == NOON
    assert frontier.oldest() is None
