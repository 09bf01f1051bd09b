from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from events.people.contacts import Kind
from events.people.senders import Console, MailServer, SmsGateway
from web import reach, settings
from web.settings import BadSetting, Settings, read

SECRET = "0123456789abcdef0123456789abcdef"


def given(tmp_path: Path, **environment: str) -> Settings:
    return read({"LINJU_DATA": str(tmp_path / "data"), **environment}, env_file=tmp_path / ".env")


def refusal(tmp_path: Path, **environment: str) -> str:
    with pytest.raises(BadSetting) as bad:
        given(tmp_path, **environment)
    return str(bad.value)


def test_read_needs_nothing(tmp_path: Path) -> None:
    found = given(tmp_path)
    assert (found.address, found.duties, found.log, found.is_secure, found.is_loopback) == (
        "http://127.0.0.1:8000",
        True,
        "json",
        False,
        True,
    )
    assert found.database == f"sqlite:///{tmp_path / 'data' / 'linju.sqlite'}"
    assert found.platforms == settings.VENDORS


@pytest.mark.parametrize(
    ("address", "host", "is_secure", "is_loopback"),
    [
        ("https://events.example.com", "events.example.com", True, False),
        ("https://events.example.com/", "events.example.com", True, False),
        ("HTTPS://Events.Example.COM:8443", "events.example.com:8443", True, False),
        ("http://localhost:8000", "localhost:8000", False, True),
        ("http://[::1]:8000", "[::1]:8000", False, True),
        ("http://192.168.1.7", "192.168.1.7", False, False),
    ],
)
def test_address_is_the_start_of_every_link(tmp_path: Path, address: str, host: str, is_secure: bool, is_loopback: bool) -> None:
    found = given(tmp_path, LINJU_ADDRESS=address)
    assert (found.host, found.is_secure, found.is_loopback) == (host, is_secure, is_loopback)
    assert found.address == address.lower().rstrip("/")


@pytest.mark.parametrize(
    "address",
    [
        *("events.example.com", "ftp://example.com", "https://", "https://example.com/path", "https://example.com?x=1", "//example.com"),
        *("https://me:secret@example.com", "https://example.com:99999", "https://example.com:port", "http:example.com", "https://[::1"),
    ],
)
def test_address_that_is_none_is_named(tmp_path: Path, address: str) -> None:
    assert refusal(tmp_path, LINJU_ADDRESS=address).startswith("LINJU_ADDRESS ")
    for name in ("LINJU_WECOM_ADDRESS", "LINJU_DINGTALK_ADDRESS", "LINJU_FEISHU_ADDRESS", "LINJU_LARK_ADDRESS"):
        assert refusal(tmp_path, **{name: address}).startswith(f"{name} ")


def test_a_feishu_app_is_an_id_and_a_secret_or_nothing(tmp_path: Path) -> None:
    app, secret = "cli_a1b2c3d4e5f6", "s3cret-of-the-app-0123456789"
    assert given(tmp_path).apps == {}
    found = given(tmp_path, LINJU_FEISHU_APP_ID=app, LINJU_FEISHU_APP_SECRET=secret)
    assert (found.apps, secret in repr(found)) == ({"feishu": f"{app} {secret}"}, False)
    for id, key in ((app, ""), ("", secret), ("a b", secret), (app, "short")):
        said = refusal(tmp_path, LINJU_FEISHU_APP_ID=id, LINJU_FEISHU_APP_SECRET=key)
        assert (said.startswith("LINJU_FEISHU_APP_ID "), secret in said) == (True, False)


@pytest.mark.parametrize("url", ["sqlite:///data/x.sqlite", "postgresql://linju:pw@db/linju", "postgres://db/linju"])
def test_database_is_one_of_two_kinds(tmp_path: Path, url: str) -> None:
    assert given(tmp_path, DATABASE_URL=url).database == url


@pytest.mark.parametrize("url", ["mysql://root:hunter2@db/linju", "hunter2", "linju:hunter2@db/linju", "sqlite://hunter2", "hunter2@db"])
def test_database_of_another_kind_is_named_without_its_password(tmp_path: Path, url: str) -> None:
    sentence = refusal(tmp_path, DATABASE_URL=url)
    assert sentence.startswith("DATABASE_URL ")
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    ("name", "value"), [("LINJU_DUTIES", "yes"), ("LINJU_DUTIES", "On"), ("LINJU_LOG", "xml"), ("LINJU_PROXIES", "many")]
)
def test_choices_are_named_with_what_would_do(tmp_path: Path, name: str, value: str) -> None:
    sentence = refusal(tmp_path, **{name: value})
    assert sentence.startswith(f"{name} must be one of ")
    assert value in sentence


def test_is_given_looks_into_the_environment_and_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINJU_ADDRESS", raising=False)
    file = tmp_path / ".env"
    assert not settings.is_given("LINJU_ADDRESS", env_file=file)
    file.write_text("LINJU_ADDRESS=https://linju.example\n")
    assert settings.is_given("LINJU_ADDRESS", env_file=file)
    monkeypatch.setenv("LINJU_LOG", "text")
    assert settings.is_given("LINJU_LOG", env_file=file)


def test_duties_may_be_off(tmp_path: Path) -> None:
    assert given(tmp_path, LINJU_DUTIES="off").duties is False


def test_secret_of_the_operator_comes_newest_first(tmp_path: Path) -> None:
    found = given(tmp_path, LINJU_SECRET=f" {SECRET}new , {SECRET}old,")
    assert found.secrets == (f"{SECRET}new", f"{SECRET}old")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("secret", ["short", f"{SECRET},short", SECRET[:-1]])
