"""The platforms' own addresses, as the program calls them."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from web.standin import contacts, dingtalk, feishu, sms, wecom
from web.standin.world import Reply, World

WIRE = "x-standin-wire"  # read by our server, which can break a connection; never sent

Asked = Request[Any, Any, Any]
TheWorld = NamedDependency[World]


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
    content = await _file(request, "media")
    kind, key = request.query_params.get("type", ""), wecom.key_of(request)
    return await _answered(request, world, b"", key, lambda: wecom.upload(world, key, kind, content))


@get(contacts.TOKEN)
async def token(request: Asked, world: TheWorld) -> Response[bytes]:
    query = dict(request.query_params)
    return await _answered(request, world, b"", "", lambda: contacts.token(world, query))


@post(contacts.CALLS + "{name:path}", status_code=200)
async def call_contact(request: Asked, world: TheWorld, name: FromPath[str]) -> Response[bytes]:
    body, query = await request.body(), dict(request.query_params)
    return await _answered(request, world, body, "", lambda: contacts.call(world, name.strip("/"), query, body))


@post(contacts.UPLOAD, status_code=200)
async def upload_media(request: Asked, world: TheWorld) -> Response[bytes]:
    content, query = await _file(request, "media"), dict(request.query_params)
    return await _answered(request, world, b"", "", lambda: contacts.upload(world, query, content))


@post(feishu.TENANT, status_code=200)
async def tenant(request: Asked, world: TheWorld) -> Response[bytes]:
    body = await request.body()
    return await _answered(request, world, body, "", lambda: feishu.tenant(world, body))


@post(feishu.IMAGES, status_code=200)
async def upload_image(request: Asked, world: TheWorld) -> Response[bytes]:
    content, kind = await _file(request, "image"), str((await request.form()).get("image_type", ""))
    bearer = request.headers.get("authorization", "")
    return await _answered(request, world, b"", "", lambda: feishu.image(world, bearer, kind, content))


@post(sms.ROUTE, status_code=200)
async def text(request: Asked, world: TheWorld) -> Response[bytes]:
    body = await request.body()
    return await _answered(request, world, body, "", lambda: sms.take(world, request.headers.get("authorization", ""), body))


async def _file(request: Asked, name: str) -> bytes | None:
    file = (await request.form()).get(name)
    return await file.read() if file is not None and hasattr(file, "read") else None


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


handlers = [send, upload, send_to_dingtalk, send_to_feishu, text, token, call_contact, upload_media, tenant, upload_image]
