"""The chef's sheet: portions, heads, what somebody must not eat, what was answered; and what is otherwise since it was last printed."""

from collections.abc import Container
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events.catalog import sessions
from events.catalog.tables import QuestionKind
from events.checkin import paper as papers
from events.checkin.kitchen import printouts
from events.checkin.kitchen.printouts import Change, What
from events.checkin.tables import Printout
from events.errors import _
from events.signup import kit, parties
from web import counts, find, forms, replies
from web import viewer as viewers
from web.door import paper
from web.language import say
from web.times import Times
from web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]
PLAIN = (QuestionKind.YES_NO, QuestionKind.CONSENT)
YES_NO = {"yes": _("是"), "no": _("不")}
# How a line is said that is new, that is gone, that counts another number; what has only the last is never new.
NEW = {What.ALLERGY: _("新增过敏 %(what)s %(now)s"), What.DIET: _("新增忌口 %(what)s %(now)s")}
GONE = {What.ALLERGY: _("没人过敏 %(what)s 了"), What.DIET: _("没人忌口 %(what)s 了")}
OTHER = {
    What.ALLERGY: _("过敏 %(what)s 从 %(was)s 变 %(now)s"),
    What.DIET: _("忌口 %(what)s 从 %(was)s 变 %(now)s"),
    What.TO_ASK: _("当面问过敏的孩子从 %(was)s 变 %(now)s"),
    What.ANSWER: _("%(what)s 从 %(was)s 变 %(now)s"),
    What.OPEN: _("没回话的人从 %(was)s 变 %(now)s"),
    What.PORTIONS: _("要备的从 %(was)s变 %(now)s"),
    What.TEXTS: _("“%(what)s”写的有变化"),
}


@get("/{session:int}/paper/kitchen", name="door.kitchen.show")
async def show(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int], printed: FromQuery[int] = 0) -> Response[Any]:
    """Of those who come and of those who are here; `printed`: the printout just kept, which is this page unless something changed."""
    row = await find.session(viewer, session)
    _event, store = (await sessions.whole(row.id))[1:]
    await papers.kitchen_taken(row, by=viewer.member, store=store.id)
    return await draw(request, forms.blank(request), printed=printed)


async def draw(request: AnyRequest, form: forms.Form, *, printed: int = 0) -> Response[Any]:
    viewer = viewers.seen(request)
    row, event, store = await paper.of(viewer, int(request.path_params["session"]))
    placed, offered = await kit.of_session(row, event, parties.day_of(row, store.zone))
    now = printouts.told(placed, offered, event.child_portion)
    kept = await printouts.one(row.id, printed) if 0 < printed <= find.LARGEST else None
    is_kept = kept is not None and printouts.read(kept) == now
    last = await printouts.latest(row.id, before=kept.id if kept and is_kept else None)
    form.put(tag=now.tag)
    here = await papers.here(row, event, store.zone)
    plain = {each.question.label for each in placed.answers if each.question.kind in PLAIN}
    context = await paper.head(request, viewer, row, event, store)
    return replies.page(
        request,
        "door/kitchen/show",
        form=form,
        kit=placed,
        offered=offered,
        here=here,
        here_of={tally.words: tally.count for tally in (*here.allergies, *here.diets)},
        portions=kit.portions,
        is_printed=is_kept,
        last=last,
        last_at=_when(last, context["times"]) if last else "",
        since=[_words(each, plain, viewer.language) for each in printouts.changes(printouts.read(last), now)] if last else [],
        **context,
    )


@post("/{session:int}/paper/kitchen/printouts", name="door.kitchen.create", status_code=303, opt={"form": draw})
async def create(request: AnyRequest, viewer: NamedDependency[Viewer], session: FromPath[int]) -> Response[Any]:
    """What is on the page is kept, so that the next sheet can say what became otherwise; then the page prints itself."""
    row, event, store = await paper.of(viewer, session)
    form = await forms.read(request)
    kept = await printouts.take(row, event, store.zone, form.value("tag"), by=viewer.member)
    return replies.away(f"{request.app.route_reverse('door.kitchen.show', session=session)}?printed={kept.id}")


def _when(printout: Printout, times: Times) -> str:
    """9:40, or the day too if it was another."""
    is_today = times.date(printout.at) == times.date(times.now)
    return times.bare(printout.at) if is_today else times.moment(printout.at)


def _words(change: Change, plain: Container[str], language: str) -> str:
    """新增过敏 花生 1; 大人多 2 位. `plain`: the questions to which one says yes or no."""
    if change.what in {What.ADULTS, What.CHILDREN}:
        return _heads(change, language)
    was, now = [counts.portions(n, language) if change.what == What.PORTIONS else str(n) for n in (change.before, change.after)]
    label, _between, said = change.words.partition("\n")
    if label in plain and said in YES_NO:
        said = say(language, YES_NO[said])
    what = f"{label} · {said}" if said else label
    words = NEW if change.is_new else GONE if change.is_gone else OTHER
    return say(language, words.get(change.what, OTHER[change.what]), what=what, was=was, now=now)


def _heads(change: Change, language: str) -> str:
    more, fewer = {
        What.ADULTS: (_("大人多 %(n)s 位"), _("大人少 %(n)s 位")),
        What.CHILDREN: (_("孩子多 %(n)s 位"), _("孩子少 %(n)s 位")),
    }[change.what]
    return say(language, more if change.after > change.before else fewer, n=abs(change.after - change.before))


handlers = [show, create]
