import pytest
from pydantic import ValidationError

from coach.program.quantity import Count, CountRange, DurationRange, Frequency, Origin, Statement


@pytest.mark.parametrize("origin", ["seed", "else"])
def test_a_published_number_names_its_source(origin):
    with pytest.raises(ValidationError, match="needs at least one source id"):
        Count.model_validate({"v": 3, "origin": origin})

    assert Count.model_validate({"v": 3, "origin": origin, "src": ["S0"]}).src == ("S0",)


@pytest.mark.parametrize("origin", ["infer", "clinician"])
def test_an_unpublished_number_needs_none(origin):
    assert Count.model_validate({"v": 3, "origin": origin}).origin is Origin(origin)


def test_a_number_without_an_origin_is_no_number():
    with pytest.raises(ValidationError, match="origin"):
        Count.model_validate({"v": 3})


@pytest.mark.parametrize("src", ["s0", "S", "S0000", "the article"])
def test_a_source_is_named_by_its_id(src):
    with pytest.raises(ValidationError, match="src"):
        Count.model_validate({"v": 3, "origin": "seed", "src": [src]})


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"v": 3, "min": 4}, id="below"),
        pytest.param({"v": 3, "max": 2}, id="above"),
        pytest.param({"v": 3, "min": 3, "max": 2}, id="turned-round"),
    ],
)
@pytest.mark.parametrize("kind", [CountRange, DurationRange])
def test_a_number_lies_in_its_own_range(kind, given):
    with pytest.raises(ValidationError, match="not in order"):
        kind.model_validate({**given, "origin": "infer"})


def test_a_frequency_is_ordered():
    with pytest.raises(ValidationError, match="not in order"):
        Frequency(min=4, max=3, origin="infer")


@pytest.mark.parametrize("kind", [CountRange, DurationRange])
def test_a_number_without_a_range_is_its_own(kind):
    number = kind(v=3, origin="infer")

    assert (number.least, number.most) == (3, 3)


@pytest.mark.parametrize("kind", [CountRange, DurationRange])
def test_a_range_has_two_ends(kind):
    number = kind(v=3, min=2, max=5, origin="infer")

    assert (number.least, number.most) == (2, 5)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_time_is_finite(value):
    with pytest.raises(ValidationError, match="finite"):
        DurationRange(v=value, origin="infer")


def test_a_spoken_rule_names_a_phrase():
    with pytest.raises(ValidationError, match="key"):
        Statement(what="Keep breathing.", key="not a key", origin="infer")
