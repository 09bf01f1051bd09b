"""The English catalog: `python -m web.messages update` gathers the marked sentences, `… check` names every one not well translated."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from web import language

ROOT = Path(__file__).parent.parent
ENGLISH = "en"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
HEADER = """# Linju in English. The msgid is the Chinese sentence; `python -m web.messages update` adds new ones and drops old ones.
msgid ""
msgstr ""
"Language: en\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
TWO_LANGUAGES = (  # Chinese beside its English
    *("web/times.py", "web/counts.py", "web/checks.py", "web/demo/"),
    *("events/catalog/texts.py", "events/signup/mentions.py", "events/intake/relay/"),
    *("events/intake/words.py", "events/checkin/naming.py"),  # words people write, shown to nobody
    *("events/intake/event_words.py", "events/intake/event_cells.py", "events/intake/days.py", "events/intake/hours.py"),
    *("events/announce/posters/breaking.py", "events/announce/posters/lettering.py"),  # signs that may not begin a line, and such
    "web/standin/dingtalk.py",  # the platform's own words
)
CHINESE = re.compile(r"[\u2e80-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uff60]")
PLACEHOLDER = re.compile(r"%(?!%)(?:\((\w+)\)[a-z])?")


def update(catalog: Path, root: Path = ROOT) -> None:
    """Bring the catalog to what the sources say: translations kept, new sentences empty, unused ones gone; never a guess."""
    found = read(catalog)
    found.update(gather(root), no_fuzzy_matching=True)
    write(found, catalog)


def write(found: Catalog, catalog: Path) -> None:
    """Nothing goes in that a second run, or another machine, would write differently."""
    text = BytesIO()
    write_po(text, found, width=0, omit_header=True, ignore_obsolete=True, include_lineno=False)
    catalog.parent.mkdir(parents=True, exist_ok=True)
    catalog.write_text(HEADER + text.getvalue().decode().strip() + "\n", encoding="utf-8")


def check(catalog: Path, root: Path = ROOT) -> list[str]:
    """What keeps an English reader from reading English, a line each."""
    found, gathered = _by_key(read(catalog)), _by_key(gather(root))
    missing = [f"missing: {_name(message)} ({message.locations[0][0]})" for key, message in gathered.items() if key not in found]
    stale = [f"obsolete: {_name(message)}" for key, message in found.items() if key not in gathered]
    left = [f"obsolete: {_name(message)}" for message in read(catalog).obsolete.values()]
    wrong = [f"{fault}: {_name(message)}" for key, message in found.items() if key in gathered for fault in faults(message)]
    return missing + stale + left + wrong + [fault for path in sources(root) for fault in unmarked(path, root)]


def faults(message: Message) -> Iterator[str]:
    """Each thing wrong with one translation."""
    ids, texts = _several(message.id), _several(message.string)
    if message.fuzzy:
        yield "fuzzy"
    if not all(texts) or len(texts) != len(ids):
        yield "not translated"
        return
    if any(_placeholders(text) != _placeholders(ids[-1]) for text in texts):
        yield "other placeholders"
    if any(CHINESE.search(text) for text in texts):
        yield "Chinese in the English"


def unmarked(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Chinese that no catalog will ever see: outside `_()`, or glued together inside it."""
    name = path.relative_to(root).as_posix()
    if not name.startswith(TWO_LANGUAGES):
        found = _in_template(path) if path.suffix == ".html" else _in_python(path)
        yield from (f"not marked: {text.strip()!r} ({name}:{line})" for line, text in found)


def gather(root: Path = ROOT) -> Catalog:
    """Every marked sentence, in the order of the sources."""
    catalog = Catalog(locale=ENGLISH)
    options = {"encoding": "utf-8", "silent": "false"}
    for path in sources(root):
        method: Any = babel_extract if path.suffix == ".html" else "python"
        name = path.relative_to(root).as_posix()
        for line, sentence, _comments, context in extract_from_file(method, path, KEYWORDS, options=options):
            catalog.add(sentence, locations=[(name, line)], context=context)
    return catalog


def sources(root: Path) -> list[Path]:
    return [path for kind in ("events/**/*.py", "web/**/*.py", "templates/**/*.html") for path in sorted(root.glob(kind))]


def read(catalog: Path) -> Catalog:
    """The catalog as written; an empty one where there is no file yet."""
    if not catalog.exists():
        return Catalog(locale=ENGLISH)
    with catalog.open("rb") as source:
        return read_po(source, locale=ENGLISH)


def _by_key(catalog: Catalog) -> dict[tuple[str, str | None], Message]:
    return {(_several(message.id)[0], message.context): message for message in catalog if message.id}


def _several(texts: Any) -> list[str]:
    """A message's singular and plural, or its one sentence."""
    return [text or "" for text in texts] if isinstance(texts, (tuple, list)) else [texts or ""]


def _placeholders(text: str) -> set[str]:
    return {match[0] for match in PLACEHOLDER.finditer(text)}


def _name(message: Message) -> str:
    return repr(_several(message.id)[0])


def _in_python(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    seen = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
            seen |= {id(argument) for argument in call.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value) and id(node) not in seen:
            yield node.lineno, node.value


def _in_template(path: Path) -> Iterator[tuple[int, str]]:
    """Only what is glued together inside a call; tests/test_templates.py finds what is outside."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text(encoding="utf-8"))
    calls = [call for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name) and call.node.name in KEYWORDS]
    seen = {id(argument) for call in calls for argument in call.args}
    for text in {id(text): text for call in calls for text in call.find_all(nodes.Const)}.values():
        if isinstance(text.value, str) and CHINESE.search(text.value) and id(text) not in seen:
            yield text.lineno, text.value


def main(arguments: list[str]) -> str | None:
    """Nothing if all is well; else what is not, which makes the exit code 1."""
    catalog = language.catalog(ENGLISH)
    if arguments == ["update"]:
        update(catalog)
        found = _by_key(read(catalog)).values()
        empty = sum("not translated" in faults(message) for message in found)
        print(f"{len(found)} sentences, {empty} to translate")  # noqa: T201 -- a command's answer
        return None
    if arguments == ["check"]:
        return "\n".join(check(catalog)) or None
    return "python -m web.messages update | check"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
