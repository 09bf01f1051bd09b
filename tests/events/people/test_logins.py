import pytest

from events.errors import Refused
from events.people import logins


@pytest.mark.parametrize("typed", ["zhou.ning", " Zhou.Ning ", "ＺＨＯＵ.ning", "ZHOU.NING\n"])
def test_checked_is_one_spelling_for_several(typed: str) -> None:
    assert logins.checked(typed) == "zhou.ning"


def test_checked_takes_chinese() -> None:
    assert logins.checked("周宁") == "周宁"


@pytest.mark.parametrize("typed", ["", "a", "zhou ning", "a" * 41, "zhou\u202ening", "<b>", "周宁😀"])
def test_checked_refuses(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        logins.checked(typed)
    assert refused.value.field == "login"
