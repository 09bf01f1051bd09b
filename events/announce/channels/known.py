"""The channels there are, by the name stored with a group. A later channel is one file and one line here."""

from __future__ import annotations

from events.announce.channels import Channel, Robot, broadcast, by_hand, dingtalk, feishu, wecom

ROBOTS: dict[str, Robot] = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "broadcast": broadcast}
CHANNELS: dict[str, Channel] = {"by_hand": by_hand, **ROBOTS}
LOOKS = {"broadcast": broadcast.look}
"""How a credential is tried where a post costs something."""
UPLOADS = {"feishu": feishu.uploaded}
"""How a picture is handed over by an operator's app, where robots cannot do it."""
