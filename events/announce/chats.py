"""The customer groups a host may choose from, asked of WeCom with what the form has, or with what a group was linked by."""

from __future__ import annotations

from datetime import timedelta

from events import sealing
from events.announce.channels import Outcome, broadcast, customers
from events.announce.channels.contacts import Account
from events.announce.channels.customers import Chat
from events.announce.tables import ChannelName, Group
from events.announce.wires import Wire
from events.errors import NotThere, Refused, _
from events.people import attempts, rights
from events.people.tables import Staff

TIMEOUT = 10.0  # seconds, for all that is asked
TRIES, WINDOW = 20, timedelta(minutes=10)  # of one member of staff: WeCom counts what it is asked in vain


async def of_owner(corp: str, owner: str, secret: str, wire: Wire, *, by: Staff, group: Group | None = None) -> list[Chat] | Outcome:
    """What WeCom says of the owner's groups; what is left empty is as `group` has it.

    Refused on the field "credential" or "secret" for what was pasted wrongly, after too many tries, and to who may not change `group`.
    """
    if group is not None:
        if not rights.sees(by, group.store):
            raise NotThere
        if not rights.may_edit(by, group.store, group.host):
            raise Refused(_("只有带这个群的小盒和本店大盒可以改"))
    known = _known(group)
    if known is not None:
        corp, owner, secret = corp or known.corp, owner or known.owner, secret or known.secret
    account = broadcast.account(corp, owner, secret)
    await attempts.take({attempts.key("customer groups asked by", str(by.id)): TRIES}, window=WINDOW)
    address = wire.address_of(ChannelName.BROADCAST)
    return await customers.of_owner(account, address=address, client=wire.client, timeout=TIMEOUT)


def _known(group: Group | None) -> Account | None:
    """By what the group is linked now; None when it goes another way, or nobody can open it."""
    if group is None or group.channel != ChannelName.BROADCAST:
        return None
    try:
        return Account.of(sealing.unseal(group.credential))
    except sealing.Unreadable:
        return None
