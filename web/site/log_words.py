"""The log of a session in words: for the host what was counted and who did it, for the family the same as it concerns them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.catalog.tables import Option
from events.errors import _
from events.people.tables import Staff
from events.signup.tables import Act, Ending, Entry, Registration
from web import counts
from web.language import say

DESK = {
    Act.REGISTERED: _("报了名，要 %(places)s"),
    Act.QUEUED: _("排上了队，要 %(places)s"),
    Act.APPROVED: _("店里同意了"),
    Act.REJECTED: _("店里没同意"),
    Act.BARRED: _("轮到了，可是不合现在的报名规矩"),
    Act.PASSED: _("空出 %(free)s，这家要 %(places)s，先给了后面合适的一家"),
    Act.HELD: _("空出 %(free)s，给这家留着，要凑够 %(places)s"),
    Act.OFFERED: _("轮到了，%(places)s留着等回话"),
    Act.ACCEPTED: _("要了留着的 %(places)s"),
    Act.LAPSED: _("没在时间内回话，名额给后面的"),
    Act.CALL: _("来不及等回话，要打电话"),
    Act.PLACED: _("报上了，%(places)s"),
    Act.PROMOTED: _("提前排上了，%(places)s"),
    Act.SPLIT: _("先来一部分，%(places)s；其余的接着等"),
    Act.UNITED: _("分开等的 %(places)s并回去了"),
    Act.CHANGED: _("改了来的人或者回答，现在 %(places)s"),
    Act.GIVEN_BACK: _("退了几位，还有 %(places)s"),
    Act.MOVED: _("换了场次"),
    Act.CONFIRMED: _("说了会来"),
    Act.MERGED: _("和同一家的另一份报名并成一份"),
    Act.UNMERGED: _("并起来的报名又分开了"),
    Act.CANCELLED: _("退了名额"),
}
FAMILY = {
    Act.REGISTERED: _("报了名，%(places)s"),
    Act.QUEUED: _("排上了队"),
    Act.APPROVED: _("店里同意了"),
    Act.REJECTED: _("这次没能排下"),
    Act.BARRED: _("轮到你们了，可是报名规矩改过，来的人要改一改"),
    Act.PASSED: _("空出 %(free)s，你们要 %(places)s，先给了后面合适的一家"),
    Act.HELD: _("空出 %(free)s，给你们留着，凑够 %(places)s就报上"),
    Act.OFFERED: _("轮到你们了，%(places)s留着等回话"),
    Act.ACCEPTED: _("你们要了，报上了"),
    Act.LAPSED: _("没等到回话，名额先给了后面的"),
    Act.CALL: _("快开始了，小盒会打电话来问"),
    Act.PLACED: _("报上了，%(places)s"),
    Act.PROMOTED: _("小盒给你们提前排上了"),
    Act.SPLIT: _("先给你们 %(places)s，其余的接着排"),
    Act.UNITED: _("分开排的也凑齐了"),
    Act.CHANGED: _("改了来的人或者回答，现在 %(places)s"),
    Act.GIVEN_BACK: _("退了几位，还有 %(places)s"),
    Act.MOVED: _("换了场次"),
    Act.CONFIRMED: _("说了会来"),
    Act.MERGED: _("和家里另一份报名并在一起了"),
    Act.UNMERGED: _("又分成两份报名了"),
    Act.CANCELLED: _("退了名额"),
}
ENDINGS = {  # what a cancelled registration's last line says more exactly
    Ending.DECLINED: _("轮到了，说不来了"),
    Ending.UNCONFIRMED: _("一直没回“来不来”，名额给了别人"),
}
SHORT = _("「%(option)s」不够了，先给了后面合适的一家")
KEPT_FOR = _("「%(option)s」不够，空出的 %(free)s先留着")
SILENT = _("还没回话，先给了后面的")
BY_HAND = _("小盒让另一家先上了")
OWN = {Act.REGISTERED, Act.ACCEPTED, Act.CHANGED, Act.GIVEN_BACK, Act.MOVED, Act.CONFIRMED, Act.CANCELLED, Act.MERGED, Act.UNMERGED}


@dataclass(frozen=True)
class Line:
    """One thing that happened to a registration. `who` is empty for what followed by itself."""

    registration: int
    at: datetime
    words: str
    who: str
    reason: str


async def for_desk(entries: Sequence[Entry], registrations: Collection[Registration], language: str) -> list[Line]:
    """With the names of the staff; two queries however many lines."""
    labels, endings = await _labels(entries), {row.id: row.ending for row in registrations}
    ids = {entry.staff for entry in entries if entry.staff is not None}
    names = {row.id: row.name for row in await Staff.objects().where(Staff.id.is_in(sorted(ids)))} if ids else {}
    whole = {row.id for row in registrations if row.rest_of is None}  # a rest is torn off by itself
    first = {entry.registration: entry.id for entry in reversed(entries) if entry.registration in whole}
    return [
        Line(
            registration=entry.registration,
            at=entry.at,
            words=words(entry, language, DESK, labels, ending=endings.get(entry.registration, "")),
            who=_who(entry, names, endings.get(entry.registration, ""), language, is_first=first.get(entry.registration) == entry.id),
            reason=entry.reason,
        )
        for entry in entries
    ]


async def for_family(entries: Sequence[Entry], registration: Registration, language: str) -> list[Line]:
    """In the family's words; whoever of the staff it was is 小盒. Of the reasons only those that are for the family."""
    labels = await _labels(entries)
    return [
        Line(
            registration=entry.registration,
            at=entry.at,
            words=words(entry, language, FAMILY, labels, ending=registration.ending),
            who=say(language, _("小盒")) if entry.staff is not None else "",
            reason=entry.reason if entry.act in {Act.REJECTED, Act.BARRED} else "",
        )
        for entry in entries
    ]


def words(entry: Entry, language: str, said: Mapping[Act, str], options: Mapping[int, str], *, ending: str = "") -> str:
    """What one line says; `said` is DESK or FAMILY, `options` the labels by id, `ending` how the registration ended."""
    places, free = counts.places(entry.places, language), counts.places(entry.free or 0, language)
    option = options.get(entry.option or 0, "")
    return say(language, _sentence(entry, said, ending, has_option=bool(option)), places=places, free=free, option=option)


def _sentence(entry: Entry, said: Mapping[Act, str], ending: str, *, has_option: bool) -> str:
    act = Act(entry.act)
    if act == Act.PASSED and entry.staff is not None:
        return BY_HAND
    if act == Act.PASSED and has_option:
        return SHORT
    if act == Act.PASSED and (entry.free is None or entry.free >= entry.places):
        return SILENT
    if act == Act.HELD and has_option:
        return KEPT_FOR
    if act == Act.CANCELLED and ending in ENDINGS:
        return ENDINGS[Ending(ending)]
    return said[act]


def _who(entry: Entry, names: Mapping[int, str], ending: str, language: str, *, is_first: bool) -> str:
    """The member of staff, the family, or nobody. What stands first about a registration is its sign-up, whatever came of it."""
    if entry.staff is not None:
        return names.get(entry.staff, "")
    is_own = is_first or (entry.act in OWN and not (entry.act == Act.CANCELLED and ending == Ending.UNCONFIRMED))
    return say(language, _("家长")) if is_own else ""


async def _labels(entries: Sequence[Entry]) -> dict[int, str]:
    """The labels of the options that were short."""
    ids = {entry.option for entry in entries if entry.option is not None}
    return {row.id: row.label for row in await Option.objects().where(Option.id.is_in(sorted(ids)))} if ids else {}
