"""The stand-in over HTTP: the platforms' own addresses, those that steer it (`/__…`), and a page for people."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, MediaType, Request, Response, delete, get, post, route
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody
from markupsafe import Markup, escape

from events.people import phones
from web import language, places
from web.standin import dingtalk, feishu, shown, sms, wecom
from web.standin.world import Options, Reply, World

ZONE = ZoneInfo("Asia/Shanghai")
VENDORS = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/",
}
WIRE = "x-standin-wire"  # read by our server, which can break a connection; never sent

Asked = Request[Any, Any, Any]
TheWorld = NamedDependency[World]


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """The next `n` requests to `route` get `reply`."""

    route: str
    reply: Reply
    n: int = 1


class Clock(msgspec.Struct, forbid_unknown_fields=True):
    forward: float
    """Seconds."""


class NewRobot(msgspec.Struct, forbid_unknown_fields=True):
    """Fields of web.standin.world.Robot."""

    key: str
    name: str
    platform: str = "wecom"
    secret: str = ""
    keyword: str = ""
    bars_address: bool = False
    stopped: bool = False
    group_gone: bool = False


@post(wecom.SEND, status_code=200)
async def send(request: Asked, world: TheWorld) -> Response[bytes]:
    body, key = await request.body(), wecom.key_of(request)
    return await _answered(request, world, body, key, lambda: wecom.send(world, key, body))


@route(dingtalk.SEND, http_method=["GET", "POST", "PUT"], status_code=200)
async def send_to_dingtalk(request: Asked, world: TheWorld) -> Response[bytes]:
    body, query = await request.body(), dict(request.query_params)
    act = partial(dingtalk.send, world, request.method, query, body)
    return await _answered(request, world, body, query.get("access_token", ""), act)


@post(feishu.HOOK + "{token:str}", status_code=200)
async def send_to_feishu(request: Asked, world: TheWorld, token: FromPath[str]) -> Response[bytes]:
    body = await request.body()
    return await _answered(request, world, body, token, lambda: feishu.send(world, token, body))


@post(wecom.UPLOAD, status_code=200)
async def upload(request: Asked, world: TheWorld) -> Response[bytes]:
    file = (await request.form()).get("media")
    content = await file.read() if file is not None and hasattr(file, "read") else None
    kind, key = request.query_params.get("type", ""), wecom.key_of(request)
    return await _answered(request, world, b"", key, lambda: wecom.upload(world, key, kind, content))


@post(sms.ROUTE, status_code=200)
async def text(request: Asked, world: TheWorld) -> Response[bytes]:
    body = await request.body()
    return await _answered(request, world, body, "", lambda: sms.take(world, request.headers.get("authorization", ""), body))


@get("/__log")
async def log(world: TheWorld) -> list[dict[str, Any]]:
    """Every request to a platform's address, oldest first, and what was answered."""
    return world.log


@post("/__script", status_code=204)
async def script(data: JSONBody[Script], world: TheWorld) -> None:
    world.replies[data.route].extend([data.reply] * data.n)


@post("/__clock", status_code=204)
async def clock(data: JSONBody[Clock], world: TheWorld) -> None:
    world.ahead += data.forward


@post("/__options", status_code=204)
async def options(data: JSONBody[Options], world: TheWorld) -> None:
    world.options = data


@post("/__robots", status_code=204)
async def add_robot(data: JSONBody[NewRobot], world: TheWorld) -> None:
    world.add(**msgspec.structs.asdict(data))


@delete("/__robots/{key:str}")
async def remove_robot(key: FromPath[str], world: TheWorld) -> None:
    world.robots[key].gone = True


@post("/__reset", status_code=204)
async def reset(world: TheWorld) -> None:
    world.reset()


