"""What hosts write in Markdown, as HTML that can do no harm: no HTML of their own, no pictures, links only outward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_DEEPER = 2  # a page's own headings are h1 and h2


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the name the library asks for
        return url.strip().lower().startswith(_SCHEMES)


# Four spaces make no code here: people indent paragraphs. A line break is one, as in a chat.
_parser = _Parser("commonmark", {"html": False, "breaks": True})
_parser.enable("strikethrough").disable(["code", "fence", "html_block", "html_inline"])


def render(text: str) -> Markup:
    """Safe HTML; headings start at h3, a picture leaves its description."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _DEEPER, 6)}"
        if token.children:
            token.children = list(_tamed(token.children))
    return Markup(_parser.renderer.render(tokens, _parser.options, {}))  # noqa: S704 -- the renderer escapes, and HTML is off


def plain(text: str) -> str:
    """The words alone, in one line: for chat cards and calendars."""
    blocks = (_words(token.children or []) for token in _parser.parse(text) if token.type == "inline")
    return " ".join(" ".join(blocks).split())


def _tamed(children: Sequence[Token]) -> Iterator[Token]:
    for token in children:
        if token.type == "link_open":
            token.attrSet("rel", "nofollow noopener")
        yield Token("text", "", 0, content=token.content) if token.type == "image" else token


def _words(children: Sequence[Token]) -> str:
    return "".join(" " if token.type in ("softbreak", "hardbreak") else token.content for token in children)
