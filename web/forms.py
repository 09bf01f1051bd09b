"""Reading forms: every field converted and checked, all errors at once, what was typed kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar, overload
from zoneinfo import ZoneInfo

from litestar import Request
from litestar.datastructures import UploadFile

from events.errors import Refused, _
from events.people import phones
from web import language, viewer

AnyRequest = Request[Any, Any, Any]
Choice = TypeVar("Choice", bound=StrEnum)
Converted = TypeVar("Converted")
Day = TypeVar("Day", bound=date)  # a datetime is one too
Value = TypeVar("Value")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # also what flips the direction of text
# What browsers send: Python's own readers know more ways to write a time, offsets and weeks among them.
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_MOMENT = re.compile(rf"{_DAY.pattern}[T ]{_CLOCK.pattern}")
WHOLE = "form"  # the error of no single field


class Invalid(Exception):
    """A form with at least one error; the one exception handler draws it again."""


class Form:
    """What was typed, and what is wrong with it. Reading methods return a harmless value after an error: `check()` ends it."""

    def __init__(self, speech: str, values: Mapping[str, list[str]] | None = None, files: Mapping[str, UploadFile] | None = None) -> None:
        self._speech = speech
        self._values = dict(values or {})
        self._files = dict(files or {})
        self.errors: dict[str, str] = {}

    # what the template asks

    def value(self, name: str, default: object = "") -> str:
        """What was typed into a field, else the default."""
        typed = self._values.get(name)
        return typed[-1] if typed else "" if default is None else str(default)

    def values(self, name: str, default: Iterable[object] = ()) -> list[str]:
        """All values of a field that may be given several times."""
        return self._values[name] if name in self._values else [str(each) for each in default]

    def error(self, name: str) -> str | None:
        return self.errors.get(name)

    def fill(self, **values: object) -> Form:
        """Put values into fields nobody typed into: the row to edit, or defaults. None is an empty field."""
        for name, value in values.items():
            many = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
            self._values.setdefault(name, ["" if each is None else str(each) for each in many])
        return self

    def put(self, **values: object) -> None:
        """Set fields whatever was typed."""
        self._values.update({name: [str(value)] for name, value in values.items()})

    def renumber(self, stem: str, order: Sequence[int]) -> None:
        """Blocks of fields `stem-<n>-…` in another order: what was block `order[0]` is block 0; a block left out is dropped."""
        new = {old: place for place, old in enumerate(order)}
        block = re.compile(rf"{re.escape(stem)}-([0-9]{{1,4}})(-.*)")
        kept: dict[str, list[str]] = {}
        for name, values in self._values.items():
            found = block.fullmatch(name)
            if found is None:
                kept[name] = values
            elif int(found[1]) in new:
                kept[f"{stem}-{new[int(found[1])]}{found[2]}"] = values
        self._values = kept

    def aside(self) -> Form:
        """The same fields, to be read without finding fault."""
        return Form(self._speech, self._values)

    def typed(self) -> list[tuple[str, str]]:
        """Every field and value, for carrying them over a step in hidden inputs."""
        return [(name, value) for name, values in self._values.items() if name != "act" for value in values]

    @property
    def was_sent(self) -> bool:
        return bool(self._values)

    # what the handler reads

    def text(self, name: str, *, at_most: int, required: bool = True, lines: bool = False) -> str:
        """Trimmed text without control characters, at most so many characters; one line unless `lines`."""
        typed = _CONTROL.sub("", self.value(name)).replace("\r\n", "\n").replace("\r", "\n").strip()
        if not lines:
            typed = " ".join(typed.split("\n"))
        if required and not typed:
            return self._wrong(name, "", _("这里还空着"))
        if len(typed) > at_most:
            return self._wrong(name, "", _("最多 %(n)s 个字，现在 %(length)s 个"), n=at_most, length=len(typed))
        return typed

    @overload
    def integer(self, name: str, low: int, high: int) -> int: ...
    @overload
    def integer(self, name: str, low: int, high: int, *, required: bool) -> int | None: ...
    def integer(self, name: str, low: int, high: int, *, required: bool = True) -> int | None:
        typed = unicodedata.normalize("NFKC", self.value(name)).strip()
        if not typed:
            return self._wrong(name, low, _("这里还空着")) if required else None
        if not re.fullmatch(r"[+-]?\d{1,9}", typed):
            return self._wrong(name, low, _("这里要写数字"))
        if not low <= int(typed) <= high:
            return self._wrong(name, low, _("要在 %(low)s 到 %(high)s 之间"), low=low, high=high)
        return int(typed)

    def choice(self, name: str, kind: type[Choice]) -> Choice:
        """One of an enumeration's values; the first one after an error."""
        typed = self.value(name)
        if typed not in {each.value for each in kind}:
            return self._wrong(name, next(iter(kind)), _("选一个"))
        return kind(typed)

    def chosen(self, name: str) -> list[int]:
        """Ids of ticked boxes; what is no id (or too large for one) is dropped, for a person cannot have typed it."""
        return [int(each) for each in self.values(name) if re.fullmatch(r"[0-9]{1,9}", each)]

    def row(self, name: str, *, required: bool = True) -> int | None:
        """The id chosen in a select."""
        chosen = self.chosen(name)
        if not chosen and required:
            return self._wrong(name, None, _("选一个"))
        return chosen[-1] if chosen else None

    def flag(self, name: str) -> bool:
        return self.value(name) not in {"", "0", "off"}

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A date as `<input type=date>` writes it."""
        return self._in_our_time(name, self._converted(name, _DAY, date.fromisoformat, _("日期写成 2026-11-28 这样"), required=required))

    def month(self, name: str, *, required: bool = True) -> date | None:
        """The first day of a month as `<input type=month>` writes it."""
        return self._converted(name, _MONTH, lambda typed: date.fromisoformat(f"{typed}-01"), _("年月写成 2020-05 这样"), required=required)

    def clock(self, name: str, *, required: bool = True) -> time | None:
        """A time of day as `<input type=time>` writes it."""
        return self._converted(name, _CLOCK, time.fromisoformat, _("时间写成 09:30 这样"), required=required)

    def moment(self, name: str, zone: str, *, required: bool = True) -> datetime | None:
        """Local `<input type=datetime-local>` in the store's zone, as UTC."""
        local = self._converted(name, _MOMENT, datetime.fromisoformat, _("时间写成 2026-11-28T10:00 这样"), required=required)
        local = self._in_our_time(name, local)
        return None if local is None else local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    def phone(self, name: str, *, required: bool = True) -> str:
        """A mainland mobile as 11 digits."""
        typed = self.value(name).strip()
        if not typed and not required:
            return ""
        return phones.normalise(typed) or self._wrong(name, "", _("手机号是 1 开头的 11 位数字，再看一眼"))

    async def upload(self, name: str) -> bytes | None:
        """The bytes of a file, None when none was chosen."""
        file = self._files.get(name)
        return (await file.read() or None) if file else None

    def file_name(self, name: str) -> str:
        """What the sender calls the file; empty when none was chosen."""
        file = self._files.get(name)
        return file.filename if file else ""

    # errors

    def wrong(self, name: str, sentence: str, **values: object) -> None:
        """Say what is wrong with a field; its first error stands."""
        self.errors.setdefault(name, language.say(self._speech, sentence, **values))

    def refuse(self, refused: Refused) -> None:
        self.wrong(refused.field or WHOLE, refused.sentence, **refused.values)

    def check(self) -> None:
        """Raises Invalid when anything was wrong so far."""
        if self.errors:
            raise Invalid

    def _wrong(self, name: str, harmless: Value, sentence: str, **values: object) -> Value:
        self.wrong(name, sentence, **values)
        return harmless

    def _converted(
        self, name: str, form: re.Pattern[str], convert: Callable[[str], Converted], sentence: str, *, required: bool
    ) -> Converted | None:
        typed = unicodedata.normalize("NFKC", self.value(name)).strip()
        if not typed:
            return self._wrong(name, None, _("这里还空着")) if required else None
        try:
            return convert(typed) if form.fullmatch(typed) else self._wrong(name, None, sentence)
        except ValueError:
            return self._wrong(name, None, sentence)

    def _in_our_time(self, name: str, found: Day | None) -> Day | None:
        """Years in which nothing computed from them leaves the calendar."""
        return found if found is None or 2000 <= found.year <= 2200 else self._wrong(name, None, _("年份不对"))


async def read(request: AnyRequest) -> Form:
    """The form of this request, kept for drawing it again."""
    data = await request.form()
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        elif name != "_csrf_token":
            texts.setdefault(name, []).append(str(value))
    form = Form(viewer.seen(request).language, texts, files)
    request.state.form = form
    return form


def blank(request: AnyRequest) -> Form:
    """An empty form in the reader's language."""
    return Form(viewer.seen(request).language)


def sent(request: AnyRequest) -> Form | None:
    """The form this request has read so far, if any."""
    form = request.state.get("form")
    return form if isinstance(form, Form) else None
