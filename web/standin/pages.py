"""What people see of the stand-in: the groups with what was posted there, phones with what was sent to them."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from markupsafe import Markup, escape

from events.people import phones
from web import language, places
from web.standin import broadcast, shown
from web.standin.world import World

ZONE = ZoneInfo("Asia/Shanghai")
VENDORS = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/",
    "broadcast": "",
}

Asked = Request[Any, Any, Any]
TheWorld = NamedDependency[World]


@get("/", media_type=MediaType.HTML)
async def rooms(request: Asked, world: TheWorld) -> Response[str]:
    """What people read in the groups and on their phones, drawn anew every few seconds."""
    page = _templates(language.accepted(request.headers.get("accept-language", ""))).get_template("standin/index.html")
    waiting = {robot.key: broadcast.waiting(world, robot) for robot in world.robots.values() if robot.platform == broadcast.PLATFORM}
    shown_here = page.render(robots=list(world.robots.values()), texts=world.texts, vendors=VENDORS, waiting=waiting)
    return Response(shown_here, media_type=MediaType.HTML)


@get("/standin.css", media_type="text/css")
async def stylesheet() -> str:
    return (places.static() / "css/standin.css").read_text("utf-8")


@post("/tasks/{task:str}/confirm", status_code=303)
async def press(world: TheWorld, task: FromPath[str]) -> Redirect:
    """The owner's button on our page."""
    if task in world.tasks:
        broadcast.confirm(world, world.tasks[task])
    return Redirect("/", status_code=303)


@cache
def _templates(name: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(places.templates()), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    words = language.translations(name)
    environment.install_gettext_callables(words.ugettext, words.ungettext, newstyle=True)  # type: ignore[attr-defined]  # -- from the extension
    environment.globals["tag"] = language.TAGS[name]
    environment.filters |= {"clock": _clock, "linked": _linked, "spaced": phones.spaced, "parts": shown.parts, "said": shown.broadcast}
    return environment


def _clock(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC).astimezone(ZONE)
    return f"{moment:%m-%d %H:%M}"


def _linked(text: str) -> Markup:
    """Addresses as links, as chat clients draw them."""
    parts = re.split(r"(https?://[!-~]+)", text)
    link = Markup('<a href="{0}" rel="noreferrer">{0}</a>')
    return Markup("").join(link.format(part) if n % 2 else escape(part) for n, part in enumerate(parts))


handlers = [rooms, stylesheet, press]
