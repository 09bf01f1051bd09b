"""The customer groups of an owner at WeCom, to choose one from in a group's form."""

from typing import Any

from litestar import Request

from events.announce import chats, wires
from events.announce.channels import Outcome
from events.announce.tables import ChannelName, Group
from events.errors import Refused, _
from web import forms, viewer
from web.desk import outcomes

AnyRequest = Request[Any, Any, Any]
LONGEST = 300  # characters of what may be pasted
LOOK = "look"  # the button that asks


def is_asked(form: forms.Form) -> bool:
    """Whether the list was asked for, and nothing is to be saved yet."""
    return form.value("act") == LOOK


async def choices(request: AnyRequest, form: forms.Form, group: Group | None = None) -> list[tuple[str, str]]:
    """Id and name of each; Refused, with what to mend, where there is none to choose from."""
    form.put(channel=ChannelName.BROADCAST)
    corp, owner, secret = (form.text(name, at_most=LONGEST, required=False) for name in ("corp", "owner", "corp_secret"))
    form.check()
    given = request.app.state.settings
    async with wires.client() as client:
        wire = wires.Wire(given.address, given.platforms, client)
        found = await chats.of_owner(corp, owner, secret, wire, by=viewer.seen(request).member, group=group)
    if isinstance(found, Outcome):
        raise outcomes.refusal(found)
    if not found:
        raise Refused(_("这位群主名下没有客户群，换一个群主账号看看"), field="credential")
    return [(chat.id, chat.name or chat.id) for chat in found]
