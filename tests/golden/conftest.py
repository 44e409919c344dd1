"""Golden listings: every shipped program in every language, with committed clip lengths.

``pytest tests/golden --update-golden`` writes them anew: it measures the texts the table of
lengths does not have yet (delete a table to measure all), drops those nobody needs, and
writes the listings. Review the difference before committing it.
"""

import json
import tomllib
from pathlib import Path

import pytest

from coach.language.loader import load_pack
from coach.program.dose import works
from coach.program.loader import load_exercises, load_programs
from coach.score.compiler import Material, utterances_needed
from coach.speech.engines import every_synthesizer
from coach.speech.profile import load_profiles
from coach.speech.renderer import Renderer

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
HOW = "run `pytest tests/golden --update-golden` and review the difference"
HEADING = """\
# Lengths of the prompts in frames at 48 kHz, as the coach's own voice speaks them; synthesizers
# differ by a sample from run to run, so the golden listings use this table.
# Written by `pytest tests/golden --update-golden`; do not edit by hand.
"""


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the golden listings and clip lengths anew")


@pytest.fixture(scope="session")
def updating(request):
    """Return whether the golden files are to be written anew."""
    return request.config.getoption("--update-golden", default=False)


@pytest.fixture(scope="session")
def programs():
    """Return every shipped program with its works, by id."""
    exercises = load_exercises(ROOT / "config" / "exercises")
    shipped = load_programs(ROOT / "config" / "programs", exercises)
    return {name: (program, works(program, exercises)) for name, program in shipped.items()}


@pytest.fixture(scope="session")
def materials(programs, updating, tmp_path_factory):
    """Return what gives the material of a program in a language, or fails where a clip length is missing."""
    packs, tables = {}, {}

    def material(name, tag):
        if tag not in packs:
            packs[tag] = load_pack(ROOT / "voices" / tag)
            needed = [u for program, doses in programs.values() for u in utterances_needed(program, doses, packs[tag])]
            tables[tag] = _lengths(tag, needed, tmp_path_factory.mktemp(tag) if updating else None)
        program, doses = programs[name]
        missing = {u.text for u in utterances_needed(program, doses, packs[tag])} - tables[tag].keys()
        if missing:
            pytest.fail(f"lengths.{tag}.toml has no length for {sorted(missing)}; {HOW}", pytrace=False)
        return Material(program, doses, packs[tag], tables[tag])

    return material


def _lengths(tag, needed, cache):
    """Return the table of a language; where a cache folder is given, measure what is missing and write it."""
    path = HERE / f"lengths.{tag}.toml"
    table = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    if cache is None:
        return table
    profile = load_profiles(ROOT / "voices" / "profiles")[f"calm-{tag}"]
    unknown = [utterance for utterance in needed if utterance.text not in table]
    clips = Renderer(cache, every_synthesizer()).fill(unknown, profile)
    table |= {utterance.text: int(clip.length) for utterance, clip in clips.items()}
    table = {text: table[text] for text in sorted({utterance.text for utterance in needed})}
    rows = [f"{json.dumps(text, ensure_ascii=False)} = {length}\n" for text, length in table.items()]
    path.write_text(HEADING + "".join(rows), "utf-8")
    return table
