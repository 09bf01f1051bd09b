"""The addresses by which tests steer the stand-in (`/__…`)."""

from typing import Any

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from web.standin import broadcast
from web.standin.world import Options, Reply, World

TheWorld = NamedDependency[World]


class Script(msgspec.Struct, forbid_unknown_fields=True):
    """The next `n` requests to `route` get `reply`."""

    route: str
    reply: Reply
    n: int = 1


class Clock(msgspec.Struct, forbid_unknown_fields=True):
    forward: float
    """Seconds."""


class Owner(msgspec.Struct, forbid_unknown_fields=True):
    """The owner of the groups of a task, named `msgid`; `chat_ids`: those the owner sends it to, all when left out."""

    msgid: str
    chat_ids: list[str] | None = None


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


@post("/__owner_confirm", status_code=204)
async def owner_confirms(data: JSONBody[Owner], world: TheWorld) -> None:
    broadcast.confirm(world, world.tasks[data.msgid], data.chat_ids)


@post("/__owner_ignore", status_code=204)
async def owner_ignores(data: JSONBody[Owner], world: TheWorld) -> None:
    """Nothing happens, as often there."""


@post("/__revoke", status_code=204)
async def revoke(world: TheWorld) -> None:
    """Every token is over before its time."""
    world.tokens = {value: (of, 0.0) for value, (of, _until) in world.tokens.items()}


@post("/__reset", status_code=204)
async def reset(world: TheWorld) -> None:
    world.reset()


handlers = [log, script, clock, options, add_robot, remove_robot, reset, revoke, owner_confirms, owner_ignores]
