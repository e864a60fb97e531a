"""Words and formats of one language, side by side, for code that writes display strings."""

from __future__ import annotations

from dataclasses import dataclass

from templates.formats import Formats
from templates.locales import translations


@dataclass(frozen=True, slots=True)
class Words:
    """Translates the sentences of `templates/cv` and formats what goes into them."""

    locale: str

    @property
    def formats(self) -> Formats:
        """The numbers and dates of the same language."""
        return Formats(self.locale)

    def gettext(self, sentence: str, **values: str) -> str:
        """Translate a sentence, then fill in its values when there are any."""
        translated = translations(self.locale).ugettext(sentence)
        return translated % values if values else translated

    def ngettext(self, one: str, many: str, count: int, **values: str) -> str:
        """Translate a sentence that counts; `%(num)s` is the formatted count."""
        sentence = translations(self.locale).ungettext(one, many, count)
        return sentence % {"num": self.formats.number(count), **values}
