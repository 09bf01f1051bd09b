"""Bytes that should be text, as spreadsheets and editors in Chinese save it."""

from __future__ import annotations

import re

from events.errors import Refused, _

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_STRAY = 100  # one control character in so many is still text


def decoded(data: bytes) -> str:
    """UTF-8 or UTF-16 where a mark says so; without one UTF-8 if it is valid, else GB18030. Control characters are dropped.

    Decoded strictly: bytes that fit nothing are refused, for a name with a letter lost is worse than none.
    """
    text = _strictly(data)
    clean = _CONTROL.sub("", text)
    if "\x00" in text or (len(text) - len(clean)) * _STRAY > len(text):
        raise Refused(_("这个文件里不是文字，也不是表格"), field="file")
    return clean


def _strictly(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _in(encoding, data[len(mark) :])
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _in("gb18030", data)


def _in(encoding: str, data: bytes) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(_("文件里的字认不出来，请在 Excel 或 WPS 里另存为 .xlsx 再传"), field="file") from error
