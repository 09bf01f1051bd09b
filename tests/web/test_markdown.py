from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from markupsafe import Markup

from web import markdown

TAGS = {"p", "br", "strong", "em", "s", "a", "ul", "ol", "li", "blockquote", "code", "hr", "h3", "h4", "h5", "h6"}
ATTRIBUTES = {"a": {"href", "rel", "title"}, "ol": {"start"}}
HARM = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<!--\n<b>",
    "<?php ?>",
    "<![CDATA[<b>]]>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](java\nscript:alert(1))",
    "[a](java&#10;script:alert(1))",
    "[a](&#106;avascript:alert(1))",
    "[a](&#x6A&#x61;vascript:alert(1))",
    "[a](\\javascript:alert(1))",
    "[a](<javascript:alert(1)>)",
    "[a]( javascript:alert(1))",
    "[a](\x01javascript:alert(1))",
    "[a](vbscript:x)",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](data:image/png;base64,AAAA)",
    "[a](file:///etc/passwd)",
    "[a](//evil.example)",
    "[a](/desk)",
    "[a](#top)",
    "<javascript:alert(1)>",
    "[a][r]\n\n[r]: javascript:alert(1)",
    '[a](https://x.example "\\" onclick=\\"alert(1)")',
    '[a](https://x.example/"onclick=alert(1)//)',
    "![a](https://x.example/p.png)",
    "![a](javascript:alert(1))",
    '![" onerror="alert(1)](https://x.example/p.png)',
    "![![<b>](https://x.example)](https://x.example)",
    "`<b>`",
    "```<b>\nx\n```",
    '``` "><script>\nx\n```',
    "&lt;script&gt;",
    "&#60;script&#62;",
    "[" * 500,
    "> " * 500 + "x",
    "*" * 500 + "a",
]


class Checked(HTMLParser):
    """Fails on any tag, attribute or address that a host's text must not make."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        given = dict(attrs)
        assert given.keys() <= ATTRIBUTES.get(tag, set())
        if tag == "a":
            assert (given["href"] or "").lower().startswith(("http://", "https://", "mailto:", "tel:"))
            assert given["rel"] == "nofollow noopener"

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def check(text: str) -> None:
    checked = Checked()
    checked.feed(markdown.render(text))
    checked.close()


@pytest.mark.parametrize("text", HARM)
def test_render_does_no_harm(text: str) -> None:
    check(text)


def test_render_is_checked_by_a_check_that_can_fail() -> None:
    for harm in ("<script>", "<p onclick=x>", '<a href="javascript:x" rel="nofollow noopener">', "<!-- -->", "<!doctype x>"):
        with pytest.raises(AssertionError):
            Checked().feed(harm)


@settings(deadline=None)
@given(some.text() | some.lists(some.sampled_from([*HARM[:-3], "\n", "    ", "- ", "# ", "**", "<", '"', ")", "](", "小盒"])).map("".join))
def test_render_does_no_harm_whatever_is_typed(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("带上**围裙**", "<p>带上<strong>围裙</strong></p>\n"),
        ("第一行\n第二行", "<p>第一行<br />\n第二行</p>\n"),
        ("# 带什么\n## 怎么走", "<h3>带什么</h3>\n<h4>怎么走</h4>\n"),
        ("##### a\n###### b", "<h6>a</h6>\n<h6>b</h6>\n"),
        ("大标题\n===", "<h3>大标题</h3>\n"),
        ("- 剪刀\n- 彩纸", "<ul>\n<li>剪刀</li>\n<li>彩纸</li>\n</ul>\n"),
        ("~~周六~~ 周日", "<p><s>周六</s> 周日</p>\n"),
        ("    开头空四格", "<p>开头空四格</p>\n"),
        ("[地图](https://x.example/a?b=c&d)", '<p><a href="https://x.example/a?b=c&amp;d" rel="nofollow noopener">地图</a></p>\n'),
        ("<https://x.example>", '<p><a href="https://x.example" rel="nofollow noopener">https://x.example</a></p>\n'),
        ("[打电话](tel:02162345678)", '<p><a href="tel:02162345678" rel="nofollow noopener">打电话</a></p>\n'),
        ("[写信](mailto:a@x.example)", '<p><a href="mailto:a@x.example" rel="nofollow noopener">写信</a></p>\n'),
        ("[别点](javascript:x)", "<p>[别点](javascript:x)</p>\n"),
        ("看![一条<鱼>](https://x.example/p.png)", "<p>看一条&lt;鱼&gt;</p>\n"),
        ("https://x.example", "<p>https://x.example</p>\n"),
        ("1 < 2 & <b>", "<p>1 &lt; 2 &amp; &lt;b&gt;</p>\n"),
        ("", ""),
    ],
)
def test_render_draws(text: str, html: str) -> None:
    drawn = markdown.render(text)
    assert drawn == html
    assert isinstance(drawn, Markup)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 带什么\n\n- **剪刀**\n- [彩纸](https://x.example)\n", "带什么 剪刀 彩纸"),
        ("第一行\n第二行  \n第三行", "第一行 第二行 第三行"),
        ("看![鱼](https://x.example/p.png) `码`", "看鱼 码"),
        ("1 < 2 & <b>", "1 < 2 & <b>"),
        ("", ""),
    ],
)
def test_plain_keeps_the_words(text: str, words: str) -> None:
    assert markdown.plain(text) == words
    assert not isinstance(markdown.plain(text), Markup)
