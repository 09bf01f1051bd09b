"""What people see of a post, whichever platform's: words, a picture, a card with a button."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MARKED = re.compile(r"\\([!-/:-@\[-`{-~])")  # CommonMark's backslash
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)\n*")
MENTION = "<at id=all></at>"


@dataclass(frozen=True)
class Part:
    """One bubble. `picture` is an address or base64 in a data address; `button` has words and an address."""

    title: str = ""
    text: str = ""
    picture: str = ""
    button: tuple[str, str] | None = None
    more: tuple[tuple[str, str], ...] = ()
    rings: bool = False
    other: str = ""


def parts(payload: dict[str, Any]) -> list[Part]:
    """`other` names a kind that is not drawn here."""
    kind = str(payload.get("msgtype") or payload.get("msg_type") or "")
    drawn = {
        "text": _text,
        "markdown": _markdown,
        "markdown_v2": _markdown,
        "image": _image,
        "news": _news,
        "actionCard": _action_card,
        "link": _link,
        "interactive": _interactive,
    }
    return drawn[kind](payload) if kind in drawn else [Part(other=kind)]


def broadcast(payload: dict[str, Any]) -> str:
    """A task in a line: its words, or what its card is called."""
    titles = [each["link"]["title"] for each in payload.get("attachments", ()) if each.get("msgtype") == "link"]
    return next((text for text in [(payload.get("text") or {}).get("content", ""), *titles] if text), "")


def _text(payload: dict[str, Any]) -> list[Part]:
    part = payload.get("text") or payload["content"]
    return [Part(text=part.get("content") or part.get("text") or "", rings="@all" in part.get("mentioned_list", ()) or _rings(payload))]


def _markdown(payload: dict[str, Any]) -> list[Part]:
    part = payload[payload["msgtype"]]
    return [Part(text=_read(part.get("content") or part.get("text", "")), picture=_picture(part.get("text", "")), rings=_rings(payload))]


def _image(payload: dict[str, Any]) -> list[Part]:
    return [Part(picture=f"data:;base64,{payload['image']['base64']}")] if "image" in payload else [Part(other="image")]


def _news(payload: dict[str, Any]) -> list[Part]:
    return [
        Part(title=each["title"], text=each.get("description", ""), picture=each.get("picurl", ""), button=("", each["url"]))
        for each in payload["news"]["articles"]
    ]


def _action_card(payload: dict[str, Any]) -> list[Part]:
    card = payload["actionCard"]
    button = (card["singleTitle"], card["singleURL"]) if "singleURL" in card else None
    return [Part(text=_read(card.get("text", "")), picture=_picture(card.get("text", "")), button=button)]


def _link(payload: dict[str, Any]) -> list[Part]:
    link = payload["link"]
    return [Part(title=link.get("title", ""), text=link.get("text", ""), picture=link.get("picUrl", ""), button=("", link["messageUrl"]))]


def _interactive(payload: dict[str, Any]) -> list[Part]:
    card = payload["card"]
    texts = [each["text"]["content"] for each in card["elements"] if each.get("tag") == "div"]
    buttons = [action for each in card["elements"] if each.get("tag") == "action" for action in each["actions"]]
    shown = [(each["text"]["content"], each["url"]) for each in buttons]
    picture = next((f"data:;base64,{each['base64']}" for each in card["elements"] if each.get("base64")), "")
    title = card.get("header", {}).get("title", {}).get("content", "")
    words = "\n".join(text for text in texts if text != MENTION)
    first = shown[0] if shown else None
    return [Part(title=title, text=words, picture=picture, button=first, more=tuple(shown[1:]), rings=MENTION in texts)]


def _read(markdown: str) -> str:
    """Enough of markdown for what we send: marks taken off, lines as lines."""
    return MARKED.sub(r"\1", PICTURE.sub("", markdown).replace("  \n", "\n"))


def _picture(markdown: str) -> str:
    found = PICTURE.search(markdown)
    return found[1] if found else ""


def _rings(payload: dict[str, Any]) -> bool:
    return bool(payload.get("at", {}).get("isAtAll"))
