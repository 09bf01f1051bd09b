"""The desk's trail: who did what, and when."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from events.catalog import stores
from events.errors import NotThere, _
from events.export import exports
from events.people import audit, staff
from web import find, replies
from web.desk import export_words
from web.language import say
from web.site import faces
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]

ACTS = {
    "announcement.edited": _("改了公告的话"),
    "announcement.paused": _("公告先停着"),
    "announcement.resumed": _("公告接着发"),
    "announcement.stopped": _("公告没发的不发了"),
    "announcement.written": _("写了公告"),
    "arrival.made": _("签了到"),
    "arrival.left": _("记了出去一下"),
    "arrival.overfilled": _("满了还让进，加了位子"),
    "arrival.overruled": _("不合规矩，照样让进了"),
    "arrival.self": _("扫店里的屏幕，自己签了到"),
    "arrival.unknown": _("没认出票，先让进待查"),
    "arrival.undone": _("撤回签到"),
    "calendar.ended": _("停用了自己的日历地址"),
    "calendar.renewed": _("做了自己的日历地址"),
    "check.settled": _("看过要核对的一条"),
    "compound.added": _("加了小区"),
    "compound.archived": _("收起小区"),
    "compound.changed": _("改了小区"),
    "compound.restored": _("重新用小区"),
    "delivery.again": _("公告再发一次"),
    "delivery.by_hand": _("公告改成手工贴"),
    "delivery.failed": _("公告没发出去"),
    "delivery.not_posted": _("公告其实没贴"),
    "delivery.paused": _("一个群的公告先停着"),
    "delivery.posted": _("公告贴好了"),
    "delivery.reminded": _("提醒群主点发送"),
    "delivery.resumed": _("一个群的公告接着发"),
    "delivery.stopped": _("公告不发了"),
    "delivery.taken_back": _("从企业微信里撤下一条群发"),
    "delivery.unknown": _("公告不知道发到没有"),
    "delivery.there": _("公告看过了，群里有"),
    "delivery.not_there": _("公告看过了，群里没有，也不用发了"),
    "export.fetched": _("下载了导出的文件"),
    "export.made": _("导出了文件"),
    "digest.made": _("写好了当天的一周活动"),
    "event.cancelled": _("取消了活动"),
    "event.copied": _("复制活动"),
    "event.drafted": _("起草活动"),
    "event.edited": _("改了活动"),
    "event.published": _("发布活动"),
    "event.rules": _("改了报名规矩"),
    "group.added": _("加了社群"),
    "group.archived": _("收起社群"),
    "group.channel_changed": _("换了社群的发送方式"),
    "group.counted": _("改了社群的人数"),
    "group.edited": _("改了社群"),
    "group.tried": _("往社群里试发了一条"),
    "helper.looked": _("帮手看了一家的票"),
    "helper.made": _("给帮手做了一个链接"),
    "helper.revoked": _("收回了帮手的链接"),
    "helper.searched": _("帮手找过一家人"),
    "household.merged": _("把两家并成一家"),
    "household.unmerged": _("把并起来的两家分开"),
    "intake.closed": _("看完接龙或表格，删掉原文"),
    "intake.columns": _("换了表格里列的意思"),
    "intake.mended": _("改了接龙或表格里的一家"),
    "intake.reviewed": _("挑了接龙或表格里的几家"),
    "intake.row_mended": _("改了活动表格里的一行"),
    "intake.started": _("贴了接龙或传了表格"),
    "notice.kept": _("替一家说了改期照样来"),
    "notice.no_answer": _("给一家打电话，没接"),
    "notice.reached": _("给一家打通了电话"),
    "pairing.made": _("给一家人看了换手机的码"),
    "paper.badges": _("打开了要印的名牌"),
    "paper.kitchen": _("打开了要印的厨房单"),
    "paper.kitchen_printed": _("印了厨房单"),
    "paper.roster": _("打开了要印的名单"),
    "payment.taken": _("收了钱"),
    "payment.undone": _("撤了收款"),
    "picture.kept": _("传了图片"),
    "delegate.named": _("写了谁来代接孩子"),
    "delegate.taken_back": _("收回了一个代接的人"),
    "pickup.barred": _("家长说过不能接的人来接，没交"),
    "pickup.made": _("把孩子交给了来接的人"),
    "pickup.named_barred": _("写了谁不能接孩子"),
    "pickup.proven": _("补写了孩子交给谁"),
    "pickup.undone": _("撤回了一次交接，孩子还在"),
    "pickup.unproven": _("没写交给谁，孩子还算在里面"),
    "pickup.wrong_code": _("接人码没对上"),
    "question.added": _("加了一问"),
    "question.archived": _("收起一问"),
    "question.edited": _("改了一问"),
    "question.moved": _("换了问的次序"),
    "question.restored": _("接着问一问"),
    "registration.approved": _("点头让一家来"),
    "registration.cancelled": _("退了一家人的名额"),
    "registration.changed": _("改了一家的报名"),
    "registration.given_back": _("退了一家里的几位"),
    "registration.made": _("帮一家报了名"),
    "registration.moved": _("给一家换了场次"),
    "registration.noted": _("写了店里的备注"),
    "registration.promoted": _("给一家提前排上"),
    "registration.accepted": _("替一家要下了名额"),
    "registration.confirmed": _("替一家说了会来"),
    "registration.rejected": _("没让一家来"),
    "registration.unconfirmed": _("一家没回话，名额放掉了"),
    "reset_link.made": _("给同事一个密码链接"),
    "screen.closed": _("关了自助签到屏"),
    "screen.opened": _("开了自助签到屏"),
    "session.added": _("加了场次"),
    "session.cancelled": _("取消场次"),
    "session.changed": _("改了场次的时间或地点"),
    "session.contact": _("改了进小区以后找谁"),
    "session.places": _("改了名额"),
    "staff.added": _("加了同事"),
    "staff.disabled": _("停用同事"),
    "staff.enabled": _("恢复同事"),
    "staff.handed_over": _("把手上的活动和社群交了出去"),
    "staff.password": _("换了密码"),
    "staff.renamed": _("改了同事的名字"),
    "staff.role_changed": _("换了同事的角色或门店"),
    "staff.signed_out": _("让所有设备退出"),
    "staff.took_over": _("接手活动和社群"),
    "store.added": _("开了新店"),
    "store.changed": _("改了门店"),
    "text.published": _("换了隐私或孩子信息的说明"),
    "venue.added": _("加了地点"),
    "venue.archived": _("收起地点"),
    "venue.changed": _("改了地点"),
    "venue.restored": _("重新用地点"),
}


@get("/audit", name="desk.audit.index")
async def index(request: AnyRequest, viewer: NamedDependency[Viewer], before: FromQuery[int | None] = None) -> Response[Any]:
    """An owner reads all stores', a lead its own; a page at a time, the newest first."""
    if before is not None and not 0 < before <= find.LARGEST:
        raise NotThere
    rows = await audit.page(viewer.member, before=before)
    return replies.page(
        request,
        "desk/audit/index",
        rows=rows,
        about=export_words.told(await exports.told([row.subject_id for row in rows if row.subject == "export_file"]), viewer.language),
        acts={row.act: say(viewer.language, ACTS.get(row.act, row.act)) for row in rows},
        people={each.id: each.name for each in await staff.named([row.staff for row in rows])},
        stores={store.id: store.name for store in await stores.seen_by(viewer.member)},
        times=faces.desk_times(request),
        is_later=before is not None,
        older=rows[-1].id if len(rows) == audit.PAGE else None,
    )


handlers = [index]
