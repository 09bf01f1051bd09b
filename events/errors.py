"""What the domain says when it cannot do as asked."""

from __future__ import annotations

import json


def _(sentence: str) -> str:
    """Mark a sentence for the catalogs; it is translated where it is shown."""
    return sentence


class Refused(Exception):
    """A person asked for something the rules do not allow; `sentence` is fit for a parent to read.

    `values` fill the sentence's `%(name)s`; `field` names the form field it belongs to, if one.
    Never put a name or a phone into `values`: refusals may be logged.
    """

    def __init__(self, sentence: str, /, *, field: str | None = None, **values: object) -> None:
        super().__init__(sentence % values if values else sentence)
        self.sentence = sentence
        self.field = field
        self.values = values

    def kept(self) -> tuple[str, str, str]:
        """For three columns: the sentence, its values as JSON, and the field."""
        plain = {name: value if isinstance(value, (int, str)) else str(value) for name, value in self.values.items()}
        return self.sentence, json.dumps(plain, ensure_ascii=False), self.field or ""


class NotThere(Exception):
    """The row does not exist, or not for this viewer: both read the same from outside."""
