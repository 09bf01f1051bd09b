"""What the domain says when it cannot do as asked."""

from __future__ import annotations


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


class NotThere(Exception):
    """The row does not exist, or not for this viewer: both read the same from outside."""
