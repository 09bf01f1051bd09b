"""The platforms' stand-in for tests: runs in a thread, over real HTTP, forgetful between tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from web.standin import running

SEND = "/cgi-bin/webhook/send"
SMS = "/sms"
KEY = "693a91f6-7abc-4bc4-97a0-0ec251fa5aaa"
DINGTALK = "/robot/send"
TOKEN = "8f3c1b7e5a2d49c6b0e1f7a8d3c25b946e7f10a2b3c4d5e6f708192a3b4c5d6e"
FEISHU = "/open-apis/bot/v2/hook/"
CORP, OWNER, CHAT = "ww1a2b3c4d5e6f7a8b", "tang.lin", "wrOgQhDgAAMYQiS5ol9G7gK9JVAAAA"
CONTACT = f"{CORP}/{OWNER}/{CHAT}"
CONTACT_SECRET = "s3cretOf_customer-contact0123456789abcdefXY"
HOOK = "4d2f8a6c-1b3e-4c5d-9e7f-0a1b2c3d4e5f"


class Standin:
    """Steers a running stand-in. Blocking and quick; it may be used in async tests, for the stand-in has its own thread."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = httpx.Client(base_url=address, trust_env=False)

    def robot(self, key: str = KEY, name: str = "梅园亲子群①", **of: Any) -> str:
        """Put a robot into a group; gives its key. `of`: more fields of web.standin.world.Robot."""
        self._post("/__robots", {"key": key, "name": name, **of})
        return key

    def customers(self, key: str = CONTACT, name: str = "梅园客户群①", **of: Any) -> str:
        """A customer group with ordinary WeChat users; gives its credential."""
        self.robot(key, name, **{"platform": "broadcast", "secret": CONTACT_SECRET, **of})
        return f"{key} {of.get('secret', CONTACT_SECRET)}"

    def token(self) -> str:
        """What the customer contact gives for CORP, the same as to everybody who asks."""
        query = {"corpid": CORP, "corpsecret": CONTACT_SECRET}
        return str(self._client.get("/cgi-bin/gettoken", params=query).raise_for_status().json()["access_token"])

    def confirm(self, task: str, chats: list[str] | None = None) -> None:
        """The owner presses send, for all of the task's groups or some."""
        self._post("/__owner_confirm", {"msgid": task, "chat_ids": chats})

    def ignore(self, task: str) -> None:
        """The owner does nothing."""
        self._post("/__owner_ignore", {"msgid": task})

    def revoke(self) -> None:
        """Every access token is over before its time."""
        self._post("/__revoke", None)

    def asked(self, path: str) -> list[dict[str, Any]]:
        """The requests to one address of a platform, oldest first."""
        return [entry for entry in self.log() if entry["path"] == path]

    def remove(self, key: str = KEY) -> None:
        self._client.delete(f"/__robots/{key}").raise_for_status()

    def next(self, n: int = 1, *, route: str = SEND, **reply: Any) -> None:
        """The next `n` posts are answered by `reply`, the fields of web.standin.world.Reply."""
        self._post("/__script", {"route": route, "n": n, "reply": reply})

    def forward(self, seconds: float) -> None:
        self._post("/__clock", {"forward": seconds})

    def options(self, **options: Any) -> None:
        self._post("/__options", options)

    def log(self) -> list[dict[str, Any]]:
        """The requests, oldest first: at, method, path, query, headers, body, answer."""
        log: list[dict[str, Any]] = self._client.get("/__log").raise_for_status().json()
        return log

    def taken(self) -> list[str]:
        """The texts that reached a WeCom group, oldest first."""
        return [body["text"]["content"] for body in self.bodies(SEND)]

    def bodies(self, route: str) -> list[dict[str, Any]]:
        """What groups took by a platform's address, oldest first."""
        posts = [entry for entry in self.log() if entry["path"].startswith(route) and entry["answer"]]
        return [entry["body"] for entry in posts if entry["answer"].get("errcode", entry["answer"].get("StatusCode")) == 0]

    def texts(self) -> list[tuple[str, str]]:
        """The SMS that reached a phone, oldest first: number and text."""
        asked = [entry for entry in self.log() if entry["path"] == SMS and entry["answer"] and entry["answer"]["status"] == 202]
        return [(entry["body"]["to"], entry["body"]["text"]) for entry in asked]

    def page(self, language: str = "zh") -> str:
        """What people see, as HTML."""
        return self._client.get("/", headers={"Accept-Language": language}).raise_for_status().text

    def reset(self) -> None:
        self._post("/__reset", None)

    def close(self) -> None:
        self._client.close()

    def _post(self, path: str, body: object) -> None:
        self._client.post(path, json=body).raise_for_status()


@pytest.fixture(scope="session")
def standin_running() -> Iterator[Standin]:
    with running() as address:
        standin = Standin(address)
        yield standin
        standin.close()


@pytest.fixture
def standin(standin_running: Standin) -> Iterator[Standin]:
    """A stand-in with one robot, KEY, in one group."""
    standin_running.reset()  # a server of a journey may have posted to it
    standin_running.robot()
    yield standin_running
    standin_running.reset()
