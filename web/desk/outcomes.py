"""What a platform's no says to whoever asked it something at once."""

from events.announce.channels import REASONS, Kind, Outcome, Reason
from events.errors import Refused, _

# An announcement that was sent away is sent again by itself; what a host does by hand is not.
AGAIN = {
    Reason.TOO_FAST: _("这个机器人刚才发得太多，对方没收。过 %(n)s 分钟再试"),
    Reason.BUSY: _("对方正忙，没有收下。过一会儿再试一次"),
    Reason.UNREACHABLE: _("连不上对方，什么也没发出去。过一会儿再试，还不行就找管机器的人"),
}


def refusal(outcome: Outcome) -> Refused:
    """What was not taken says why."""
    if outcome.kind is Kind.LATER:
        return Refused(AGAIN[Reason(outcome.code)], n=-(-outcome.wait // 60))
    return Refused(REASONS[outcome.code], number=outcome.vendor_code)
