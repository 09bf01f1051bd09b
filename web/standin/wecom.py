"""WeCom's group robot as its callers meet it: the order of its checks, its numbers and its words."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import string
from typing import Any

import msgspec
from litestar import Request

from web.standin.world import Robot, World

Answer = dict[str, Any]

PLATFORM = "/cgi-bin/"
SEND = "/cgi-bin/webhook/send"
UPLOAD = "/cgi-bin/webhook/upload_media"
PER_MINUTE = 20
MARKDOWN_LIMIT = 4096
PICTURE_LIMIT = 2 * 1024 * 1024
FILE_LIMIT = 20 * 1024 * 1024
MEDIA_LIVES = 3 * 24 * 3600
MORE_INFO = "https://open.work.weixin.qq.com/devtool/query"


class No(Exception):
    """The platform says no; it does so with HTTP 200."""

    def __init__(self, code: int, words: str) -> None:
        self.answer = answer(code, words)


def answer(code: int, words: str) -> Answer:
    """An answer in WeCom's words, with the hint that its errors end in."""
    if code == 0:
        return {"errcode": 0, "errmsg": words}
    hint = "".join(secrets.choice(string.digits) for _ in range(24))
    return {"errcode": code, "errmsg": f"{words}, hint: [{hint}], from ip: 127.0.0.1, more info at {MORE_INFO}?e={code}"}


def key_of(request: Request[Any, Any, Any]) -> str:
    """Which robot a request is for."""
    return str(request.query_params.get("key", ""))


def send(world: World, key: str, body: bytes) -> Answer:
    """Take one post, or say no. The order of the checks matters: a gone robot answers so whatever the body."""
    try:
        robot = _robot(world, key)
        if world.options.one_at_a_time and robot.in_flight > 1:
            raise No(45033, "api concurrent out of limit")
        if world.lately(robot, 60) >= PER_MINUTE:
            raise No(45009, "api freq out of limit")
        payload = _checked(world, robot, body)
    except No as no:
        return no.answer
    robot.recent.append(world.now())
    world.receive(robot, payload)
    return answer(0, "ok")


def upload(world: World, key: str, kind: str, file: bytes | None) -> Answer:
    """Keep a file for this robot for three days."""
    try:
        robot = _robot(world, key)
        if kind not in ("file", "voice"):
            raise No(40004, "invalid media type")
        if file is None or not 5 <= len(file) <= FILE_LIMIT:
            raise No(40006, "invalid media size")
    except No as no:
        return no.answer
    media = hashlib.sha256(file + str(world.now()).encode()).hexdigest()
    robot.media[media] = world.now()
    return {**answer(0, "ok"), "type": kind, "media_id": media, "created_at": str(int(world.now()))}


def _robot(world: World, key: str) -> Robot:
    robot = world.robot("wecom", key)
    if robot is None:
        raise No(93000, "invalid webhook url")
    return robot


def _checked(world: World, robot: Robot, body: bytes) -> dict[str, Any]:
    try:
        payload = msgspec.json.decode(body)
    except msgspec.DecodeError:
        payload = None
    if not isinstance(payload, dict) or not isinstance(payload.get("msgtype"), str):
        raise No(40058, "Warning: wrong json format. invalid Request Parameter")
    kind = payload["msgtype"]
    if kind not in ("text", "markdown", "markdown_v2", "image", "news", "file", "voice", "template_card"):
        raise No(40008, "invalid message type")
    part = payload.get(kind)
    if not isinstance(part, dict):
        raise No(40058, "Warning: wrong json format. invalid Request Parameter")
    if kind in ("text", "markdown", "markdown_v2"):
        _check_words(kind, part, world.options.text_limit if kind == "text" else MARKDOWN_LIMIT)
    elif kind == "image":
        _check_picture(part)
    elif kind == "news":
        _check_news(part)
    elif kind in ("file", "voice") and world.now() - robot.media.get(str(part.get("media_id")), 0) > MEDIA_LIVES:
        raise No(40007, "invalid media_id")
    return payload


def _check_words(kind: str, part: dict[str, Any], limit: int) -> None:
    content = part.get("content", "")
    if not isinstance(content, str):
        raise No(40058, "Warning: wrong json format. invalid Request Parameter")
    if not content:
        raise No(44004, "empty content")
    if len(content.encode()) > limit:
        raise No(40058, f"{kind}.content exceed max length {limit}. invalid Request Parameter")


def _check_picture(part: dict[str, Any]) -> None:
    try:
        raw = base64.b64decode(str(part.get("base64")), validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) > PICTURE_LIMIT:
        raise No(40009, "invalid image size")
    is_picture = raw.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    if not is_picture or hashlib.md5(raw, usedforsecurity=False).hexdigest() != part.get("md5"):
        raise No(40123, "invalid image")


def _check_news(part: dict[str, Any]) -> None:
    """Too long a title or description is cut without a word, as there."""
    articles = part.get("articles")
    if not isinstance(articles, list) or not 1 <= len(articles) <= 8:
        raise No(40058, "news.articles invalid. invalid Request Parameter")
    for article in articles:
        if not isinstance(article, dict) or not article.get("url") or not article.get("title"):
            raise No(40058, "missing field in news.articles. invalid Request Parameter")
        for name, limit in (("title", 128), ("description", 512)):
            article[name] = str(article.get(name, "")).encode()[:limit].decode(errors="ignore")
