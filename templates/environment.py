"""The Jinja environment of one language: escaping on, undefined names refused, words from gettext."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from templates import static_directory
from templates.formats import Formats
from templates.icons import icon
from templates.locales import LANGUAGES, LOCALES, script_direction, text_direction, translations

__all__ = ["LOCALES", "environment", "static_url"]

TEMPLATE_DIRECTORY: Final = Path(__file__).parent


@cache
def environment(locale: str) -> Environment:
    """Build the environment of one language; it is shared, so nobody changes it afterwards.

    In templates: `_('Zin met %(naam)s', naam=…)` and `ngettext('%(num)s klus', '%(num)s klussen', n)`
    (a literal per cent sign is written `%%`), `icon('eye')`, `static('css/tokens.css')`, and the
    filters `number`, `rounded`, `date`, `month`, `month_name`, `moment`, `hours`.
    """
    words = translations(locale)
    env = Environment(
        loader=FileSystemLoader(TEMPLATE_DIRECTORY),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        words.ugettext, words.ungettext, newstyle=True, pgettext=words.upgettext, npgettext=words.unpgettext
    )
    formats = Formats(locale)
    env.filters |= {
        name: getattr(formats, name)
        for name in ("number", "rounded", "date", "month", "month_name", "moment", "hours")
    }
    env.globals |= {
        "lang": locale,
        "langs": tuple(LANGUAGES.items()),
        "direction": text_direction,
        "script_direction": script_direction,
        "icon": icon,
        "static": static_url,
    }
    return env


@cache
def static_url(path: str) -> str:
    """Give the address of a static file; it changes with its content, so it may be cached for ever."""
    digest = hashlib.sha256((static_directory / path).read_bytes()).hexdigest()
    return f"/static/{path}?v={digest[:10]}"
