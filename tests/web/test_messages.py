from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from events.catalog.tables import Event, Store, Venue
from events.people.tables import Staff
from tests import make
from tests.browser import Browser
from tests.cast import Cast
from web import language, messages

TEMPLATE = (
    """<p>{{ _("签到") }} {{ _("最多 %(n)s 个字", n=3) }} {{ ngettext("%(num)s 家", "%(num)s 家", 2) }} {{ pgettext("one", "孩子") }}</p>"""
)
CATALOG = """
msgid "签到"
msgstr "Check in"

msgid "最多 %(n)s 个字"
msgstr "At most %(n)s characters"

msgid "%(num)s 家"
msgid_plural "%(num)s 家"
msgstr[0] "%(num)s family"
msgstr[1] "%(num)s families"

msgctxt "one"
msgid "孩子"
msgstr "Child"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree with one template."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "web").mkdir()
    return tmp_path


def faults(root: Path, catalog: str) -> list[str]:
    path = root / "messages.po"
    path.write_text(messages.HEADER + catalog, encoding="utf-8")
    return messages.check(path, root)


def test_the_english_catalog_is_complete() -> None:
    assert messages.check(language.catalog("en")) == []


def test_check_finds_nothing_in_a_good_catalog(root: Path) -> None:
    assert faults(root, CATALOG) == []


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ('msgid "签到"\nmsgstr "Check in"\n', "", "missing: '签到' (templates/page.html)"),
        ('msgctxt "one"\n', "", "obsolete: '孩子'"),
        ('"Check in"', '""', "not translated: '签到'"),
        ('msgid "签到"', '#, fuzzy\nmsgid "签到"', "fuzzy: '签到'"),
        ('"At most %(n)s characters"', '"At most 80 characters"', "other placeholders: '最多 %(n)s 个字'"),
        ('"At most %(n)s characters"', '"At most %(most)s characters"', "other placeholders: '最多 %(n)s 个字'"),
        ('"At most %(n)s characters"', '"At most %(n)d characters"', "other placeholders: '最多 %(n)s 个字'"),
        ('"%(num)s family"', '"one family"', "other placeholders: '%(num)s 家'"),
        ('"%(num)s families"', '""', "not translated: '%(num)s 家'"),
        ('"Check in"', '"Check 签 in"', "Chinese in the English: '签到'"),
        ('"Check in"', '"Check in，please"', "Chinese in the English: '签到'"),
        ('"Child"\n', '"Child"\n\nmsgid "退了"\nmsgstr "Given back"\n', "obsolete: '退了'"),
        ('"Child"\n', '"Child"\n\n#~ msgid "退了"\n#~ msgstr "Given back"\n', "obsolete: '退了'"),
    ],
)
def test_check_names_each_fault(root: Path, good: str, bad: str, fault: str) -> None:
    assert good in CATALOG

    assert fault in faults(root, CATALOG.replace(good, bad))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("raise Refused('满了')", "满了"),
        ("_(f'还有 {n} 个')", "还有 "),
        ("_('还有 ' + n)", "还有 "),
        ("_('满了' if full else '还有')", "满了"),
    ],
)
def test_check_finds_python_that_no_catalog_can_translate(root: Path, source: str, text: str) -> None:
    (root / "web" / "page.py").write_text(f'"""说明 is no text."""\n\n{source}\n', encoding="utf-8")

    assert f"not marked: {text.strip()!r} (web/page.py:3)" in faults(root, CATALOG)


@pytest.mark.parametrize("call", ['_("还有" ~ n)', '_("满了" if full else n)', '_("%(n)s 家" % n)', '_("签到", n="满了")'])
def test_check_finds_what_templates_glue_together(root: Path, call: str) -> None:
    (root / "templates" / "page.html").write_text(TEMPLATE + "\n{{ " + call + " }}", encoding="utf-8")

    assert [fault.startswith("not marked: ") for fault in faults(root, CATALOG)] == [True]


def test_update_keeps_translations_drops_old_ones_and_guesses_nothing(root: Path) -> None:
    path = root / "messages.po"
    path.write_text(messages.HEADER + CATALOG + '\nmsgid "退了"\nmsgstr "Given back"\n', encoding="utf-8")
    (root / "templates" / "page.html").write_text(TEMPLATE + '{{ _("签到了") }}', encoding="utf-8")

    messages.update(path, root)

    assert messages.check(path, root) == ["not translated: '签到了'"]
    assert 'msgstr "Check in"' in path.read_text(encoding="utf-8")


def test_update_writes_the_same_again_wherever_the_lines_are(root: Path) -> None:
    path = root / "messages.po"
    messages.update(path, root)
    first = path.read_text(encoding="utf-8")
    (root / "templates" / "page.html").write_text("\n\n" + TEMPLATE, encoding="utf-8")

    messages.update(path, root)

    assert path.read_text(encoding="utf-8") == first
    assert "#: templates/page.html\n" in first
    assert re.search(r"\d{4}-\d\d-\d\d", first) is None


def test_faults_of_a_message_without_any() -> None:
    assert list(messages.faults(Message("省 20%%", "20%% off"))) == []


@pytest.mark.parametrize("arguments", [[], ["translate"]])
def test_main_says_what_it_can_do(arguments: list[str]) -> None:
    assert messages.main(arguments) == "python -m web.messages update | check"


class Text(HTMLParser):
    """What a page shows or reads out: its text and the attributes that hold words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self._own_tongue = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._own_tongue = tag == "a" and given.get("lang") == "zh-CN"
        self.said += [given.get(name) or "" for name in ("alt", "aria-label", "placeholder", "content", "title", "data-done", "data-name")]

    def handle_data(self, data: str) -> None:
        if not self._own_tongue:
            self.said.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._own_tongue = False

    @property
    def chinese(self) -> list[str]:
        return [text.strip() for text in self.said if messages.CHINESE.search(text)]


