"""The shipped packs, loaded once."""

from pathlib import Path

import pytest

from coach.language.command_book import CommandBook, Entry
from coach.language.loader import load_packs
from coach.language.models import LanguagePack
from coach.language.utterance import Context, Expectation

VOICES = Path(__file__).parents[2] / "voices"


@pytest.fixture(scope="session")
def packs() -> dict[str, LanguagePack]:
    return load_packs(VOICES)


@pytest.fixture(scope="session")
def en(packs) -> CommandBook:
    return packs["en"].commands


@pytest.fixture(scope="session")
def ko(packs) -> CommandBook:
    return packs["ko"].commands


@pytest.fixture(scope="session")
def another(en):
    """Return the English book with more entries."""

    def _another(*entries: Entry) -> CommandBook:
        # Made anew: a copy would keep the compiled lexicon.
        fields = {name: getattr(en, name) for name in CommandBook.model_fields}
        return CommandBook(**{**fields, "entries": (*en.entries, *entries)})

    return _another


@pytest.fixture(scope="session")
def asked():
    """Return what is expected while a question is open."""

    def _asked(question: str | None) -> Expectation:
        return Expectation(Context.QUESTION, question)

    return _asked
