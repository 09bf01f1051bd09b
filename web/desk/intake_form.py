"""The forms of a review: what is pasted or sent as a file, and a line mended."""

from __future__ import annotations

from dataclasses import dataclass, replace

from events.errors import _
from events.intake import lines
from events.intake.readings import Child, Reading
from events.intake.review import Line
from events.people import ages
from events.sheets import reading as sheets
from events.sheets.reading import Row
from events.signup import rules
from web.forms import Form

UPLOAD = sheets.BYTES + 2**20  # bytes of a whole form: a file too large is told so in the form; beyond this it is 413
PASTED = 200_000  # characters, so that what is too long is still there to be cut in two
NOBODY = "new"  # a family nobody knows yet


@dataclass(frozen=True)
class Mended:
    """What the host says a line means."""

    reading: Reading
    household: int | None


async def uploaded(form: Form) -> list[Row]:
    """The rows of the file that was sent. Refused (field "file") where it is no table."""
    return await sheets.opened(await sent(form), form.file_name("file"))


async def sent(form: Form) -> bytes:
    """The file, whatever it is; Invalid where none was chosen."""
    data = await form.upload("file")
    if data is None:
        form.wrong("file", _("先选一个文件"))
    form.check()
    return data or b""


def fill(form: Form, line: Line) -> None:
    """The mending form as the line was read."""
    reading = line.reading
    form.fill(name=reading.name, phone=reading.phone, adults=reading.adults, children=len(reading.children), note=reading.note)
    form.fill(family=line.row.household if line.matched else NOBODY)
    form.fill(**{f"age-{n}": "" if child.months is None else child.months // 12 for n, child in enumerate(reading.children)})


def children(form: Form) -> int:
    """For how many children the form asks an age."""
    typed = form.value("children", "0")
    return min(int(typed), rules.LARGEST) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0


def read(form: Form, line: Line) -> Mended:
    """The line as mended. Raises Invalid with all that is wrong, an age for each child among it."""
    name, phone = form.text("name", at_most=lines.NAME), form.phone("phone", required=False)
    adults = form.integer("adults", 0, rules.LARGEST)
    form.integer("children", 0, rules.LARGEST)
    told = tuple(_child(form, n, line.reading) for n in range(children(form)))
    if not adults and not told:
        form.wrong("adults", _("至少要有一个人来"))
    note = form.text("note", at_most=lines.NOTE, required=False)
    known = {str(each.household): each.household for each in line.known}
    form.check()
    reading = replace(line.reading, name=name, phone=phone, adults=adults, children=told, note=note)
    return Mended(reading, known.get(form.value("family")))


def _child(form: Form, n: int, before: Reading) -> Child:
    """As it was told where the years are the same: half years stay."""
    typed = form.integer(f"age-{n}", 0, ages.ADULT - 1, required=False)
    if typed is None:
        form.wrong(f"age-{n}", _("第 %(n)s 个孩子几岁，写个数"), n=n + 1)
        return Child()
    was = before.children[n] if n < len(before.children) else Child()
    return was if was.months is not None and was.months // 12 == typed else Child(was.name, typed * 12)
