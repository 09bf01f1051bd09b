"""Groups that are reached by DingTalk's and Feishu's robots."""

from __future__ import annotations

from enum import Enum

from piccolo.columns import Varchar

from events.migrating import Manager

ID = "2026-11-23-2-channels"
VERSION = "1.38.0"
DESCRIPTION = "DingTalk and Feishu"

ChannelName = Enum("ChannelName", {"BY_HAND": "by_hand", "WECOM": "wecom", "DINGTALK": "dingtalk", "FEISHU": "feishu"})


async def forwards() -> Manager:
    manager = Manager(migration_id=ID, app_name="events", description=DESCRIPTION)
    for table, name in (("Group", "chat_group"), ("Delivery", "delivery")):
        manager.alter_column(table, name, "channel", params={"choices": ChannelName}, old_params={}, column_class=Varchar)
    return manager
