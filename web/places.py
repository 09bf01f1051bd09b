"""Where the files lie that are not Python: at the top of a checkout, or inside the installed wheel."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_CARRIED = _HERE / "_carried"  # only a wheel has it: bin/wheel_hook.py puts the folders there
_TOP = _CARRIED if _CARRIED.is_dir() else _HERE.parent


def templates() -> Path:
    """The folder of the Jinja templates."""
    return _TOP / "templates"


def static() -> Path:
    """The folder of our own css, js and icons; the npm packages lie below it."""
    return _TOP / "static"


def packages() -> Path:
    """The npm packages' files, such as `htmx.min.js`; in a checkout the folder is missing until the set-up has run."""
    return static() / "vendor"


def locale() -> Path:
    """The gettext catalogs, `<language>/LC_MESSAGES/messages.po`."""
    return _HERE / "locale"
