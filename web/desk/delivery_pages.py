"""What pages about deliveries show: a state in words, its reason, and what may be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from events.announce import deliveries, pacing, sending
from events.announce.channels import REASONS, Reason
from events.announce.deliveries import Line
from events.announce.tables import ChannelName, DeliveryState, GroupKind
from events.catalog.tables import EventState
from events.errors import _
from events.people import rights
from events.people.tables import Staff
from web.language import say
from web.site.faces import Mark
from web.times import Times

KINDS = {GroupKind.GENERAL: _("邻居群"), GroupKind.FAMILY: _("亲子群"), GroupKind.HEALTH: _("健康群")}
WAYS = {
    ChannelName.BY_HAND: _("手工贴"),
    ChannelName.WECOM: _("企微机器人"),
    ChannelName.DINGTALK: _("钉钉机器人"),
    ChannelName.FEISHU: _("飞书机器人"),
}
WAY_NOTES = {
    ChannelName.BY_HAND: _("普通微信群都用这个"),
    ChannelName.WECOM: _("企业微信内部群，自动发"),
    ChannelName.DINGTALK: _("钉钉群，自动发"),
    ChannelName.FEISHU: _("飞书群，自动发"),
}
WAY_ICONS = {ChannelName.BY_HAND: "hand", ChannelName.WECOM: "robot", ChannelName.DINGTALK: "robot", ChannelName.FEISHU: "robot"}
MARKS = {
    DeliveryState.TO_DO: ("wait", "hand", _("等你去贴")),
    DeliveryState.DUE: ("plain", "clock", _("等着发")),
    DeliveryState.CLAIMED: ("plain", "clock", _("等着发")),
    DeliveryState.SENDING: ("plain", "send", _("正在发")),
    DeliveryState.ACCEPTED: ("in", "check", _("收下了")),
    DeliveryState.FAILED: ("no", "stop", _("没发出去")),
    DeliveryState.UNKNOWN: ("wait", "ask", _("不知道发到没有")),
    DeliveryState.STOPPED: ("plain", "cross", _("不发了")),
}
POSTED = ("in", "check", _("贴好了"))
STOPS = {sending.CALLED_OFF: _("活动取消了，所以没有发"), sending.ARCHIVED: _("群收起来了，所以没有发")}
KEPT_BUSY = _("试了 %(n)s 次，对方一直没有收下。过一阵再试，或者手工贴")
MENDED_BY_ADDRESS = (Reason.ROBOT_GONE, Reason.GROUP_GONE, Reason.BAD_SIGNATURE, Reason.UNREADABLE)  # what is put right in the group's form
NOT_TAKEN = _("上次没有发出去，原因写在那条公告里")
UNKNOWN_REASON = _("没有发出去，原因记成了 %(code)s")


@dataclass(frozen=True)
class Face:
    """A delivery as the desk reads it. `asks`: whether this reader is asked to do something; `can_…`: what is offered."""

    line: Line
    mark: Mark
    way: str
    way_icon: str
    reason: str
    when: str
    exact: str
    asks: bool
    can_post: bool
    can_answer: bool
    can_retry: bool
    can_mend: bool
    can_undo: bool
    can_stop: bool


def faces(lines: Iterable[Line], *, by: Staff, times: Times, language: str, is_off: bool = False) -> list[Face]:
    return [face(line, by=by, times=times, language=language, is_off=is_off) for line in lines]


def face(line: Line, *, by: Staff, times: Times, language: str, is_off: bool = False) -> Face:
    """`is_off`: the event was called off, so nothing more is posted."""
    mine = rights.may_edit(by, line.store, line.host)
    is_posted = line.state == DeliveryState.ACCEPTED and line.channel == ChannelName.BY_HAND
    moment = line.finished_at or line.created_at
    return Face(
        line=line,
        mark=_mark(POSTED if is_posted else MARKS[line.state], language),
        way=say(language, WAYS[line.channel]),
        way_icon=WAY_ICONS[line.channel],
        reason=reason(line, times, language),
        when=times.ago(moment),
        exact=times.exact(moment),
        asks=mine and line.state in deliveries.WAITS_FOR_HOST and (not is_off or line.state == DeliveryState.UNKNOWN),
        can_post=mine and line.state == DeliveryState.TO_DO and not is_off,
        can_answer=mine and line.state == DeliveryState.UNKNOWN,
        can_retry=mine and line.state == DeliveryState.FAILED and not is_off,
        can_mend=mine and line.state == DeliveryState.FAILED and line.code in MENDED_BY_ADDRESS,
        can_undo=mine and is_posted and deliveries.is_same_day(line.finished_at, times.zone),
        can_stop=mine and line.state in deliveries.STOPPABLE,
    )


def reason(line: Line, times: Times, language: str) -> str:
    """Why it is not simply done, and what to do about it; empty when there is nothing to say."""
    if not line.code:
        return ""
    if line.state == DeliveryState.DUE and line.code == sending.QUIET:
        return say(language, _("现在是休息时间，%(when)s 再发"), when=times.moment(line.due_at))
    if line.state == DeliveryState.DUE and line.code == pacing.BUSY_MINUTE:
        return say(language, _("整点和半点对方最忙，晚几十秒再发"))
    if line.code in STOPS:
        return say(language, STOPS[line.code])
    if line.state == DeliveryState.FAILED and line.code in pacing.HELD_OFF:
        return say(language, KEPT_BUSY, n=line.attempt)
    sentence = REASONS.get(line.code)
    if sentence is None:
        return say(language, UNKNOWN_REASON, code=line.code)
    return say(language, sentence, number=line.vendor_code)


def trouble(code: str, language: str) -> str:
    """What a group's last failure says; empty when it is well."""
    if not code:
        return ""
    sentence = REASONS.get(code, NOT_TAKEN)
    return say(language, NOT_TAKEN if "%(number)s" in sentence else sentence)  # a group does not keep the number


def tally(lines: Iterable[Line], language: str) -> Mark:
    """A whole announcement in one mark: what must be looked at first, then what is open, then done."""
    states = [line.state for line in lines]
    n = len(states)
    for wanted, words in (
        ((DeliveryState.UNKNOWN,), ("wait", "ask", _("%(n)s 个群不知道发到没有"))),
        ((DeliveryState.FAILED,), ("no", "stop", _("%(n)s 个群没发出去"))),
        ((DeliveryState.TO_DO,), ("wait", "hand", _("还有 %(n)s 个群要贴"))),
        (deliveries.UNDER_WAY, ("plain", "send", _("%(n)s 个群正在发"))),
    ):
        if found := sum(state in wanted for state in states):
            return Mark(words[0], words[1], say(language, words[2], n=found))
    accepted = states.count(DeliveryState.ACCEPTED)
    if accepted == n:
        return Mark("in", "check", say(language, _("%(n)s 个群都收下了"), n=n))
    return Mark("plain", "check", say(language, _("%(n)s 个群收下了，%(stopped)s 个没发"), n=accepted, stopped=n - accepted))


def is_under_way(lines: Iterable[Line]) -> bool:
    return any(line.state in deliveries.UNDER_WAY for line in lines)


def can_be_announced(state: EventState | str) -> bool:
    return state == EventState.PUBLISHED


def _mark(words: tuple[str, str, str], language: str) -> Mark:
    return Mark(words[0], words[1], say(language, words[2]))
