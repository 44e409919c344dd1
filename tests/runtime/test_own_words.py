"""Where in a rendered greeting its clauses end, against where syllables put them: what the own-voice guard goes by."""

import itertools

import numpy as np
import pytest

from coach.language.syllables import syllables
from coach.runtime.interpreter import OWN_WORDS
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings
from coach.runtime.wiring import House
from coach.units import SAMPLE_RATE

WINDOW_S = 0.01
QUIET = 0.003
"""Share of the loudest window below which nothing is said: a pause of a synthesizer is digital silence, almost."""
WRONG_BY_S = 0.5
"""What `coach.language.passage` states; the guard takes twice as much."""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return House(Paths.find(data=tmp_path_factory.mktemp("data")), Settings(), print, print)


def pauses(samples, many):
    """Return the longest quiet stretches within a clip in the order they come, as seconds from its beginning."""
    window = round(WINDOW_S * SAMPLE_RATE)
    levels = np.sqrt(np.square(samples[: len(samples) // window * window].reshape(-1, window)).mean(axis=1))
    runs, at = [], 0
    for quiet, run in itertools.groupby(levels < QUIET * levels.max()):
        length = len(list(run))
        if quiet and at > 0 and at + length < len(levels):
            runs.append((at * WINDOW_S, (at + length) * WINDOW_S))
        at += length
    return sorted(sorted(runs, key=lambda run: run[0] - run[1])[:many])


def reckoned(text, length_s):
    """Return where the clauses of a line end by the syllables before them, in seconds."""
    words = text.split()
    sums = list(itertools.accumulate(max(1, syllables(word)) for word in words))
    return [length_s * said / sums[-1] for word, said in zip(words[:-1], sums, strict=False) if word[-1] in ".,?!"]


@pytest.mark.parametrize("voice", ["calm-en", "clear-en", "night-en", "calm-ko", "clear-ko", "night-ko"])
def test_the_clauses_of_a_spoken_greeting_end_within_half_a_second_of_where_its_syllables_put_them(house, voice):
    profile = house.profile(voice)
    line = house.pack(profile.language).utterance("session.hello")
    samples = house.render([line], profile)[line].samples

    places = reckoned(line.text, len(samples) / SAMPLE_RATE)
    found = pauses(samples, len(places))

    assert len(found) == len(places) >= 7
    wrong = [max(0.0, begin - place, place - end) for (begin, end), place in zip(found, places, strict=True)]
    assert max(wrong) <= WRONG_BY_S
    assert OWN_WORDS >= 2 * WRONG_BY_S * SAMPLE_RATE
