import pytest
from hypothesis import given
from hypothesis import strategies as some

from events.people import phones

mobiles = some.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000\n",
        "138-0013-8000",
        "138—0013—8000",
        "138.0013.8000",
        "138·0013·8000",
        "+86 138 0013 8000",
        "＋86 138 0013 8000",
        "(+86)13800138000",
        "0086-13800138000",
        "8613800138000",
        "１３８００１３８０００",
        "138\u30000013\u00a08000",
        "\u202d138\u200b00138000\u202c",
    ],
)
def test_normalise_understands_how_people_type(typed: str) -> None:
    assert phones.normalise(typed) == "13800138000"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "86",
        "1380013800",
        "138001380000",
        "12800138000",
        "03800138000",
        "+85 13800138000",
        "868613800138000",
        "+1 415 555 2671",
        "021-62345678",
        "13800138000 妈妈",
        "1380013800o",
        "١٣٨٠٠١٣٨٠٠٠",  # digits of another script are not what a phone dials
        "138" * 10_000,
    ],
)
def test_normalise_finds_no_mobile(typed: str) -> None:
    assert phones.normalise(typed) is None


@given(mobiles)
def test_normalise_reads_back_what_spaced_shows(phone: str) -> None:
    assert phones.normalise(phones.spaced(phone)) == phone


@given(some.text())
def test_normalise_gives_eleven_plain_digits_or_none(typed: str) -> None:
    found = phones.normalise(typed)
    assert found is None or (len(found) == 11 and found.isascii() and found.isdigit())


def test_masked_hides_the_middle() -> None:
    assert phones.masked("13800138000") == "138****8000"


def test_spaced_is_read_aloud() -> None:
    assert phones.spaced("13800138000") == "138 0013 8000"
