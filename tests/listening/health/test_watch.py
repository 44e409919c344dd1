"""All that watches over hearing, together: one complaint at a time, and none while all is well."""

import numpy as np
import pytest

from coach.listening.health.complaint import Complaint
from coach.listening.health.watch import EarState, HearingWatch
from coach.units import LISTEN_BLOCK, LISTEN_RATE

NOTICED_S = 2.5
HISS = (np.random.default_rng(5).standard_normal(60 * LISTEN_RATE) * 1e-3).astype(np.float32).reshape(-1, LISTEN_BLOCK)
NOTHING = np.zeros(0, dtype=np.float32)


class Night:
    """A microphone and an ear that are well until they are not."""

    def __init__(self):
        self.watch = HearingWatch()
        self.blocks = 0

    def pass_s(self, span_s, block=lambda now: now, ear=lambda _span_s: EarState()):
        """Let time pass and return the first complaint with the seconds it took."""
        begin = self.blocks
        for _ in range(round(span_s * LISTEN_RATE / LISTEN_BLOCK)):
            span = (self.blocks - begin) * LISTEN_BLOCK / LISTEN_RATE
            self.watch.captured(block(HISS[self.blocks % len(HISS)]), self.blocks * LISTEN_BLOCK / LISTEN_RATE)
            self.watch.ear(ear(span))
            self.blocks += 1
            if self.watch.complaint is not None:
                return self.watch.complaint, span
        return None, span_s


FAULTS = {
    "muted": ({"block": lambda block: block * 0}, Complaint.MUTED),
    "unplugged": ({"block": lambda _block: NOTHING}, Complaint.NO_SOUND),
    "half the rate": ({"block": lambda block: block[::2]}, Complaint.WRONG_RATE),
    "dead": ({"ear": lambda _span: EarState(alive=False)}, Complaint.DEAD),
    "behind": ({"ear": lambda span: EarState(behind_s=span)}, Complaint.BACKLOG),
    "guessing": ({"ear": lambda _span: EarState(complaint=Complaint.GARBAGE)}, Complaint.GARBAGE),
}


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_takes_hearing_away_is_complained_of_in_time(name):
    night, (wrong, expected) = Night(), FAULTS[name]
    assert night.pass_s(20.0) == (None, 20.0)

    complaint, after_s = night.pass_s(5.0, **wrong)

    assert complaint is expected
    assert after_s <= NOTICED_S


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_well_again_is_believed_again(name):
    night, (wrong, _expected) = Night(), FAULTS[name]
    night.pass_s(20.0)
    night.pass_s(3.0, **wrong)

    for _ in range(750):
        night.watch.captured(HISS[night.blocks % len(HISS)], night.blocks * LISTEN_BLOCK / LISTEN_RATE)
        night.watch.ear(EarState())
        night.blocks += 1

    assert night.watch.complaint is None


def test_a_short_gap_is_only_suspected():
    night = Night()
    night.pass_s(5.0)

    assert night.pass_s(0.8, block=lambda _block: NOTHING) == (None, 0.8)
    assert night.watch.suspect == "no-sound"
    assert night.pass_s(20.0) == (None, 20.0)
    assert night.watch.suspect == ""


def test_a_small_backlog_is_only_told():
    night = Night()

    assert night.pass_s(2.0, ear=lambda _span: EarState(behind_s=1.0)) == (None, 2.0)
    assert night.watch.suspect == "backlog"