@get("/", media_type=MediaType.HTML)
async def rooms(request: Asked, world: TheWorld) -> Response[str]:
    """What people read in the groups and on their phones, drawn anew every few seconds."""
    page = _templates(language.accepted(request.headers.get("accept-language", ""))).get_template("standin/index.html")
    return Response(page.render(robots=list(world.robots.values()), texts=world.texts, vendors=VENDORS), media_type=MediaType.HTML)


@get("/standin.css", media_type="text/css")
async def stylesheet() -> str:
    return (places.static() / "css/standin.css").read_text("utf-8")


def create_standin(world: World | None = None) -> Litestar:
    """One stand-in with a memory of its own. Broken connections need `server.py`; any other server ignores them."""
    the_world = world or World()
    platforms = [send, upload, send_to_dingtalk, send_to_feishu, text]
    steering = [log, script, clock, options, add_robot, remove_robot, reset]
    return Litestar(
        [*platforms, *steering, rooms, stylesheet],
        dependencies={"world": Provide(lambda: the_world, sync_to_thread=False)},
        request_max_body_size=32 * 1024 * 1024,
        openapi_config=None,
        logging_config=None,  # the process's own stays as it is
    )


async def _answered(request: Asked, world: World, body: bytes, key: str, act: Callable[[], dict[str, Any]]) -> Response[bytes]:
    """Ask the platform, unless the script has its answer; `key` is the robot's."""
    reply = world.next_reply(request.url.path)
    entry = _entry(request, world, body)
    world.log.append(entry)
    with world.busy(key):
        answer = act() if reply.takes else None
        entry["answer"] = answer
        await asyncio.sleep(reply.delay)
    return _response(reply, answer, is_wecom=request.url.path.startswith(wecom.PLATFORM))


def _entry(request: Asked, world: World, body: bytes) -> dict[str, Any]:
    try:
        parsed = msgspec.json.decode(body)
    except msgspec.DecodeError:
        parsed = None
    return {
        "at": world.now(),
        "method": request.method,
        "path": request.url.path,
        "query": dict(request.query_params),
        "headers": dict(request.headers),
        "body": parsed,
        "answer": None,
    }


def _response(reply: Reply, answer: dict[str, Any] | None, *, is_wecom: bool) -> Response[bytes]:
    headers: dict[str, str] = {}
    if reply.html is not None:
        return Response(reply.html.encode(), status_code=reply.status, media_type=MediaType.HTML)
    if reply.json is not msgspec.UNSET:
        content = msgspec.json.encode(reply.json)
    else:
        content = msgspec.json.encode(answer or wecom.answer(0, "ok"))
        if is_wecom and answer and answer.get("errcode"):
            headers = {"Error-Code": str(answer["errcode"]), "Error-Msg": answer["errmsg"]}
    if reply.drop:
        headers[WIRE] = "drop"
    elif reply.cut is not None:
        headers[WIRE] = f"cut {reply.cut}"
    status = answer["status"] if reply.status == 200 and answer and 200 <= answer.get("status", 0) < 600 else reply.status
    return Response(content[: reply.clip], status_code=status, headers=headers, media_type="application/json; charset=UTF-8")


@cache
def _templates(name: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(places.templates()), autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"]
    )
    words = language.translations(name)
    environment.install_gettext_callables(words.ugettext, words.ungettext, newstyle=True)  # type: ignore[attr-defined]  # -- from the extension
    environment.globals["tag"] = language.TAGS[name]
    environment.filters |= {"clock": _clock, "linked": _linked, "spaced": phones.spaced, "parts": shown.parts}
    return environment


def _clock(at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC).astimezone(ZONE)
    return f"{moment:%m-%d %H:%M}"


def _linked(text: str) -> Markup:
    """Addresses as links, as chat clients draw them."""
    parts = re.split(r"(https?://[!-~]+)", text)
    link = Markup('<a href="{0}" rel="noreferrer">{0}</a>')
    return Markup("").join(link.format(part) if n % 2 else escape(part) for n, part in enumerate(parts))
