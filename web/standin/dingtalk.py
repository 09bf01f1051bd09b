"""DingTalk's custom robot as its callers meet it: the order of its checks, its numbers, its words, and ten minutes for who is too fast."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

import msgspec

from web.standin.world import Robot, World

Answer = dict[str, Any]

SEND = "/robot/send"
PER_MINUTE = 20
PENALTY = 600  # seconds
BODY_LIMIT = 20_000  # bytes
SKEW = 3600  # seconds
KINDS = ("text", "link", "markdown", "actionCard", "feedCard")
BAD_SIGN = (
    "description:机器人发送签名不匹配;solution:请确认签名和生成签名的时间戳必须都放在调用的网址中，请确认机器人的密钥加密和填写正确;"
    "link:请参考本接口对应文档获得具体要求，或者在https://open.dingtalk.com/document/  搜索相关文档;"
)
NO_KEYWORD = "keywords not in content, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"


class No(Exception):
    """The platform says no; it does so with HTTP 200."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


def send(world: World, method: str, query: Mapping[str, str], body: bytes) -> Answer:
    """Take one post, or say no. Which of its checks the platform makes first is not documented; this is a guess."""
    try:
        robot = _robot(world, method, query)
        _check_pace(world, robot)
        _check_signature(world, robot, query)
        payload = _checked(robot, body)
    except No as no:
        return no.answer
    robot.recent.append(world.now())
    world.receive(robot, payload)
    return {"errcode": 0, "errmsg": "ok"}


def signature(secret: str, timestamp: str) -> str:
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


def _no(code: int, words: str) -> No:
    return No({"errcode": code, "errmsg": words})


def _robot(world: World, method: str, query: Mapping[str, str]) -> Robot:
    if method != "POST":
        raise _no(43002, "需要POST请求")
    token = query.get("access_token", "")
    if not token:
        raise _no(40035, "缺少参数 access_token")
    robot = world.robot("dingtalk", token)
    if robot is None:
        raise _no(world.options.dingtalk_unknown, "token is not exist")
    if robot.stopped:
        raise _no(400102, "机器人已停用")
    if robot.group_gone:
        raise _no(400013, "群已被解散")
    return robot


def _check_pace(world: World, robot: Robot) -> None:
    """The 21st of a minute starts ten minutes in which nothing is taken."""
    if world.now() >= robot.penalty_until and world.lately(robot, 60) >= PER_MINUTE:
        robot.penalty_until = world.now() + PENALTY
    if world.now() < robot.penalty_until:
        number = world.options.dingtalk_too_fast
        if number == 1111:
            raise No({"status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": secrets.token_hex(16)})
        raise _no(number, "send too fast, exceed 20 times per minute" if number == 130101 else "发送速度太快而限流")


def _check_signature(world: World, robot: Robot, query: Mapping[str, str]) -> None:
    """In the query, decoded once; a sign that was encoded twice is wrong."""
    if robot.bars_address:
        raise _no(310000, "ip 127.0.0.1 not in whitelist")
    if not robot.secret:
        return
    timestamp = query.get("timestamp", "")
    is_late = not timestamp.isdigit() or abs(world.now() - int(timestamp) / 1000) > SKEW
    if is_late or not hmac.compare_digest(query.get("sign", "").encode(), signature(robot.secret, timestamp).encode()):
        raise _no(310000, BAD_SIGN)


def _checked(robot: Robot, body: bytes) -> dict[str, Any]:
    if robot.keyword and robot.keyword not in body.decode(errors="replace"):
        raise _no(310000, NO_KEYWORD)
    if len(body) > BODY_LIMIT:
        raise _no(460101, "message too long, exceed 20000 bytes")
    try:
        payload = msgspec.json.decode(body)
    except msgspec.DecodeError:
        raise _no(43004, "bad content type") from None
    if not isinstance(payload, dict) or payload.get("msgtype") not in KINDS or not isinstance(payload.get(payload["msgtype"]), dict):
        raise _no(400105, "不支持的消息类型")
    return payload
