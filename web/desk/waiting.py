"""What a delivery waits for, in words."""

from events.announce.waits import Wait, Why
from events.errors import _
from web.language import say
from web.times import Times

WAITS = {
    Why.SCHEDULED: _("定在 %(when)s 发"),
    Why.QUIET: _("现在是休息时间，%(when)s 再发"),
    Why.BUSY_MINUTE: _("整点和半点对方最忙，晚几十秒再发"),
    Why.WORDS: _("等文字发出去，海报跟着发"),
    Why.RESTS: _("发得太快了，对方让机器人歇一会儿，%(when)s 再发"),
    Why.DOWN: _("对方从 %(since)s 起一直没有收下，隔一会儿自动再试，下次 %(when)s"),
    Why.TURN: _("这个机器人前面还有 %(n)s 条，大约 %(when)s 轮到"),
}
NEXT = _("一分钟里只能发几条，大约 %(when)s 轮到")


def words(wait: Wait, times: Times, language: str) -> str:
    """One sentence, in the store's time."""
    sentence = NEXT if wait.why is Why.TURN and not wait.ahead else WAITS[wait.why]
    when = times.moment(wait.until) if wait.until else ""
    since = times.moment(wait.since) if wait.since else ""
    return say(language, sentence, when=when, since=since, n=wait.ahead)
