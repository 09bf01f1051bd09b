"""What holds for every template, read as source."""

import re
from itertools import chain
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from web import assets, places, replies

TEMPLATES = sorted(path.relative_to(places.templates()).as_posix() for path in places.templates().rglob("*.html"))
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
TRANSLATORS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
ENDONYM = "中文"  # the language calls itself so in every language
NOT_OURS = ("standin/",)  # the vendor's stand-in speaks as the vendor would, to developers


def parsed(name: str) -> nodes.Template:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"])
    return environment.parse(source(name), name)


def source(name: str) -> str:
    return (places.templates() / name).read_text(encoding="utf-8")


def untranslated(name: str) -> list[str]:
    """Chinese that no translator is called with: plain text of the page, or a string of an expression."""
    tree = parsed(name)
    calls = [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS]
    translated = {id(constant) for call in calls for constant in call.find_all(nodes.Const)}
    texts = (text.data for text in tree.find_all(nodes.TemplateData))
    strings = (str(constant.value) for constant in tree.find_all(nodes.Const) if id(constant) not in translated)
    return [text.strip() for text in chain(texts, strings) if CHINESE.search(text.replace(ENDONYM, ""))]


def test_untranslated_finds_chinese_in_the_page_and_in_expressions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.html").write_text("<p>票</p>{{ '退' }}{{ _('好') }}{# 不算 #}", encoding="utf-8")
    monkeypatch.setattr(places, "templates", lambda: tmp_path)

    assert untranslated("page.html") == ["<p>票</p>", "退"]


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith(NOT_OURS)])
def test_every_chinese_text_can_be_translated(name: str) -> None:
    assert untranslated(name) == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith(NOT_OURS)])
def test_every_template_compiles(name: str) -> None:
    replies.environment("zh").get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_file_and_drawing_exists(name: str) -> None:
    tree = parsed(name)
    named = [
        (call.node.name, str(call.args[0].value))
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.args and isinstance(call.args[0], nodes.Const)
    ]
    for function, argument in named:
        if function == "asset" and not argument.startswith("vendor/"):
            assert assets.asset(argument) != f"/static/{argument}"
        elif function == "icon":
            assert assets.icon(argument)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_needs_what_the_content_policy_forbids(name: str) -> None:
    forbidden = r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:|(?:src|href)=[\"']https?://"

    assert re.findall(forbidden, source(name)) == []


@pytest.mark.parametrize("name", [name for name in TEMPLATES if not name.startswith("standin/")])  # a program of its own, without sign-ins
def test_every_form_that_posts_carries_the_token(name: str) -> None:
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", source(name), flags=re.DOTALL)

    assert [form[:80] for form in forms if "csrf()" not in form] == []
