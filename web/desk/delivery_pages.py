"""What pages about deliveries show: a state in words, its reason, and what may be done about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from events import clock
from events.announce import answering, deliveries, editing, follow_ups, following, pacing, posting, preparing, reached, tasks, withdrawals
from events.announce.channels import REASONS, Reason
from events.announce.deliveries import Line
from events.announce.tables import ChannelName, DeliveryState, GroupKind, Part, Template
from events.announce.waits import Wait
from events.errors import _
from events.people import rights
from events.people.tables import Staff
from web.desk import digest_words, waiting
from web.language import say
from web.site.faces import Mark
from web.times import Times

KINDS = {GroupKind.GENERAL: _("邻居群"), GroupKind.FAMILY: _("亲子群"), GroupKind.HEALTH: _("健康群")}
WAYS = {
    ChannelName.BY_HAND: _("手工贴"),
    ChannelName.WECOM: _("企微机器人"),
    ChannelName.DINGTALK: _("钉钉机器人"),
    ChannelName.FEISHU: _("飞书机器人"),
    ChannelName.BROADCAST: _("企微客户群"),
}
WAY_NOTES = {
    ChannelName.BY_HAND: _("普通微信群都用这个"),
    ChannelName.WECOM: _("企业微信内部群，自动发"),
    ChannelName.DINGTALK: _("钉钉群，自动发"),
    ChannelName.FEISHU: _("飞书群，自动发"),
    ChannelName.BROADCAST: _("有普通微信好友的企微群，群主点一下才发"),
}
WAY_ICONS = dict.fromkeys(WAYS, "robot") | {ChannelName.BY_HAND: "hand", ChannelName.BROADCAST: "chat"}
MARKS = {
    DeliveryState.TO_DO: ("wait", "hand", _("等你去贴")),
    DeliveryState.DUE: ("plain", "clock", _("等着发")),
    DeliveryState.CLAIMED: ("plain", "clock", _("等着发")),
    DeliveryState.SENDING: ("plain", "send", _("正在发")),
    DeliveryState.ACCEPTED: ("in", "check", _("收下了")),
    DeliveryState.FAILED: ("no", "stop", _("没发出去")),
    DeliveryState.UNKNOWN: ("wait", "ask", _("不知道发到没有")),
    DeliveryState.STOPPED: ("plain", "cross", _("不发了")),
    DeliveryState.PAUSED: ("plain", "clock", _("停着")),
    DeliveryState.WAITING: ("wait", "clock", _("等群主在企微里确认")),
}
POSTED = ("in", "check", _("贴好了"))
TO_DO_LATER = ("plain", "clock", _("到点再贴"))
STOPS = {
    preparing.CALLED_OFF: _("活动取消了，所以没有发"),
    preparing.OVER: _("活动的日子已经过了，所以没有发"),
    preparing.ARCHIVED: _("群收起来了，所以没有发"),
    reached.BY_HAND_NOW: _("这个群改成手工贴了，海报和文字一起贴"),
    following.WORDS_STAYED: _("文字没有发出去，海报就没跟着发。文字再发成了，海报会跟上"),
    follow_ups.OVERTAKEN: _("时间地点改了，或者取消了，这条写的是原来的，所以没有发"),
    tasks.TAKEN_BACK: _("从企业微信里撤下来了，群主发不了了"),
    withdrawals.EXPIRED: _("当天没有发成，过了时候就不发了"),
    withdrawals.NOTHING_LEFT: _("里面的活动都改期或者取消了，所以没有发"),
    posting.NO_FONTS: _("这台机器没装画海报的字体，海报没发。话不受影响，海报先手工贴"),
    posting.NO_POSTER: _("海报没画出来，所以没发。话不受影响；活动的图换一张再发，或者海报先手工贴"),
}
UNDER_WAY, LATER = "under_way", "later"
SOON = timedelta(minutes=2)
TALLIES = (
    (DeliveryState.UNKNOWN, ("wait", "ask", _("%(n)s 个群不知道发到没有"))),
    (DeliveryState.FAILED, ("no", "stop", _("%(n)s 个群没发出去"))),
    (DeliveryState.TO_DO, ("wait", "hand", _("还有 %(n)s 个群要贴"))),
    (UNDER_WAY, ("plain", "send", _("%(n)s 个群正在发"))),
    (DeliveryState.PAUSED, ("wait", "clock", _("%(n)s 个群停着"))),
    (DeliveryState.WAITING, ("wait", "wait", _("%(n)s 个群等群主确认"))),
    (LATER, ("plain", "clock", _("%(n)s 个群到点再发"))),
)
KEPT_BUSY = _("对方半天都没有收下，没有发出去。过一阵再试，或者手工贴")
MENDED_BY_ADDRESS = (  # what is put right in the group's form
    *(Reason.ROBOT_GONE, Reason.GROUP_GONE, Reason.BAD_SIGNATURE, Reason.UNREADABLE),
    *(Reason.CORP_UNKNOWN, Reason.SECRET_WRONG, Reason.OWNER_UNKNOWN, Reason.NOT_OWNED),
)
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
    can_pause: bool = False
    can_go_on: bool = False
    can_remind: bool = False


def faces(
    lines: Iterable[Line], *, by: Staff, times: Times, language: str, is_off: bool = False, waits: Mapping[int, Wait] | None = None
) -> list[Face]:
    """`waits`: as `waits.why` has it of them."""
    known = waits or {}
    return [face(line, by=by, times=times, language=language, is_off=is_off, wait=known.get(line.id)) for line in lines]


def face(line: Line, *, by: Staff, times: Times, language: str, is_off: bool = False, wait: Wait | None = None) -> Face:
    """`is_off`: the event was called off, so nothing more is posted."""
    mine = rights.may_act(by, line.store, line.host, line.cover)
    is_posted = line.state == DeliveryState.ACCEPTED and line.channel == ChannelName.BY_HAND
    is_later = line.state == DeliveryState.TO_DO and line.due_at > clock.now()
    moment = line.finished_at or line.created_at
    return Face(
        line=replace(line, title=digest_words.title(language)) if line.template == Template.DIGEST else line,
        mark=_mark(POSTED if is_posted else TO_DO_LATER if is_later else MARKS[line.state], language),
        way=say(language, WAYS[line.channel]),
        way_icon=WAY_ICONS[line.channel],
        reason=waiting.words(wait, times, language) if wait and not is_off else reason(line, times, language),
        when=times.ago(moment),
        exact=times.exact(moment),
        asks=mine and line.state in deliveries.WAITS_FOR_HOST and not is_later and (not is_off or line.state == DeliveryState.UNKNOWN),
        can_post=mine and line.state == DeliveryState.TO_DO and not is_off,
        can_answer=mine and line.state == DeliveryState.UNKNOWN,
        can_retry=mine and line.state == DeliveryState.FAILED and not is_off,
        can_mend=mine and line.state == DeliveryState.FAILED and line.code in MENDED_BY_ADDRESS,
        can_undo=mine and is_posted and answering.is_same_day(line.finished_at, times.zone),
        can_stop=mine and line.state in answering.STOPPABLE and line.code != Reason.TAKING_BACK,
        can_pause=mine and line.part == Part.WORDS and line.state in editing.CAN_PAUSE,
        can_remind=mine and line.state == DeliveryState.WAITING and line.code != Reason.TAKING_BACK,
        can_go_on=mine and line.part == Part.WORDS and line.state == DeliveryState.PAUSED and not is_off,
    )


def reason(line: Line, times: Times, language: str) -> str:
    """Why it is not simply done, and what to do about it; empty when there is nothing to say."""
    if line.state == DeliveryState.TO_DO and line.due_at > clock.now():
        return say(language, _("%(when)s 贴"), when=times.moment(line.due_at))
    if not line.code or line.state == DeliveryState.SENDING:
        return ""
    if line.state == DeliveryState.DUE and line.code in (preparing.QUIET, pacing.BUSY_MINUTE):
        return ""
    if line.code in STOPS:
        return say(language, STOPS[line.code])
    if line.state == DeliveryState.FAILED and line.code in pacing.HELD_OFF:
        return say(language, KEPT_BUSY)
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
    """A whole announcement in one mark: what must be looked at first, then what is open, then done. A group with a poster counts once."""
    moment = clock.now()
    groups: dict[str, set[int]] = {}
    for line in lines:
        groups.setdefault(_stage(line, moment), set()).add(line.group)
    for stage, words in TALLIES:
        if found := groups.get(stage):
            return Mark(words[0], words[1], say(language, words[2], n=len(found)))
    accepted, n = len(groups.get(DeliveryState.ACCEPTED, ())), len(set().union(*groups.values()))
    if accepted == n:
        return Mark("in", "check", say(language, _("%(n)s 个群都收下了"), n=n))
    return Mark("plain", "check", say(language, _("%(n)s 个群收下了，%(stopped)s 个没发"), n=accepted, stopped=n - accepted))


def is_under_way(lines: Iterable[Line]) -> bool:
    """Whether a page of them is worth drawing again soon."""
    soon = clock.now() + SOON
    return any(line.state in deliveries.UNDER_WAY and line.due_at < soon for line in lines)


def _stage(line: Line, moment: datetime) -> str:
    """Its state, with what is under way as one, and what is not due yet as LATER."""
    if line.state in (DeliveryState.DUE, DeliveryState.TO_DO) and line.due_at > moment and not line.attempt:
        return LATER
    return UNDER_WAY if line.state in deliveries.UNDER_WAY else line.state


def _mark(words: tuple[str, str, str], language: str) -> Mark:
    return Mark(words[0], words[1], say(language, words[2]))