def test_secret_that_is_too_short_is_named_and_not_shown(tmp_path: Path, secret: str) -> None:
    sentence = refusal(tmp_path, LINJU_SECRET=secret)
    assert sentence.startswith("LINJU_SECRET ")
    assert secret not in sentence


def test_secret_of_our_own_stays_the_same_and_is_nobody_elses(tmp_path: Path) -> None:
    first, again, other = given(tmp_path), given(tmp_path), given(tmp_path, LINJU_DATA=str(tmp_path / "other"))
    assert first.secrets == again.secrets != other.secrets
    assert len(first.secrets[0]) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret.key").stat().st_mode) == 0o600


def test_secret_file_that_was_cut_short_is_no_secret(tmp_path: Path) -> None:
    """A machine that lost its power while writing it must not sign with nothing."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text("")
    assert "secret.key" in refusal(tmp_path)


def test_secret_is_one_for_processes_that_start_together(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        found = pool.map(_own_secret, [tmp_path / str(n // 4) for n in range(80)])
    assert [len(set(found[n : n + 4])) for n in range(0, 80, 4)] == [1] * 20
    assert all(len(each) >= 32 for each in found)


def _own_secret(data: Path) -> str:
    return read({"LINJU_DATA": str(data)}, env_file=data / ".env").secrets[0]


def test_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands where the folder should be")
    assert refusal(tmp_path).startswith("LINJU_DATA ")


def test_env_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# settings\nLINJU_ADDRESS='https://file.example'\n\n"
        f' export LINJU_SECRET="{SECRET}"\nLINJU_LOG = text\nnonsense\n#LINJU_DUTIES=off\n'
    )
    found = given(tmp_path)
    assert (found.address, found.secrets, found.log, found.duties) == ("https://file.example", (SECRET,), "text", True)
    assert given(tmp_path, LINJU_ADDRESS="https://environment.example").address == "https://environment.example"


def test_env_file_keeps_what_follows_a_second_equals_sign(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://db/linju?sslmode=require\n")
    assert given(tmp_path).database == "postgresql://db/linju?sslmode=require"


def test_empty_is_as_if_it_were_not_set(tmp_path: Path) -> None:
    found = given(tmp_path, LINJU_ADDRESS="", DATABASE_URL="", LINJU_SECRET="", LINJU_DUTIES="", LINJU_LOG="")
    assert (found.address, found.duties, found.log) == (Settings.address, True, "json")


def test_codes_have_no_way_unless_they_are_given_one(tmp_path: Path) -> None:
    assert reach.offered(given(tmp_path)) == ()
    assert reach.senders(given(tmp_path)) == {}


def test_the_console_takes_all_but_only_on_this_machine(tmp_path: Path) -> None:
    found = given(tmp_path, LINJU_SENDER="console", LINJU_SMS_ADDRESS="https://sms.example.com/send", LINJU_SMS_TOKEN="t")
    assert reach.offered(found) == (Kind.SMS, Kind.EMAIL)
    assert {kind: type(sender) for kind, sender in reach.senders(found).items()} == {"sms": Console, "email": Console}
    assert refusal(tmp_path, LINJU_SENDER="console", LINJU_ADDRESS="https://events.example.com").startswith("LINJU_SENDER=console ")
    assert refusal(tmp_path, LINJU_SENDER="pigeon").startswith("LINJU_SENDER must be one of out, console")


def test_sms_needs_a_safe_address_and_a_token(tmp_path: Path) -> None:
    found = given(tmp_path, LINJU_SMS_ADDRESS="https://sms.example.com/send", LINJU_SMS_TOKEN="t")
    assert reach.offered(found) == (Kind.SMS,)
    assert reach.senders(found) == {"sms": SmsGateway("https://sms.example.com/send", "t")}
    assert refusal(tmp_path, LINJU_SMS_ADDRESS="https://sms.example.com/send").startswith("LINJU_SMS_TOKEN ")
    for wrong in ("http://sms.example.com/secret", "sms.example.com/secret", "https://me:secret@sms.example.com", "http://127.0.0.1:x"):
        sentence = refusal(tmp_path, LINJU_SMS_ADDRESS=wrong, LINJU_SMS_TOKEN="t")
        assert sentence.startswith("LINJU_SMS_ADDRESS ")
        assert "secret" not in sentence


def test_mail_goes_by_submission_or_tls_and_never_shows_its_password(tmp_path: Path) -> None:
    found = given(tmp_path, LINJU_SMTP="smtp://linju%40example.com:p%3Aw@mail.example.com", LINJU_SMTP_FROM="hello@example.com")
    assert reach.offered(found) == (Kind.EMAIL,)
    assert reach.senders(found) == {
        "email": MailServer("mail.example.com", 587, "hello@example.com", login="linju@example.com", password="p:w")
    }
    tls = given(tmp_path, LINJU_SMTP="smtps://mail.example.com", LINJU_SMTP_FROM="hello@example.com")
    assert reach.senders(tls) == {"email": MailServer("mail.example.com", 465, "hello@example.com", is_tls=True)}
    for wrong in ("mail.example.com", "https://me:password@mail.example.com", "smtp://me:password@:x", "smtp://mail.example.com/password"):
        sentence = refusal(tmp_path, LINJU_SMTP=wrong, LINJU_SMTP_FROM="hello@example.com")
        assert sentence.startswith("LINJU_SMTP ")
        assert "password@" not in sentence.replace("login:password@mail.example.com:587", "")
    assert refusal(tmp_path, LINJU_SMTP="smtps://mail.example.com").startswith("LINJU_SMTP_FROM ")
