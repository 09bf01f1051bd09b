"""Settings: read once from the environment and `.env`, checked, and named when they are wrong."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

VENDORS = {
    "wecom": "https://qyapi.weixin.qq.com",
    "dingtalk": "https://oapi.dingtalk.com",
    "feishu": "https://open.feishu.cn",
    "lark": "https://open.larksuite.com",
}
SHORTEST = 32  # characters of a secret
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class BadSetting(Exception):
    """A setting cannot be used; the message names it and says what would do."""


@dataclass(frozen=True)
class Settings:
    """What an operator may set; the environment wins over `.env`."""

    address: str = "http://127.0.0.1:8000"  # LINJU_ADDRESS: the source of every absolute link
    data: Path = Path("data")  # LINJU_DATA: the one folder
    database: str = "sqlite:///data/linju.sqlite"  # DATABASE_URL
    secrets: tuple[str, ...] = ("",)  # LINJU_SECRET, newest first, comma separated: signs forms, seals credentials
    wecom_address: str = VENDORS["wecom"]  # LINJU_WECOM_ADDRESS: another one only for a stand-in
    dingtalk_address: str = VENDORS["dingtalk"]  # LINJU_DINGTALK_ADDRESS: likewise
    feishu_address: str = VENDORS["feishu"]  # LINJU_FEISHU_ADDRESS: likewise
    lark_address: str = VENDORS["lark"]  # LINJU_LARK_ADDRESS: likewise, for groups at Lark, Feishu outside of China
    feishu_app: str = field(default="", repr=False)  # LINJU_FEISHU_APP_ID and _SECRET: the app that hands posters over, none: a button
    sender: str = "out"  # LINJU_SENDER=console: messages are printed instead of sent, on this machine only
    sms_address: str = ""  # LINJU_SMS_ADDRESS: the gateway that sends to phones; none: codes and notices go by e-mail or not at all
    sms_token: str = ""  # LINJU_SMS_TOKEN
    smtp: str = ""  # LINJU_SMTP: smtp://login:password@host:587 (STARTTLS) or smtps://…:465
    smtp_from: str = ""  # LINJU_SMTP_FROM: the address that e-mails come from
    proxies: int = 0  # LINJU_PROXIES: how many of ours stand before it, each adding to X-Forwarded-For
    duties: bool = True  # LINJU_DUTIES=off: this node serves pages only
    log: str = "json"  # LINJU_LOG: json or text

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")

    @property
    def host(self) -> str:
        """Host and port as a browser sends them."""
        return urlsplit(self.address).netloc.lower()

    @property
    def platforms(self) -> dict[str, str]:
        """Where the chat platforms' robots are posted to, by channel."""
        return {name: str(getattr(self, f"{name}_address")) for name in VENDORS}

    @property
    def apps(self) -> dict[str, str]:
        """What hands pictures over to a platform, by channel: an app's id and, after a space, its secret."""
        return {"feishu": self.feishu_app} if self.feishu_app else {}

    @property
    def is_loopback(self) -> bool:
        return (urlsplit(self.address).hostname or "") in LOOPBACK


def read(environment: Mapping[str, str] | None = None, *, env_file: Path = Path(".env")) -> Settings:
    """The settings in force. Raises BadSetting with a sentence that names the first bad one."""
    given = {**_env_file(env_file), **(os.environ if environment is None else environment)}
    data = Path(given.get("LINJU_DATA") or "data")
    return Settings(
        address=_address("LINJU_ADDRESS", given.get("LINJU_ADDRESS") or Settings.address),
        data=data,
        database=_database(given.get("DATABASE_URL") or f"sqlite:///{data / 'linju.sqlite'}"),
        secrets=_secrets(given.get("LINJU_SECRET") or "", data),
        **_platforms(given),
        feishu_app=_app(given.get("LINJU_FEISHU_APP_ID") or "", given.get("LINJU_FEISHU_APP_SECRET") or ""),
        sender=_sender(given.get("LINJU_SENDER") or "out", given.get("LINJU_ADDRESS") or Settings.address),
        **_sms(given.get("LINJU_SMS_ADDRESS") or "", given.get("LINJU_SMS_TOKEN") or ""),
        **_smtp(given.get("LINJU_SMTP") or "", given.get("LINJU_SMTP_FROM") or ""),
        proxies=int(_choice("LINJU_PROXIES", given.get("LINJU_PROXIES") or "0", ("0", "1", "2", "3"))),
        duties=_choice("LINJU_DUTIES", given.get("LINJU_DUTIES") or "on", ("on", "off")) == "on",
        log=_choice("LINJU_LOG", given.get("LINJU_LOG") or "json", ("json", "text")),
    )


