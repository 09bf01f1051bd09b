"""WeCom's broadcasts as their callers meet them: tasks that wait for a group's owner, what each group got of them."""

from __future__ import annotations

import calendar
import secrets
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from web.standin.wecom import No, answer
from web.standin.world import Robot, Task, World

Answer = dict[str, Any]
Body = dict[str, Any]

PLATFORM = "broadcast"
TEXT, TITLE, DESCRIPTION, URL, PICTURE = 4000, 128, 512, 2048, 2048  # bytes
ATTACHMENTS = 9
MEDIA_LIVES, DAY = 3 * 24 * 3600, 24 * 3600
REMINDERS = 3
ZONE = ZoneInfo("Asia/Shanghai")
WORDS = {
    60020: "not allow to access from your ip",
    48002: "api forbidden",
    84074: "require in external contact",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    -1: "system busy",
}


def confirm(world: World, task: Task, chats: list[str] | None = None) -> None:
    """The owner presses send, for all of the task's groups or some; a group that had its share does not get it."""
    if task.status == 2 or task.cancelled:
        return
    task.status, task.send_time = 2, world.now()
    for chat in task.chats if chats is None else chats:
        robot = world.robots[f"{task.corp}/{task.owner}/{chat}"]
        is_full = _had(world, robot) >= _share(world)
        task.lines[chat] = 3 if is_full else 1
        if not is_full:
            robot.recent.append(world.now())
            for each in _messages(world, task.payload):
                world.receive(robot, each)
    world.keep_task(task)


def waiting(world: World, robot: Robot) -> list[Task]:
    """What the owner of this group has yet to send to it."""
    return [
        task
        for task in world.tasks.values()
        if not task.status and not task.cancelled and robot.key in {f"{task.corp}/{task.owner}/{chat}" for chat in task.chats}
    ]


def _create(world: World, corp: str, body: Body) -> Answer:
    owner = body.get("sender")
    if body.get("chat_type") != "group" or not owner:
        raise No(40063, "some parameters are empty")
    ours = {robot.key: robot for robot in world.robots.values() if robot.platform == PLATFORM and robot.key.startswith(f"{corp}/")}
    if not any(key.split("/")[1] == owner for key in ours):
        raise No(60111, "userid not found")
    _check_content(world, corp, body)
    asked = list(body.get("chat_id_list") or [])
    usable = [chat for chat in asked if (robot := ours.get(f"{corp}/{owner}/{chat}")) and not robot.group_gone and not robot.gone]
    if not usable:
        raise No(41048, "no customer to send")
    task = Task(f"msgGCAAA{secrets.token_urlsafe(24)}", corp, owner, usable, body, world.now())
    world.tasks[task.id] = task
    world.keep_task(task)
    return {**answer(0, "ok"), "fail_list": [chat for chat in asked if chat not in usable], "msgid": task.id}


def _check_content(world: World, corp: str, body: Body) -> None:
    text, attachments = (body.get("text") or {}).get("content", ""), body.get("attachments") or []
    if not text and not attachments:
        raise No(40063, "some parameters are empty")
    if len(text.encode()) > TEXT or len(attachments) > ATTACHMENTS:
        raise No(40058, f"text.content exceed max length {TEXT}. invalid Request Parameter")
    for each in attachments:
        kind = each.get("msgtype")
        part = each.get(kind) if kind in ("image", "link") else None
        if not isinstance(part, dict):
            raise No(40058, "attachments invalid. invalid Request Parameter")
        if kind == "image":
            of, at, _file = world.media.get(part.get("media_id", ""), ("", 0.0, b""))
            if of != corp or world.now() - at > MEDIA_LIVES:
                raise No(40007, "invalid media_id")
        elif not part.get("title") or not part.get("url") or any(len(part.get(name, "").encode()) > most for name, most in _MOST.items()):
            raise No(40058, "attachments.link invalid. invalid Request Parameter")


_MOST = {"title": TITLE, "desc": DESCRIPTION, "url": URL, "picurl": PICTURE}


def _task(world: World, corp: str, body: Body) -> Task:
    task = world.tasks.get(str(body.get("msgid")))
    if task is None or task.corp != corp:
        raise No(41047, "invalid msgid")
    return task


def _tasks(world: World, corp: str, body: Body) -> Answer:
    task = _task(world, corp, body)
    row = {"userid": task.owner, "status": task.status} | ({"send_time": int(task.send_time)} if task.status else {})
    return {**answer(0, "ok"), "next_cursor": "", "task_list": [row]}


def _results(world: World, corp: str, body: Body) -> Answer:
    """What was not sent has no line at all."""
    task = _task(world, corp, body)
    told = [
        {"chat_id": chat, "userid": task.owner, "status": status, "send_time": int(task.send_time)} for chat, status in task.lines.items()
    ]
    return {**answer(0, "ok"), "next_cursor": "", "send_list": told}


def _remind(world: World, corp: str, body: Body) -> Answer:
    task = _task(world, corp, body)
    if sum(at > world.now() - DAY for at in task.reminders) >= REMINDERS:
        raise No(45009, WORDS[45009])
    task.reminders.append(world.now())
    return answer(0, "ok")


def _cancel(world: World, corp: str, body: Body) -> Answer:
    task = _task(world, corp, body)
    task.cancelled = not task.status
    world.keep_task(task)
    return answer(0, "ok")


def _share(world: World) -> int:
    """How many a group may have by the corporation's rule."""
    today = datetime.fromtimestamp(world.now(), UTC).astimezone(ZONE)
    return {"day": 1, "week": 7, "month": calendar.monthrange(today.year, today.month)[1]}[world.options.broadcast_rule]


def _had(world: World, robot: Robot) -> int:
    today = datetime.fromtimestamp(world.now(), UTC).astimezone(ZONE).date()
    days = [datetime.fromtimestamp(at, UTC).astimezone(ZONE).date() for at in robot.recent]
    same: dict[str, Callable[[Any], object]] = {
        "day": lambda day: day,
        "week": lambda day: day.isocalendar()[:2],
        "month": lambda day: (day.year, day.month),
    }
    of = same[world.options.broadcast_rule]
    return sum(of(day) == of(today) for day in days)


def _messages(world: World, payload: Body) -> list[Body]:
    """Words and attachments arrive one after another."""
    messages: list[Body] = [{"msgtype": "text", "text": payload["text"]}] if (payload.get("text") or {}).get("content") else []
    for each in payload.get("attachments") or []:
        if each["msgtype"] == "image":
            picture = world.media.get(each["image"]["media_id"], ("", 0.0, b""))[2]
            messages.append({"msgtype": "image", "image": {"base64": b64encode(picture).decode()}})
        else:
            link = each["link"]
            card = {"title": link["title"], "text": link.get("desc", ""), "picUrl": link.get("picurl", ""), "messageUrl": link["url"]}
            messages.append({"msgtype": "link", "link": card})
    return messages


CALLS: dict[str, Callable[[World, str, Body], Answer]] = {
    "add_msg_template": _create,
    "get_groupmsg_task": _tasks,
    "get_groupmsg_send_result": _results,
    "remind_groupmsg_send": _remind,
    "cancel_groupmsg_send": _cancel,
}
