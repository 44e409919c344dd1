"""Numbers as words, by the rules of the Unicode CLDR."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict
from unicode_rbnf import RbnfEngine
from unicode_rbnf.plural_rules import get_plural_category

DEFAULT_STYLE: Final = "default"
"""Name of the counting style a slot without a style uses."""

DIGITS: Final = "digits"
"""Name of the style that says a number digit by digit, as a telephone number."""


class Counting(BaseModel):
    """One way of counting in a language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    """CLDR name of it, such as ``spellout-cardinal-native-attributive``."""
    instead: dict[str, str] = {}
    """Numbers, in digits, that are said otherwise than the rule says, such as the first of a row."""

    def words(self, number: int, language: str) -> str:
        """Return a whole number, 0 or more, in words."""
        return self.instead.get(str(number)) or number_words(number, language, self.rule)


def _ruled(value: object) -> object:
    return {"rule": value} if isinstance(value, str) else value


CountingTable = Annotated[Counting, BeforeValidator(_ruled)]
"""A counting: its CLDR name alone, or a table."""


@lru_cache(maxsize=8)
def _engine(language: str) -> RbnfEngine:
    return RbnfEngine.for_language(language)


@lru_cache(maxsize=1024)
def number_words(number: int, language: str, ruleset: str) -> str:
    """Return a whole number in words.

    Args:
        number: What to say, 0 or more.
        language: BCP 47 tag; only the primary part counts.
        ruleset: CLDR name of the counting, such as ``spellout-cardinal-native-attributive``.

    Raises:
        KeyError: CLDR has no such language or counting.
    """
    texts: Mapping[str, str] = _engine(_primary(language)).format_number(number).text_by_ruleset
    return texts[ruleset]


def rulesets(language: str) -> frozenset[str]:
    """Return the countings CLDR has for a language; empty for a language it does not know."""
    if _primary(language) not in RbnfEngine.get_supported_languages():
        return frozenset()
    return frozenset(_engine(_primary(language)).format_number(1).text_by_ruleset)


def plural(number: int, language: str) -> str:
    """Return the CLDR plural category of a count, such as ``one`` or ``other``."""
    return str(get_plural_category(_primary(language), number))


def _primary(language: str) -> str:
    return language.split("-", maxsplit=1)[0]
