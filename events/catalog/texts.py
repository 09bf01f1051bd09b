"""What a store tells families about their data, in versions: a published one never changes, it is followed by the next."""

from __future__ import annotations

from collections.abc import Sequence

from piccolo.columns.combination import And

from events.catalog.tables import Store, StoreText, TextKind
from events.db import Prepared, lock, writing
from events.errors import NotThere, Refused, _
from events.people import audit, rights
from events.people.tables import Staff

LONGEST = 6000  # characters

PRIVACY = """\
我们记什么：报名人的称呼和手机号，来几个人；您愿意的话，还有孩子的称呼、出生年月和要忌口的东西。从哪个群的链接点进来的，只为那一个活动记一下。

为什么记：留位子，到门口找得到您，活动有变好打电话，吃的东西不出岔子。别的用处没有，不卖也不给别人。

谁看得到：这家店的小盒和大盒。

留多久：一场活动的报名细节，活动结束 30 天后删掉。您点了「记住我们家」，家里人和联系方式留着下次用，12 个月没有报名就删。

想看、想改、想马上删：在「我的票」里打开「我们家」；也可以打店里的电话，或者在活动现场跟小盒说。"""

PRIVACY_EN = """\
What we keep: the name and mobile number you sign up with and how many of you come; if you agree, also your children's names, \
birth months and what they must not eat. By which group's link you came we note for that one event only.

Why: to hold your places, to find you at the door, to call you when something changes, and to serve nothing that harms anybody. \
For nothing else; we neither sell it nor pass it on.

Who sees it: the hosts and the lead of this store.

How long: the details of a sign-up are erased 30 days after the event. If you chose "Remember our family", your people and contacts \
are kept for next time, and erased after 12 months without a sign-up.

To see it, change it or erase it at once: open "Our family" under "My tickets"; or call the store, or tell the host at the event."""

CONSENT = """\
孩子的称呼、出生年月和忌口，只给这家店的小盒和大盒看，好分组、好备料、好把孩子交还给您。活动结束 30 天后删掉。

不让记也能来：我们只留一个位子和几岁，到了现场再跟小盒说忌口的事。"""

CONSENT_EN = """\
Your child's name, birth month and what they must not eat are seen by the hosts and the lead of this store only: to form groups, \
to prepare, and to hand your child back to you. Erased 30 days after the event.

You can come without this too: we keep a place and an age, and you tell the host about food when you are here."""

DEFAULTS = {TextKind.PRIVACY: (PRIVACY, PRIVACY_EN), TextKind.CONSENT: (CONSENT, CONSENT_EN)}


_newest = Prepared(
    lambda store, kind: (
        StoreText.objects()
        .where((StoreText.store == store) & (StoreText.kind == kind))
        .order_by(StoreText.version, ascending=False)
        .limit(1)
    )
)


async def current(store: int, kind: TextKind) -> StoreText:
    """The version in force; NotThere for an unknown store."""
    newest = await _newest(store, kind.value)
    if not newest:
        raise NotThere
    return newest[0]


async def history(store: int, kind: TextKind) -> Sequence[StoreText]:
    """Every version, the newest first."""
    return await StoreText.objects().where(_of(store, kind)).order_by(StoreText.version, ascending=False)


async def publish(store: Store, kind: TextKind, text: str, text_en: str, *, by: Staff | None) -> StoreText:
    """The next version, in force at once. Families who agreed keep the version they read. `by` None: made with the store."""
    text, text_en = text.strip(), text_en.strip()
    if by is not None:
        check_may_publish(by, store)
    for field, each in (("text", text), ("text_en", text_en)):
        if not each:
            raise Refused(_("中文和英文都要写"), field=field)
        if len(each) > LONGEST:
            raise Refused(_("最多 %(n)s 个字"), field=field, n=LONGEST)
    async with writing():
        await lock(Store, store.id)
        versions = await history(store.id, kind)
        if versions and (versions[0].text, versions[0].text_en) == (text, text_en):
            raise Refused(_("和现在用的一个字没差，不用再发"), field="text")
        version = versions[0].version + 1 if versions else 1
        row = StoreText(store=store.id, kind=kind, version=version, text=text, text_en=text_en, made_by=by.id if by else None)
        await row.save()
        await audit.record(by, "text.published", row, store=store.id)
    return row


async def start(store: Store, *, by: Staff | None) -> None:
    """First versions for a new store."""
    async with writing():
        for kind, (text, text_en) in DEFAULTS.items():
            await publish(store, kind, text, text_en, by=by)


def check_may_publish(by: Staff, store: Store) -> None:
    """Refused to a host; a foreign store is not there."""
    if not rights.sees(by, store.id):
        raise NotThere
    if not rights.may_lead(by, store.id):
        raise Refused(_("只有店主和大盒可以换文本"))


def _of(store: int, kind: TextKind) -> And:
    return (StoreText.store == store) & (StoreText.kind == kind)
