"""The channels there are, by the name stored with a group. A later channel is one file and one line here."""

from __future__ import annotations

from events.announce.channels import Channel, Robot, by_hand, dingtalk, feishu, wecom

ROBOTS: dict[str, Robot] = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}
CHANNELS: dict[str, Channel] = {"by_hand": by_hand, **ROBOTS}
