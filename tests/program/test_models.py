import re

import pytest
from pydantic import BaseModel, ValidationError

from coach.program.loader import load_programs
from coach.program.models import Exercise, Program, SideMode, Status
from coach.program.quantity import Origin, Sourced, Table


def bare_numbers(value, where=""):
    """Yield the place of every number in a model that stands in no table with an origin."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if isinstance(inner, (int, float)) and not isinstance(inner, bool):
                if not isinstance(value, Sourced):
                    yield f"{where}.{name}"
            else:
                yield from bare_numbers(inner, f"{where}.{name}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from bare_numbers(inner, f"{where}.{key}")
    elif isinstance(value, (tuple, list)):
        for place, inner in enumerate(value):
            yield from bare_numbers(inner, f"{where}.{place}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield where


def sourced(value):
    """Yield everything with an origin in a model."""
    if isinstance(value, Sourced):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from sourced(getattr(value, name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from sourced(inner)


@pytest.fixture
def shipped(exercises, config):
    return [*exercises.values(), *load_programs(config / "programs", exercises).values()]


@pytest.fixture
def changed(pumps):
    """Ankle pumps with one value replaced, named by its path such as ``sides.default``."""

    def changed_(path, value):
        data = pumps.model_dump(mode="json", by_alias=False)
        *way, last = path.split(".")
        inner = data
        for step in way:
            inner = inner[int(step)] if step.isdigit() else inner[step]
        inner[last] = value
        return Exercise.model_validate(data)

    return changed_


def test_every_shipped_number_carries_its_origin(shipped):
    assert [place for file in shipped for place in bare_numbers(file, file.id)] == []


def test_a_bare_number_would_be_found():
    class Careless(Table):
        reps: int
        more: tuple[float, ...]

    assert list(bare_numbers(Careless(reps=3, more=(1.0,)), "x")) == ["x.reps", "x.more.0"]


def test_every_shipped_source_is_in_the_list_of_sources(shipped, config):
    listed = set(re.findall(r"^\| (S\d+) \|", (config / "exercises" / "SOURCES.md").read_text(), re.MULTILINE))

    named = {source for file in shipped for number in sourced(file) for source in number.src}

    assert named
    assert named <= listed


def test_every_shipped_inference_says_why(shipped):
    silent = [
        number for file in shipped for number in sourced(file) if number.origin is Origin.INFER and not number.note
    ]

    assert silent == []


def test_nothing_shipped_claims_a_signature(shipped):
    assert all(file.status is Status.DRAFT and file.signed_by is None for file in shipped)


def test_files_are_frozen_and_can_be_hashed(shipped):
    for file in shipped:
        assert hash(file) == hash(file.model_copy())
        with pytest.raises(ValidationError, match="frozen"):
            file.id = "other"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        pytest.param("sides.default", "none", "is not among allowed", id="default-side"),
        pytest.param("sides.allowed", ["both", "none"], "alone", id="no-sides-beside-sides"),
        pytest.param("phases.1.id", "point", '[[phase]] has "point" twice', id="phase-twice"),
        pytest.param("positions.1.id", "lying", '[[position]] has "lying" twice', id="position-twice"),
        pytest.param("presets.1.id", "brisk", '[[preset]] has "brisk" twice', id="preset-twice"),
        pytest.param("presets.1.holds.1.phase", "point", '[[hold]] has "point" twice', id="hold-twice"),
        pytest.param("not_if.1.id", "swelling", '[[not_if]] has "swelling" twice', id="rule-twice"),
        pytest.param("stop_if.1.id", "pain", '[[stop_if]] has "pain" twice', id="stop-twice"),
        pytest.param("stop_if", [], "stop_if", id="nothing-stops-it"),
        pytest.param("pain_expected", True, "pain_expected", id="pain"),
        pytest.param("status", "signed", "belong together", id="signed-by-nobody"),
        pytest.param("signed_by", "Dr. Kim", "belong together", id="signed-draft"),
        pytest.param("dose.per_day", {}, "neither general nor recovery", id="never"),
        pytest.param("level.v", 4, "level", id="level"),
        pytest.param("id", "Ankle Pumps", "id", id="no-kebab"),
        pytest.param("phases.0.tone", "loud", "tone", id="tone"),
    ],
)
def test_an_exercise_of_the_wrong_shape_is_refused(changed, path, value, said):
    with pytest.raises(ValidationError, match=re.escape(said)):
        changed(path, value)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        pytest.param({"regime": "prescribed"}, "needs prescribed_by", id="prescribed-by-nobody"),
        pytest.param({"prescribed_by": ""}, "prescribed_by", id="empty-name"),
        pytest.param({"prescribed_by": " -- "}, "prescribed_by", id="no-name"),
        pytest.param({"blocks": ()}, "block", id="nothing-to-do"),
        pytest.param({"regime": "often"}, "regime", id="regime"),
    ],
)
def test_a_program_of_the_wrong_shape_is_refused(block, keys, said):
    given = {"id": "tried", "title": "Tried", "regime": "recovery", "blocks": (block(),)}

    with pytest.raises(ValidationError, match=said):
        Program.model_validate({**given, **keys})


def test_a_preset_and_numbers_exclude_each_other(program, block):
    with pytest.raises(ValidationError, match="not both"):
        program(block(tempo="brisk", cycle_s=2))


def test_a_korean_prescriber_has_a_name(program):
    assert program(prescribed_by="김 물리치료사").prescribed_by


def test_a_phase_is_held_once_in_a_block(program, block):
    with pytest.raises(ValidationError, match="twice"):
        program(block(hold=[("point", 1), ("point", 2)]))


def test_sides_are_written_as_they_are_said():
    assert [mode.value for mode in SideMode] == ["both", "each", "none"]
