import pytest

from coach.errors import ModelError
from coach.listening.listener import Listener
from coach.listening.pace import SHARE, STEPS_S, Pace, pace_for
from coach.listening.recognizers.scripted import ScriptedRecognizer


class Slow(ScriptedRecognizer):
    """A recognizer whose look takes as long as it says."""

    def __init__(self, looks_s):
        super().__init__("en")
        self.now = 0.0
        self.looks_s = iter(looks_s)
        self.pace = None

    def look(self):
        self.now += next(self.looks_s)

    def keep(self, pace):
        self.pace = pace


def test_a_fast_machine_looks_as_often_as_it_may():
    assert pace_for(0.06) == Pace(look_s=0.06)
    assert pace_for(0.06).told == ""


def test_a_machine_four_times_slower_keeps_up_and_says_what_it_costs():
    pace = pace_for(4 * 0.065)

    assert SHARE * pace.step_s >= 4 * 0.065
    assert pace.step_s in STEPS_S
    assert pace.told == "This machine is slow: words are decided up to 0.5 s later than on a fast one."


def test_the_slower_the_machine_the_rarer_it_looks():
    paces = [pace_for(0.38 * part / 20) for part in range(21)]

    assert [pace.step_s for pace in paces] == sorted(pace.step_s for pace in paces)
    assert [pace.later_s for pace in paces] == sorted(pace.later_s for pace in paces)
    assert all(pace.long_step_s >= pace.step_s for pace in paces)
    assert [pace.read_again_s for pace in paces] == sorted((pace.read_again_s for pace in paces), reverse=True)
    assert {pace.read_again_s for pace in paces} == {3.2, 2.2, 0.0}


def test_a_machine_that_keeps_up_at_no_pace_is_refused():
    with pytest.raises(ModelError, match=r"too slow to listen: one look of the recognizer takes 0\.50 s"):
        pace_for(0.5)


def test_the_quickest_look_sets_the_pace(books):
    recognizer = Slow([9.0, 0.25, 0.3])

    pace = Listener([recognizer], books).keep_pace(lambda: recognizer.now)

    assert recognizer.pace == pace == pace_for(0.25)


def test_recognizers_that_cannot_spread_their_work_have_no_pace(books):
    assert Listener([ScriptedRecognizer("en")], books).keep_pace(lambda: 0.0) == Pace()