def is_given(name: str, *, env_file: Path = Path(".env")) -> bool:
    """Whether the operator set it at all."""
    return bool({**_env_file(env_file), **os.environ}.get(name))


def _env_file(path: Path) -> dict[str, str]:
    """`NAME=value` lines; quotes around a value are dropped, lines starting with # are comments."""
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.removeprefix("export ").split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def _address(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise BadSetting(f"{name} is no address: {value!r} ({error}).") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query or "@" in parts.netloc:
        raise BadSetting(f"{name} must look like https://events.example.com (no path after it), but is {value!r}.")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _platforms(given: Mapping[str, str]) -> dict[str, str]:
    names = {name: f"LINJU_{name.upper()}_ADDRESS" for name in VENDORS}
    return {f"{name}_address": _address(setting, given.get(setting) or VENDORS[name]) for name, setting in names.items()}


def _app(app: str, secret: str) -> str:
    """Both or none; no message repeats the secret."""
    if bool(app) != bool(secret):
        raise BadSetting("LINJU_FEISHU_APP_ID and LINJU_FEISHU_APP_SECRET belong together: set both, or neither.")
    if app and not (re.fullmatch(r"cli_[0-9A-Za-z]{8,40}", app) and re.fullmatch(r"[!-~]{16,64}", secret)):
        raise BadSetting("LINJU_FEISHU_APP_ID must look like cli_a1b2c3d4e5f6, with its LINJU_FEISHU_APP_SECRET beside it.")
    return f"{app} {secret}".strip()


def _sender(value: str, address: str) -> str:
    """Printed codes open families to whoever reads along: never where others reach us."""
    sender = _choice("LINJU_SENDER", value, ("out", "console"))
    if sender == "console" and (urlsplit(_address("LINJU_ADDRESS", address)).hostname or "") not in LOOPBACK:
        raise BadSetting("LINJU_SENDER=console prints codes and notices: only while LINJU_ADDRESS is on this machine, as 127.0.0.1 is.")
    return sender


def _sms(address: str, token: str) -> dict[str, str]:
    """The gateway's whole address, which may hold a secret of its own: no message repeats it."""
    parts = _parts("LINJU_SMS_ADDRESS", address)
    if not address:
        return {}
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or "@" in parts.netloc:
        raise BadSetting("LINJU_SMS_ADDRESS must be the https address of an SMS gateway, such as https://sms.example.com/send.")
    if not token:
        raise BadSetting("LINJU_SMS_TOKEN is missing: LINJU_SMS_ADDRESS is set, and the gateway will want to know who asks.")
    return {"sms_address": address, "sms_token": token}


def _smtp(server: str, sender: str) -> dict[str, str]:
    """It holds a password: no message repeats it."""
    parts = _parts("LINJU_SMTP", server)
    if not server:
        return {}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise BadSetting("LINJU_SMTP must look like smtp://login:password@mail.example.com:587, or smtps://… for TLS from the first byte.")
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+", sender):
        raise BadSetting(f"LINJU_SMTP_FROM must be the address that e-mails come from, such as hello@example.com, but is {sender!r}.")
    return {"smtp": server, "smtp_from": sender}


def _parts(name: str, address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        raise BadSetting(f"{name} is no address.") from None
    return parts


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgres://", "postgresql://")):
        scheme = value.partition("://")[0] if "://" in value else ""  # never more of the value: it may hold a password
        instead = f", but starts with {scheme!r}" if scheme else ""
        raise BadSetting(f"DATABASE_URL must start with sqlite:/// or postgresql://{instead}.")
    return value


def _secrets(value: str, data: Path) -> tuple[str, ...]:
    """The operator's, or one of our own kept in the data folder. Several nodes must be given the same."""
    given = tuple(part.strip() for part in value.split(",") if part.strip())
    if any(len(part) < SHORTEST for part in given):
        raise BadSetting(f"LINJU_SECRET must have at least {SHORTEST} characters (several: comma separated, the newest first).")
    return given or (_own_secret(data / "secret.key"),)


def _own_secret(path: Path) -> str:
    try:
        if not path.exists():
            _write_secret(path)
        found = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as error:
        raise BadSetting(f"LINJU_DATA names a folder that cannot be written: {path.parent} ({error.strerror}).") from error
    if len(found) < SHORTEST:
        raise BadSetting(f"LINJU_DATA: {path} was cut short. Put it back from a backup; without it robots' addresses are asked for anew.")
    return found


def _write_secret(path: Path) -> None:
    """Whole or not at all, and one of several processes only: a file half written would sign with a part of a secret, or with nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:  # for its owner only
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadSetting(f"{name} must be one of {', '.join(allowed)}, but is {value!r}.")
    return value
