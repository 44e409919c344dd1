"""A slow machine is simulated by what each block takes to compute; here the blocks take what they are told to."""

import numpy as np
import pytest

from coach.commands import Command
from coach.errors import ModelError
from coach.listening.hearing import Certainty, Hearing
from coach.rehearsal.cpu_bench import listening
from coach.rehearsal.listening_load import Scene, delays, load_of, room, slowed
from coach.units import LISTEN_BLOCK, LISTEN_RATE

STOP = Hearing(Command.STOP, "stop", "told", 1.0, Certainty.FINAL, 0, 1, 1)


class Costly:
    """A listener whose blocks cost what is asked for; it hears a stop once it has been loud for five blocks."""

    def __init__(self, cost_s):
        self.now = 0.0
        self._cost_s = cost_s
        self._loud = self._count = 0

    def clock(self):
        return self.now

    def expect(self, _expectation):
        """Expect nothing."""

    def accept(self, block, _reference):
        self._loud += bool(np.abs(block).max() > 0.1)
        self._count += 1
        self.now += self._cost_s(self._count)
        return (STOP,) if self._loud == 5 else ()

    def finish(self):
        self.now += 1.0
        return ()


def test_cheap_blocks_leave_nothing_waiting_and_the_end_is_not_counted():
    listener = Costly(lambda _count: 0.005)

    load = load_of(listener, Scene("room", room(2.0)), listener.clock)

    assert load.share == pytest.approx(0.25)
    assert load.most_behind_s == pytest.approx(0.005)


def test_one_block_that_takes_long_is_caught_up_with():
    listener = Costly(lambda count: 0.3 if count == 10 else 0.01)

    load = load_of(listener, Scene("room", room(2.0)), listener.clock)

    assert load.most_behind_s == pytest.approx(0.3)


def test_blocks_that_take_longer_than_they_last_pile_up():
    listener = Costly(lambda _count: 0.03)

    load = load_of(listener, Scene("room", room(2.0)), listener.clock)

    assert load.share == pytest.approx(1.5)
    assert load.most_behind_s == pytest.approx(0.02 + 100 * 0.01)


@pytest.mark.parametrize(("cost_s", "behind_s"), [(0.001, 0.001), (0.1, 0.26)], ids=["fast", "slow"])
def test_a_word_is_decided_once_its_blocks_have_been_computed(cost_s, behind_s):
    word = np.zeros(LISTEN_RATE, dtype=np.float32)
    word[: 10 * LISTEN_BLOCK] = 0.5
    listener = Costly(lambda count: cost_s if count > 2 else 0.0)

    (delay,) = delays(listener, [word], Command.STOP, listener.clock)

    # The fifth of ten blocks decides, a tenth of a second before the word ends; three cost something by then.
    assert delay == pytest.approx(-0.1 + behind_s)


def test_a_word_that_is_not_heard_has_no_delay():
    assert delays(Costly(lambda _count: 0.0), [np.zeros(1_000, dtype=np.float32)], Command.STOP, lambda: 0.0) == [None]


def test_a_slower_machine_has_a_faster_clock():
    assert slowed(4.0, lambda: 2.0)() == 8.0


def test_a_machine_too_slow_for_any_pace_is_refused(house):
    with pytest.raises(ModelError, match="This machine is too slow to listen"):
        listening(house, "en", "phonemes", lambda _what: lambda _done, _total: None, slowdown=1000.0, data=None)
