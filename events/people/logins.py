"""Logins: one spelling for what people type in several."""

from __future__ import annotations

import re
import unicodedata

from events.errors import Refused, _

_FORM = re.compile(r"[\w.@+-]{2,40}")


def normalise(typed: str) -> str:
    """Trimmed, full-width letters narrowed, lower case: how a login is stored and looked up."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()[:80]


def checked(typed: str, *, field: str = "login") -> str:
    """A new login in its stored spelling; Refused unless it is 2 to 40 letters, digits or . _ - + @."""
    login = normalise(typed)
    if not _FORM.fullmatch(login):
        raise Refused(_("登录名用 2 到 40 个字母、数字或 . _ - @，中间不留空格"), field=field)
    return login