async def test_english_pages_say_nothing_in_chinese(anyone: Browser) -> None:
    store = await make.store("Plum Road", hours="7:30–21:30")
    await Store.update({Store.address: "8 Plum Road"}).where(Store.id == store.id)
    host = await make.staff(store=store, name="He Yu")
    event = await make.event(store, host=host, title="Paper fish", summary="Cut one and take it home")
    await make.session(event, venue=await make.venue(store, name="Upstairs", address="Room 2"), places=6)
    anyone.headers["accept-language"] = "en"

    for path in ("/", f"/events/{event.id}", "/my", "/nowhere", "/desk/sign-in", f"/?store={store.id}&kind=visit"):
        page = (await anyone.get(path)).text
        assert '<html lang="en"' in page
        assert Text(page).chinese == [], path


async def typed() -> re.Pattern[str]:
    """What people wrote, which stays as it is."""
    columns = [Event.title, Store.name, Store.address, Staff.name, Venue.name, Venue.address, Venue.directions]
    found = [value for column in columns for value in await column._meta.table.select(column).output(as_list=True)]
    return re.compile("|".join(re.escape(value) for value in found if value))


async def test_english_desk_pages_say_nothing_in_chinese_but_names(owner_client: Browser, cast: Cast) -> None:
    event = await make.event(cast.east, host=cast.east_host, title="Paper fish", summary="Cut one and take it home")
    session = await make.session(event, places=6)
    owner_client.headers["accept-language"] = "en"
    pages = ["/desk", "/desk/events", f"/desk/events/{event.id}", f"/desk/sessions/{session.id}/registrations", "/desk/announcements"]
    forms = [
        "/desk/events/new",
        "/desk/groups/new",
        "/desk/stores/new",
        "/desk/staff/new",
    ]  # an announcement's draft is in the groups' language
    written = await typed()

    for path in [*pages, *forms, f"/desk/events/{event.id}/series/new", "/desk/audit", "/desk/groups", "/desk/venues", "/desk/password"]:
        response = await owner_client.get(path)
        assert response.status_code == 200, path
        assert [text for text in Text(response.text).chinese if messages.CHINESE.search(written.sub("", text))] == [], path
