"""By what a group is reached: the columns for what its host pasted, and what a change of it means for posts that still wait."""

from __future__ import annotations

from typing import Any

from piccolo.columns import Column

from events import clock, codes, sealing
from events.announce import pacing
from events.announce.channels import known
from events.announce.tables import ChannelName, Delivery, DeliveryState, Group, Part
from events.errors import Refused, _

BY_HAND_NOW = "by_hand_now"  # a stopped poster's code: by hand, words and poster are at hand together
_Values = dict[Column | str, Any]
_WAITS = (DeliveryState.DUE, DeliveryState.PAUSED)


def columns(channel: ChannelName, pasted: str, secret: str) -> dict[str, Any]:
    """The columns by which a group is reached. Refused when a robot's address is missing or is none."""
    if channel not in known.ROBOTS:
        return {"credential": "", "robot": ""}
    if not pasted.strip():
        raise Refused(_("把群机器人的地址贴过来，才能自动发"), field="credential")
    if "://" in pasted and any(_is_address_of(other, pasted) for other in known.ROBOTS if other != channel):
        raise Refused(_("这个地址是另一种机器人的，上面「怎么发」换一下"), field="credential")
    credential = known.ROBOTS[channel].credential(pasted, secret)
    key = credential.partition(" ")[0]  # the secret apart: with one or without, it is the same robot
    return {"credential": sealing.seal(credential), "robot": codes.digest(f"{channel} {key.lower()}")}


def kept(group: Group, channel: ChannelName) -> str:
    """The key of the robot the group has on this channel; empty when there is none, or nobody can open it."""
    if channel != group.channel:
        return ""
    try:
        return sealing.unseal(group.credential).partition(" ")[0]
    except sealing.Unreadable:
        return ""


async def go_the_new_way(group: Group, channel: ChannelName) -> None:
    """What still waits leaves by the group's new channel: by hand it is a to-do, and a new robot need not wait for what the old had to."""
    waits = (Delivery.group == group.id) & Delivery.state.is_in(list(_WAITS))
    if channel == ChannelName.BY_HAND:
        alone: dict[Column | str, Any] = {
            Delivery.state: DeliveryState.STOPPED,
            Delivery.code: BY_HAND_NOW,
            Delivery.finished_at: clock.now(),
        }
        await Delivery.update(alone).where(waits & (Delivery.part == Part.POSTER))
        to_do: dict[Column | str, Any] = {Delivery.state: DeliveryState.TO_DO, Delivery.channel: channel, Delivery.code: ""}
        await Delivery.update(to_do).where(waits & (Delivery.state == DeliveryState.DUE))
    await Delivery.update({Delivery.channel: channel}).where(waits)
    held_off = waits & (Delivery.state == DeliveryState.DUE) & Delivery.code.is_in(list(pacing.HELD_OFF))
    await Delivery.update({Delivery.code: "", Delivery.vendor_code: ""}).where(held_off)


def _is_address_of(channel: str, pasted: str) -> bool:
    try:
        known.ROBOTS[channel].credential(pasted)
    except Refused:
        return False
    return True
