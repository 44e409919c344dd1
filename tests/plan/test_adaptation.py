import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.plan.adaptation import (
    Change,
    Lived,
    Pain,
    Room,
    Why,
    adapted,
    changed,
    meant,
    pain_of,
    proposes_more,
    room_of,
)
from coach.plan.prescription import PainBands, Prescription
from coach.program.dose import works

EASY = Lived(("easy", "easy"), completed=True)
FAIR = Lived(("easy", "all-right"), completed=True)
HARD = Lived(("easy", "hard"), completed=True)
SORE = Lived(("easy",), Pain.MILD, completed=True)
ROOM = Room(less=5, more=5)

lived = st.builds(
    Lived,
    efforts=st.lists(st.sampled_from(["easy", "all-right", "hard"]), max_size=3).map(tuple),
    pain=st.sampled_from(Pain),
    completed=st.booleans(),
    eased=st.booleans(),
    more=st.none() | st.sampled_from(["yes", "no", "silence"]),
)


@pytest.fixture
def dosed(exercises, programs):
    """The works of a shipped program."""
    return lambda name="ankle-pumps": works(programs[name], exercises)


@pytest.mark.parametrize(
    ("level", "pain"),
    [(None, 0), (0, 0), (1, 1), (3, 1), (4, 2), (5, 2), (6, 3), (10, 3)],
)
def test_pain_parts_where_the_clinical_reference_says(level, pain):
    assert pain_of(level, PainBands()) == pain


def test_a_clinic_may_draw_the_bands_otherwise():
    assert pain_of(4, PainBands(mild_max=4, moderate_max=7)) is Pain.MILD


@pytest.mark.parametrize(
    ("since", "change"),
    [
        pytest.param([], None, id="nothing-lived"),
        pytest.param([FAIR, EASY], None, id="well"),
        pytest.param([HARD], Change(-1, Why.HARD), id="hard"),
        pytest.param([Lived(("easy",), completed=True, eased=True)], Change(-1, Why.HARD), id="asked-for-less"),
        pytest.param([SORE], Change(-2, Why.PAIN), id="mild-pain"),
        pytest.param([Lived((), Pain.MODERATE)], Change(-4, Why.PAIN), id="moderate-pain"),
        pytest.param([Lived((), Pain.SEVERE)], Change(-4, Why.PAIN), id="severe-pain"),
        pytest.param([HARD, SORE], Change(-2, Why.PAIN), id="the-graver-counts"),
        pytest.param([Lived(("easy",), completed=True, more="yes")], Change(1, Why.AGREED), id="agreed"),
        pytest.param([Lived(("hard",), completed=True, more="yes")], Change(-1, Why.HARD), id="agreed-and-hard"),
    ],
)
def test_the_next_dose_follows_from_what_was_lived(since, change):
    assert changed(0, since, ROOM) == change


@pytest.mark.parametrize(
    ("since", "proposed"),
    [
        pytest.param([EASY] * 3, True, id="three-easy"),
        pytest.param([FAIR, EASY, EASY, EASY], True, id="three-easy-at-last"),
        pytest.param([EASY] * 2, False, id="two"),
        pytest.param([EASY, FAIR, EASY], False, id="not-in-a-row"),
        pytest.param([EASY, EASY, Lived((), completed=True)], False, id="not-asked-how-it-was"),
        pytest.param([EASY, EASY, Lived(("easy",))], False, id="not-to-its-end"),
        pytest.param([SORE, EASY, EASY, EASY], False, id="pain-comes-first"),
        pytest.param([EASY, EASY, Lived(("easy",), completed=True, more="no")], False, id="just-declined"),
    ],
)
def test_more_is_proposed_behind_three_easy_sessions_in_a_row(since, proposed):
    assert proposes_more(0, since, ROOM) is proposed


def test_nothing_is_proposed_where_there_is_no_room():
    assert not proposes_more(5, [EASY] * 3, ROOM)


def test_a_dose_is_lowered_to_half_of_what_the_sources_name_and_no_further(dosed):
    (work,) = adapted(dosed(), -50, Prescription())

    assert work.reps == 5


def test_a_dose_is_raised_to_what_the_sources_name_and_no_further(dosed):
    (work,) = adapted(dosed(), 50, Prescription())

    assert work.reps == 15


def test_each_exercise_keeps_to_its_own_limits(dosed):
    planned = dosed("first-days-in-bed")

    assert [work.reps for work in planned] == [4, 10, 8]
    assert [work.reps for work in adapted(planned, 50, Prescription())] == [5, 15, 10]
    assert [work.reps for work in adapted(planned, -50, Prescription())] == [2, 5, 4]
    assert room_of(planned, Prescription()) == Room(less=5, more=5)


@pytest.mark.parametrize(
    ("dose", "most"),
    [
        pytest.param("[dose]\nreps_max = 12\n", 12, id="limit"),
        pytest.param('[[dose.exercise]]\nid = "ankle-pumps"\nreps = 10\n', 10, id="own-number"),
        pytest.param(
            '[dose]\nreps_max = 11\n[[dose.exercise]]\nid = "ankle-pumps"\nreps = 10\n', 11, id="number-and-limit"
        ),
    ],
)
def test_the_prescription_is_the_ceiling(dosed, read, dose, most):
    (work,) = adapted(dosed(), 50, read(dose))

    assert work.reps == most


def test_a_dose_is_known_by_its_words(dosed):
    assert meant(dosed("after-hip")) == "ankle-pumps 2x10, quad-sets 1x8, glute-squeezes 1x10"


@given(st.integers(-5, 5), st.lists(lived, max_size=6))
def test_after_pain_it_is_never_more(steps, since):
    change = changed(steps, since, ROOM)

    if any(session.pain for session in since):
        assert change.steps < steps or change.steps == -ROOM.less
        assert not proposes_more(steps, since, ROOM)
    if change is not None and change.steps > steps:
        assert any(session.more == "yes" for session in since)
        assert change.steps == steps + 1


def test_what_was_lived_is_taken_in_though_there_is_no_room_for_less():
    assert changed(-5, [SORE], ROOM) == Change(-5, Why.PAIN)


@given(st.lists(st.lists(lived, max_size=3), max_size=12))
def test_no_history_leads_outside_the_room(history):
    steps = 0
    for since in history:
        change = changed(steps, since, ROOM)
        steps = steps if change is None else change.steps
        assert -ROOM.less <= steps <= ROOM.more


@given(st.integers(-5, 4), st.lists(lived, min_size=1, max_size=6))
def test_nothing_is_proposed_that_pain_or_effort_speak_against(steps, since):
    if proposes_more(steps, since, ROOM):
        assert all(session.easy for session in since[-3:])
        assert not any(session.pain or session.hard for session in since)
