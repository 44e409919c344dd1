"""Every pack in voices/, and what each must understand. A new folder is tested without touching a test."""

import tomllib
from pathlib import Path

import pytest

from coach.language.loader import load_pack
from coach.language.models import LanguagePack
from coach.program.loader import load_exercises

ROOT = Path(__file__).parents[2]
TAGS = sorted(found.parent.name for found in (ROOT / "voices").glob("*/pack.toml"))


@pytest.fixture(scope="session", params=TAGS)
def pack(request) -> LanguagePack:
    return load_pack(ROOT / "voices" / request.param)


@pytest.fixture(scope="session")
def heard(pack) -> dict:
    path = Path(__file__).parent / "heard" / f"{pack.tag}.toml"
    if not path.exists():
        pytest.skip(f"write {path.name}: nobody has reviewed yet what {pack.name} must understand")
    return tomllib.loads(path.read_text("utf-8"))


@pytest.fixture(scope="session")
def exercises() -> dict:
    return load_exercises(ROOT / "config" / "exercises")
