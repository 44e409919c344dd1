from pathlib import Path

import pytest

from coach.language.loader import load_packs

VOICES = Path(__file__).parents[2] / "voices"


@pytest.fixture(scope="session")
def packs():
    return load_packs(VOICES)


@pytest.fixture(scope="session")
def books(packs):
    return {tag: pack.commands for tag, pack in packs.items()}
