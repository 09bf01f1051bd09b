import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import sealing

OLD = "the-old-key-of-this-installation-0001"
NEW = "the-new-key-of-this-installation-0002"
KEY = "693a91f6-7abc-4bc4-97a0-0ec251fa5aaa"


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_keys", [])  # undone afterwards: other tests keep theirs
    monkeypatch.setattr(sealing, "_newest", [])
    monkeypatch.setattr(sealing, "_sivs", [])
    sealing.use([OLD])


@given(text=st.text())
def test_unseal_gives_the_text_again(text: str) -> None:
    assert sealing.unseal(sealing.seal(text)) == text


def test_seal_hides_the_text_and_never_repeats_itself() -> None:
    assert KEY not in sealing.seal(KEY)
    assert sealing.seal(KEY) != sealing.seal(KEY)


def test_unseal_opens_what_an_older_key_sealed() -> None:
    sealed = sealing.seal(KEY)
    sealing.use([NEW, OLD])
    assert sealing.unseal(sealed) == KEY


def test_unseal_refuses_what_no_key_opens_without_showing_it() -> None:
    sealed = sealing.seal(KEY)
    sealing.use([NEW])
    for damaged in (sealed, sealed[:-8], "", KEY, "鱼"):
        with pytest.raises(sealing.Unreadable) as caught:
            sealing.unseal(damaged)
        assert str(caught.value) == "sealed under another key, or damaged"
        assert caught.value.__suppress_context__
        with pytest.raises(sealing.Unreadable):
            sealing.reseal(damaged)


def test_reseal_lets_the_old_key_go() -> None:
    sealed = sealing.seal(KEY)
    sealing.use([NEW, OLD])
    resealed = sealing.reseal(sealed)
    sealing.use([NEW])
    assert sealing.unseal(resealed) == KEY


def test_is_newest_tells_what_is_still_to_be_sealed_anew() -> None:
    sealed = sealing.seal(KEY)
    assert sealing.is_newest(sealed)
    sealing.use([NEW, OLD])
    assert [sealing.is_newest(each) for each in (sealed, sealing.reseal(sealed), "", KEY, "鱼")] == [False, True, False, False, False]


def test_use_refuses_short_keys_and_none() -> None:
    for keys in ([], ["short"], [NEW, "short"]):
        with pytest.raises(ValueError, match="at least 32 characters"):
            sealing.use(keys)


def test_seal_without_keys_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_keys", [])
    with pytest.raises(RuntimeError, match=r"use\(\) was not called"):
        sealing.seal(KEY)


def test_credential_shows_its_tail_only() -> None:
    credential = sealing.unseal(sealing.seal(KEY))
    assert repr(credential) == "Credential(…5aaa)"
    assert repr({"credential": credential}) == "{'credential': Credential(…5aaa)}"
    assert f"{credential}" == KEY


def test_masked_shows_nothing_of_a_short_text() -> None:
    assert sealing.masked(KEY) == "…5aaa"
    assert sealing.masked("123456789012345") == "…"


def test_mark_is_the_same_each_time_and_opens_under_old_keys() -> None:
    sealing.use([OLD])
    mark = sealing.mark(b"13800138000")
    assert (sealing.mark(b"13800138000"), sealing.mark(b"13800138001") == mark, "138" in mark) == (mark, False, False)
    sealing.use([NEW, OLD])
    assert (sealing.unmark(mark), sealing.mark(b"13800138000") == mark) == (b"13800138000", False)
    sealing.use([NEW])
    with pytest.raises(sealing.Unreadable):
        sealing.unmark(mark)


@pytest.mark.parametrize("made_up", ["", "A", "不是", "AAAA", "A" * 28, "!" * 28, "A" * 5000])
def test_unmark_opens_nothing_made_up(made_up: str) -> None:
    sealing.use([NEW])
    with pytest.raises(sealing.Unreadable):
        sealing.unmark(made_up)
