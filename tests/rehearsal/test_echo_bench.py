"""What the comparison of cancellers says of ones that are known."""

import numpy as np
import pytest

from coach.audio.clip import Clip
from coach.errors import InputError
from coach.listening.cancellers.aligned import AlignedCanceller
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.rehearsal.echo_bench import DEVICES, Device, Wanted, cancellers, echo, keeping, weakening
from coach.rehearsal.life_bench import proof_of_life
from coach.rehearsal.room import NOMINAL_DB
from coach.rehearsal.speex_peer import SpeexCanceller

LEARNED = "8 s"


class Share:
    """Gives back a share of the microphone, whoever speaks: no canceller at all, or a suppressor."""

    def __init__(self, share):
        self.share = share

    def process(self, mic, _reference):
        return mic * np.float32(self.share)


def line(seed):
    """Return two seconds of noise with the spectrum and the rhythm of speech, at the level of the coach's clips."""
    count = 96_000
    hertz = np.fft.rfftfreq(count, 1.0 / 48_000)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spoken = np.fft.irfft(np.where(hertz < 100.0, 0.0, spectrum * (500.0 / np.maximum(hertz, 500.0)) ** 1.5), count)
    spoken *= np.maximum(0.0, np.sin(2 * np.pi * 3.0 * np.arange(count) / 48_000)) ** 0.5
    level = 10 ** (NOMINAL_DB / 20.0) / np.sqrt(np.mean(spoken**2))
    return Clip(f"line {seed}", (spoken * level).astype(np.float32))


LINES = [line(seed) for seed in range(4)]
MADE = [None]
"""One room that is made."""


def test_what_takes_nothing_away_weakens_nothing_and_keeps_everybody():
    alone = weakening(lambda: Share(1.0), MADE, LINES, DEVICES[0])
    beside = keeping(lambda: Share(1.0), MADE, LINES)

    assert alone[LEARNED] == 0.0
    assert beside["level kept dB, least"] == pytest.approx(0.0, abs=0.1)


def test_what_weakens_everybody_alike_is_told_from_a_canceller():
    alone = weakening(lambda: Share(0.1), MADE, LINES, DEVICES[0])
    beside = keeping(lambda: Share(0.1), MADE, LINES)

    assert alone[LEARNED] == pytest.approx(20.0, abs=0.1)
    assert beside["level kept dB, middle"] == pytest.approx(-20.0, abs=0.1)


def test_the_coachs_own_canceller_weakens_an_echo_that_comes_late_and_drifts():
    told = weakening(lambda: AlignedCanceller(KalmanCanceller()), MADE, LINES, Device("both", late_s=0.2, ppm=50.0))

    assert told[LEARNED] > 15.0
    assert told["lag ms"] == pytest.approx(204.0 + 6.25 + 0.6, abs=2.0)
    assert told["drift ppm"] == pytest.approx(50.0, abs=5.0)


def test_the_coachs_own_canceller_keeps_the_person():
    told = keeping(lambda: AlignedCanceller(KalmanCanceller()), MADE, LINES)

    assert told["level kept dB, least"] > -1.0


def test_speex_stands_behind_the_same_port():
    try:
        SpeexCanceller()
    except OSError as missing:
        pytest.skip(str(missing))

    told = weakening(SpeexCanceller, MADE, LINES, DEVICES[0])

    assert told[LEARNED] > 10.0
    assert "lag ms" not in told


def test_a_canceller_that_is_not_installed_is_named():
    made, left_out = cancellers()

    assert set(made) >= {"kalman, aligned", "kalman alone"}
    assert ("speex" in made) is not bool(left_out)


def test_a_folder_without_rooms_is_refused(house, tmp_path):
    with pytest.raises(InputError, match="no impulse responses"):
        echo(house, Wanted("en", "auto", tmp_path), lambda _what: lambda _done, _total: None)


def test_a_prompt_that_comes_back_is_told_from_a_room_with_somebody_in_it(house, recordings):
    wanted = Wanted("en", "auto", recordings, rooms=1)

    rows = proof_of_life(house, wanted, lambda _what: lambda _done, _total: None)

    back = {row["prompt"]: row for row in rows}
    assert back["comes back at -30 dB"]["wrong at 0.4"] == 0
    assert back["does not come back, somebody talks"]["wrong at 0.4"] == 0
    assert back["does not come back, a quiet room"]["99 %"] < back["comes back at -50 dB"]["1 %"]
