"""WeCom's customer contact as its callers meet it: tokens, pictures, whose groups there are, and the calls about tasks."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from web.standin import broadcast
from web.standin.wecom import No, answer
from web.standin.world import Robot, World

Answer = dict[str, Any]
Body = dict[str, Any]

TOKEN = "/cgi-bin/gettoken"  # noqa: S105 -- a path
CALLS = "/cgi-bin/externalcontact/"
UPLOAD = "/cgi-bin/media/upload"
LIVES = 7200  # seconds of a token
FAILURES = 20  # tokens asked for in vain in an hour; the platform's figure is 2,000
IMAGE_LIMIT = 10 * 1024 * 1024
HOUR = 3600
MOST = 1000  # groups in one answer


def token(world: World, query: Mapping[str, str]) -> Answer:
    """The same token until it is over, as there."""
    corp, secret = query.get("corpid", ""), query.get("corpsecret", "")
    ours = [robot for robot in world.robots.values() if robot.platform == broadcast.PLATFORM and not robot.gone]
    try:
        if sum(at > world.now() - HOUR for at in world.failures) >= FAILURES:
            raise No(45009, broadcast.WORDS[45009])
        if not any(robot.key.startswith(f"{corp}/") for robot in ours):
            raise No(40013, "invalid corpid")
        if not any(robot.key.startswith(f"{corp}/") and robot.secret == secret for robot in ours):
            raise No(40001, "invalid credential")
    except No as no:
        world.failures.append(world.now())
        return no.answer
    return {**answer(0, "ok"), "access_token": _issued(world, corp), "expires_in": LIVES}


def call(world: World, name: str, query: Mapping[str, str], body: bytes) -> Answer:
    """One of the calls below `CALLS`, or its no."""
    calls: dict[str, Callable[[World, str, Body], Answer]] = {
        **broadcast.CALLS,
        "groupchat/list": _groups,
        "groupchat/get": _group,
    }
    try:
        corp = _corp(world, query)
        return calls[name](world, corp, _parsed(body))
    except No as no:
        return no.answer | ({"group_chat_list": []} if no.answer["errcode"] == 60020 else {})


def upload(world: World, query: Mapping[str, str], file: bytes | None) -> Answer:
    try:
        corp = _corp(world, query)
        if query.get("type") != "image":
            raise No(40004, "invalid media type")
        if file is None or len(file) < 5:
            raise No(40006, "invalid media size")
        if len(file) > IMAGE_LIMIT or not file.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
            raise No(40009, "invalid image size")
    except No as no:
        return no.answer
    media = hashlib.sha256(corp.encode() + file).hexdigest()
    world.media[media] = (corp, world.now(), file)
    return {**answer(0, "ok"), "type": "image", "media_id": media, "created_at": str(int(world.now()))}


def _issued(world: World, corp: str) -> str:
    for value, (of, until) in world.tokens.items():
        if of == corp and until > world.now():
            return value
    value = secrets.token_urlsafe(96)
    world.tokens[value] = (corp, world.now() + LIVES)
    return value


def _corp(world: World, query: Mapping[str, str]) -> str:
    given = query.get("access_token", "")
    if not given:
        raise No(41001, "access_token missing")
    if given not in world.tokens:
        raise No(40014, "invalid access_token")
    corp, until = world.tokens[given]
    if until <= world.now():
        raise No(42001, "access_token expired")
    if world.options.contact_says:
        raise No(world.options.contact_says, broadcast.WORDS[world.options.contact_says])
    return corp


def _parsed(body: bytes) -> Body:
    try:
        parsed = msgspec.json.decode(body)
    except msgspec.DecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise No(40058, "Warning: wrong json format. invalid Request Parameter")
    return parsed


def _groups(world: World, corp: str, body: Body) -> Answer:
    """Of the owners asked for, page by page; the cursor is where the next page begins."""
    owners, limit = (body.get("owner_filter") or {}).get("userid_list") or [], body.get("limit")
    if not isinstance(limit, int) or not 0 < limit <= MOST:
        raise No(40058, "limit invalid. invalid Request Parameter")
    ours = _of(world, corp)
    if missing := set(owners) - {owner for _robot, owner, _chat in ours}:
        raise No(60111, f"userid not found, {min(missing)}")
    chats = [{"chat_id": chat, "status": 0} for _robot, owner, chat in ours if not owners or owner in owners]
    first = int(body.get("cursor") or 0)
    rest = str(first + limit) if len(chats) > first + limit else ""
    return {**answer(0, "ok"), "group_chat_list": chats[first : first + limit], "next_cursor": rest}


def _of(world: World, corp: str) -> list[tuple[Robot, str, str]]:
    """The corporation's groups that are there, with owner and id."""
    found = []
    for robot in world.robots.values():
        of, owner, chat = robot.key.split("/") if robot.platform == broadcast.PLATFORM else ("", "", "")
        if of == corp and not robot.group_gone and not robot.gone:
            found.append((robot, owner, chat))
    return found


def _group(world: World, corp: str, body: Body) -> Answer:
    """What a foreign or dissolved group gives is not documented; this is a guess."""
    for robot, owner, chat in _of(world, corp):
        if chat == body.get("chat_id"):
            return {**answer(0, "ok"), "group_chat": {"chat_id": chat, "name": robot.name, "owner": owner, "member_list": []}}
    raise No(40096, "invalid external userid")
