"""Languages: Chinese is what the code says, English comes from the catalog."""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from web import places

LANGUAGES = ("zh", "en")
TAGS = {"zh": "zh-CN", "en": "en"}
LONGEST = 400  # letters of a header that are looked at


def accepted(header: str) -> str:
    """The first of our languages that an Accept-Language header ranks highest; Chinese when it names none."""
    return _ranked_highest(header[:LONGEST])


@lru_cache(256)
def _ranked_highest(header: str) -> str:
    ranked: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.replace(" ", "").partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        name = tag.split("-")[0].lower()
        if name in LANGUAGES and quality > 0:
            ranked.append((-quality, position, name))
    return min(ranked)[2] if ranked else LANGUAGES[0]


@cache
def translations(language: str) -> NullTranslations:
    """gettext for a language, read from its catalog as written; Chinese needs none, the sentences are the keys."""
    if language == LANGUAGES[0]:
        return NullTranslations()
    compiled = BytesIO()
    with catalog(language).open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def catalog(language: str) -> Path:
    return places.locale() / language / "LC_MESSAGES" / "messages.po"


def say(language: str, sentence: str, **values: object) -> str:
    """A marked sentence in the reader's language, filled."""
    text = translations(language).ugettext(sentence)
    return text % values if values else text
