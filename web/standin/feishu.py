"""Feishu's custom bot as its callers meet it: the order of its checks, its numbers and its words."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

import msgspec

from web.standin.world import Robot, World

Answer = dict[str, Any]

HOOK = "/open-apis/bot/v2/hook/"
PER_SECOND, PER_MINUTE = 5, 100
BODY_LIMIT = 20_000  # bytes
SKEW = 3600  # seconds
TOO_FAST = {"code": 11232, "data": {}, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"}
GONE = {"code": 19001, "data": {}, "msg": "param invalid: incoming webhook access token invalid"}
TENANT, IMAGES = "/open-apis/auth/v3/tenant_access_token/internal", "/open-apis/im/v1/images"
LIVES = 7200  # seconds of a token
IMAGE_LIMIT = 10 * 1024 * 1024
OK = {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}
OLD_OK = {"Extra": None, "StatusCode": 0, "StatusMessage": "success"}


class No(Exception):
    """The platform says no; it does so with HTTP 200 unless `status` says otherwise."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def send(world: World, token: str, body: bytes) -> Answer:
    """Take one post, or say no: the token is looked at before the body. `status` in the answer is the HTTP status."""
    try:
        robot = world.robot("feishu", token)
        if robot is None:
            raise No(GONE)
        if world.options.feishu_load or world.lately(robot, 1) >= PER_SECOND or world.lately(robot, 60) >= PER_MINUTE:
            raise No(TOO_FAST)
        payload = _payload(body)
        _check_settings(world, robot, payload, body)
        _check_shape(world, payload, body)
    except No as no:
        return no.answer
    robot.recent.append(world.now())
    world.receive(robot, payload)
    return OLD_OK if world.options.feishu_old else OK


def tenant(world: World, body: bytes) -> Answer:
    """A token for the app, the same until it is over."""
    asked = _payload(body)
    secret = asked.get("app_secret")
    if not asked.get("app_id") or not secret or world.options.feishu_app_secret not in ("", secret):
        return {"code": 10014, "msg": "app secret invalid"}
    for value, (of, until) in world.tokens.items():
        if of == asked["app_id"] and until > world.now():
            return {"code": 0, "msg": "ok", "tenant_access_token": value, "expire": int(until - world.now())}
    value = f"t-{secrets.token_urlsafe(24)}"
    world.tokens[value] = (asked["app_id"], world.now() + LIVES)
    return {"code": 0, "msg": "ok", "tenant_access_token": value, "expire": LIVES}


def image(world: World, authorization: str, kind: str, file: bytes | None) -> Answer:
    """Keep a picture for cards; `status` in the answer is the HTTP status."""
    app, until = world.tokens.get(authorization.removeprefix("Bearer "), ("", 0.0))
    if not app or until <= world.now():
        return {"code": 99991663, "msg": "Invalid access token for authorization. Please make a test attempt", "status": 400}
    if kind != "message" or not file or len(file) > IMAGE_LIMIT or not file.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return {"code": 234001, "msg": "Invalid request param.", "status": 400}
    key = f"img_v2_{secrets.token_urlsafe(16)}"
    world.media[key] = (app, world.now(), file)
    return {"code": 0, "msg": "success", "data": {"image_key": key}}


def signature(secret: str, timestamp: str) -> str:
    digest = hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _payload(body: bytes) -> dict[str, Any]:
    try:
        payload = msgspec.json.decode(body)
    except msgspec.DecodeError:
        payload = None
    return payload if isinstance(payload, dict) else {}


def _check_settings(world: World, robot: Robot, payload: dict[str, Any], body: bytes) -> None:
    if robot.bars_address:
        raise No({"code": 19022, "msg": "Ip Not Allowed"})
    timestamp, sign = payload.get("timestamp"), payload.get("sign")
    if robot.secret and not (isinstance(timestamp, str) and isinstance(sign, str) and _is_right(world, robot.secret, timestamp, sign)):
        raise No({"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"})
    if robot.keyword and robot.keyword not in body.decode(errors="replace"):
        raise No({"code": 19024, "msg": "Key Words Not Found"})


def _is_right(world: World, secret: str, timestamp: str, sign: str) -> bool:
    is_now = timestamp.isdigit() and abs(world.now() - int(timestamp)) <= SKEW
    return is_now and hmac.compare_digest(sign.encode(), signature(secret, timestamp).encode())


def _check_shape(world: World, payload: dict[str, Any], body: bytes) -> None:
    kind = payload.get("msg_type")
    if isinstance(kind, str) and kind not in ("text", "post", "image", "share_chat", "interactive"):
        raise No({"code": 19002, "msg": "param invalid: msg_type"})
    part = payload.get("card" if kind == "interactive" else "content")
    if not isinstance(kind, str) or not isinstance(part, dict) or len(body) > BODY_LIMIT or not _is_whole(world, kind, part):
        raise No({"code": 9499, "msg": "Bad Request", "data": {}, "status": world.options.feishu_status})


def _is_whole(world: World, kind: str, part: dict[str, Any]) -> bool:
    """A picture must be one that an app uploaded; what is shown of it is kept beside its key."""
    if kind == "text":
        return isinstance(part.get("text"), str) and bool(part["text"])
    if kind == "interactive":
        return (
            isinstance(part.get("elements"), list) and bool(part["elements"]) and all(_is_known(world, each) for each in part["elements"])
        )
    return kind != "image" or _is_known(world, part | {"tag": "img", "img_key": part.get("image_key")})


def _is_known(world: World, element: dict[str, Any]) -> bool:
    if element.get("tag") != "img":
        return True
    kept = world.media.get(str(element.get("img_key")))
    if kept is not None:
        element["base64"] = base64.b64encode(kept[2]).decode()
    return kept is not None
