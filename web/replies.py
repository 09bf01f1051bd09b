"""What goes back: pages in the viewer's language, redirects, cached bytes."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, cast
from urllib.parse import quote

import jinja2
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.template.base import csrf_token

from events import clock
from events.errors import _
from web import assets, counts, language, markdown, places, viewer

NOTE_COOKIE = "linju_note"
AnyRequest = Request[Any, Any, Any]


def page(request: AnyRequest, template: str, /, *, status: int = 200, **context: object) -> Response[str]:
    """`templates/<template>.html` in the viewer's language. A private page unless the handler says otherwise."""
    response = Response(draw(request, template, **context), media_type=MediaType.HTML, status_code=status)
    if NOTE_COOKIE in request.cookies:
        response.delete_cookie(NOTE_COOKIE)
    return response


def draw(request: AnyRequest, template: str, /, **context: object) -> str:
    """The text of a template; what every page may use is added here."""
    who = viewer.seen(request)
    note = NOTES.get(request.cookies.get(NOTE_COOKIE, ""))
    return (
        environment(who.language)
        .get_template(f"{template}.html")
        .render(
            viewer=who,
            now=clock.now(),
            back=quote(request.url.path + "?" * bool(request.url.query) + request.url.query) if request.method == "GET" else "/",
            csrf_token=csrf_token({"request": request}),
            url=request.app.route_reverse,
            settings=request.app.state.settings,
            note=language.say(who.language, note) if note else None,
            alarms=request.state.get("alarms"),
            **context,
        )
    )


def to(request: AnyRequest, name: str, /, *, note: str = "", **parts: object) -> Response[None]:
    """303 to a route by its name; `note` names one of NOTES, shown once on the next page."""
    response = away(request.app.route_reverse(name, **parts))
    return noted(request, response, note) if note else response


def noted(request: AnyRequest, response: Response[None], note: str) -> Response[None]:
    """Let the next page say, once, what was done; `note` names one of NOTES."""
    secure = request.app.state.settings.is_secure
    response.set_cookie(Cookie(key=NOTE_COOKIE, value=note, path="/", max_age=60, httponly=True, samesite="lax", secure=secure))
    return response


def away(address: str) -> Response[None]:
    """303 to an address of ours."""
    return Response(None, status_code=303, headers={"Location": address})


def conditional(request: AnyRequest, body: bytes, *, media_type: str, cache: str, **headers: str) -> Response[bytes]:
    """The body with an ETag, or 304 when the reader has it already (RFC 9110, 13.1.2)."""
    tag = '"' + hashlib.blake2b(body, digest_size=12).hexdigest() + '"'
    headers = {"ETag": tag, "Cache-Control": cache} | {name.replace("_", "-"): value for name, value in headers.items()}
    wanted = request.headers.get("if-none-match", "")
    if wanted == "*" or tag in {part.strip().removeprefix("W/") for part in wanted.split(",")}:
        return Response(b"", status_code=304, headers=headers, media_type=media_type)
    return Response(body, headers=headers, media_type=media_type)


# What a page may say once after something was done. Only the name travels in the cookie.
NOTES = {
    "saved": _("存好了"),
    "added": _("加好了"),
    "published": _("发布了，邻居看得到了"),
    "cancelled": _("取消了"),
    "copied": _("复制好了，改改时间就能发布"),
    "signed_out": _("退出了"),
    "forgotten": _("这台手机忘掉你们家了，报名还在"),
    "remembered": _("记住了，下次报名不用再填"),
    "forgotten_all": _("忘掉了，家里人、手机和邮箱都删了"),
    "removed": _("删掉了"),
    "proven": _("证实了，换手机也找得回来"),
    "joined": _("这台手机也是你们家的了"),
    "merged": _("并成一家了，报名都在一起"),
    "merged_families": _("并成一家了，并错了一天之内能分开"),
    "parted": _("分开了，各是各家"),
    "alone": _("别的手机都退出了"),
    "sent": _("交给各群去发了"),
    "scheduled": _("定好了，到点就发"),
    "reworded": _("改好了，还没发的群发新的"),
    "held": _("先停着，什么时候接着发您说了算"),
    "gone_on": _("接着发了"),
    "all_stopped": _("好，没发的都不发了"),
    "nothing_left": _("没有还能停的了，都发出去了"),
    "sent_before": _("这条刚才已经发了，后来的改动没有再发"),
    "posted": _("记下了，贴好了"),
    "noted": _("记下了"),
    "looked": _("四样都对。以后发公告，群主在企业微信里点一下就行"),
    "reminded": _("提醒了，群主手机会响一下"),
    "tried": _("对方收下了。到群里看一眼，有没有那一条"),
    "stopped": _("好，这个群不发了"),
    "undone": _("撤回了"),
    "password": _("新密码存好了"),
    "given_back": _("名额退了，谢谢早点说"),
    "changed": _("改好了"),
    "coming": _("好，明天见"),
    "kept": _("好，记下了"),
    "told_off": _("好，知道了就行"),
    "left_list": _("不排了，下次再来"),
    "queued_again": _("又排上了"),
    "signed_up": _("报上了"),
    "queued": _("排上队了"),
    "numbered": _("先前那份已经收下了，按那份报；想改，报上了在票上改"),
    "approved": _("点过头了，名额给他们了"),
    "approved_waits": _("点过头了，现在没有空位，排着队"),
    "rejected": _("回了他们，理由他们看得到"),
    "promoted": _("提前排上了，理由记下了"),
    "moved": _("换好场次了"),
    "paid": _("收好了"),
    "let_go": _("名额退了，排队的补上"),
    "session_off": _("这一场取消了"),
    "arrived": _("签到了"),
    "handed_back": _("记下了，交给他了"),
    "not_handed_back": _("撤回了，孩子还在里面"),
    "delegate": _("好了，把码发给他"),
    "taken_back": _("好，不让他接了"),
    "proven_pickup": _("补上了，是谁接走的"),
    "left": _("记下了，出去了"),
    "helper_revoked": _("收回了，他手机上的名单马上就没了"),
    "screen_open": _("开好了，在店里的屏幕上打开它"),
    "screen_closed": _("关上了，屏幕上的码没用了"),
    "to_check": _("记下了，回头查"),
    "looked_at": _("记下了，看过了"),
    "linked_family": _("对上了，算在这一家"),
    "calendar": _("好了，到手机日历里订一次"),
    "calendar_ended": _("好，地址停用了"),
    "archived": _("收起来了"),
    "restored": _("又能用了"),
    "handed_over": _("交接好了"),
    "disabled": _("停用了，所有设备都退出了"),
    "enabled": _("又可以登录了"),
}


@cache
def environment(name: str) -> jinja2.Environment:
    """One Jinja environment per language, so that no template asks whose language it speaks."""
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(places.templates()),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
    )
    words = language.translations(name)
    i18n = cast("Any", env)  # the i18n extension adds methods that the type does not know
    i18n.install_gettext_callables(words.ugettext, words.ungettext, newstyle=True, pgettext=words.upgettext)
    env.globals.update(asset=assets.asset, icon=assets.icon, language=name, counts=counts)
    env.filters["markdown"] = markdown.render
    return env
