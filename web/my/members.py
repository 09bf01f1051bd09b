"""The people of a family that is remembered, one page each."""

from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from events import clock
from events.catalog import listing
from events.errors import Refused, _
from events.people import ages, members
from events.people.members import Known
from events.people.tables import Member
from web import find, forms, replies
from web.forms import Form
from web.site import faces
from web.viewer import Viewer, see

AnyRequest = Request[Any, Any, Any]
CHILD, ADULT = "child", "adult"


@get("/family/people/new", name="my.members.new")
async def new(request: AnyRequest, viewer: NamedDependency[Viewer], kind: FromQuery[str] = "") -> Response[Any]:
    """A child unless the address says an adult."""
    await find.household(viewer)
    return await new_page(request, forms.blank(request).fill(kind=ADULT if kind == ADULT else CHILD))


async def new_page(request: AnyRequest, form: Form) -> Response[Any]:
    return _draw(request, form, "my/members/new")


@post("/family/people", name="my.members.create", opt={"form": new_page}, status_code=303)
async def create(request: AnyRequest, viewer: NamedDependency[Viewer]) -> Response[Any]:
    household = await find.household(viewer)
    form = await forms.read(request)
    person = _read(form)
    form.check()
    await members.add(household.id, person)
    return replies.to(request, "my.family.index", note="added")


@get("/family/people/{id:int}", name="my.members.edit")
async def edit(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    return await edit_page(request, _filled(forms.blank(request), await find.own_member(viewer, id)))


async def edit_page(request: AnyRequest, form: Form) -> Response[Any]:
    member = await find.own_member(await see(request), int(request.path_params["id"]))
    return _draw(request, form, "my/members/edit", member=member)


@post("/family/people/{id:int}", name="my.members.update", opt={"form": edit_page}, status_code=303)
async def update(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    member = await find.own_member(viewer, id)
    form = await forms.read(request)
    form.put(kind=CHILD if member.is_child else ADULT)
    person = _read(form)
    form.check()
    await members.edit(member.household, member.id, person)
    return replies.to(request, "my.family.index", note="saved")


@post("/family/people/{id:int}/removal", name="my.members.destroy", status_code=303)
async def destroy(request: AnyRequest, viewer: NamedDependency[Viewer], id: FromPath[int]) -> Response[Any]:
    member = await find.own_member(viewer, id)
    await members.remove(member.household, member.id)
    return replies.to(request, "my.family.index", note="removed")


def _draw(request: AnyRequest, form: Form, template: str, **context: Any) -> Response[Any]:
    this_year = _today().year
    years = range(this_year, this_year - ages.ADULT - 1, -1)
    return replies.page(request, template, form=form, is_child=form.value("kind") == CHILD, years=years, **context)


def _filled(form: Form, member: Member) -> Form:
    born, is_guess = member.birth_month, member.is_birth_month_approximate
    return form.fill(
        kind=CHILD if member.is_child else ADULT,
        name=member.name,
        year=born.year if born and not is_guess else None,
        month=born.month if born and not is_guess else None,
        age=ages.age_on(born, _today()) if born and is_guess else None,
        allergies=member.allergies,
        diet=member.diet,
        note=member.note,
    )


def _read(form: Form) -> Known:
    is_child = form.value("kind") == CHILD
    name = form.text("name", at_most=40)
    year = form.integer("year", 1900, 2200, required=False) if is_child else None
    month = form.integer("month", 1, 12, required=False) if is_child else None
    age = form.integer("age", 0, ages.OLDEST, required=False) if is_child else None
    born = None
    try:
        if year is not None and month is not None:
            born = ages.birth_month(year, month, on=_today(), field="born")
        elif age is not None:
            born = ages.birth_month_from_age(age, on=_today(), field="age")
        elif is_child:
            form.wrong("born", _("还差出生年月；不想写就写几岁"))
    except Refused as refused:
        form.refuse(refused)
    return Known(
        is_child=is_child,
        name=name,
        birth_month=born,
        is_birth_month_approximate=born is not None and (year is None or month is None),
        allergies=form.text("allergies", at_most=200, required=False),
        diet=form.text("diet", at_most=100, required=False),
        note=form.text("note", at_most=200, required=False),
    )


def _today() -> date:
    return faces.day_in(clock.now(), listing.ZONE)


handlers = [new, create, edit, update, destroy]
