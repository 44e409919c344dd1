"""A take is judged by what a listener would hear of it."""

import numpy as np
import pytest

from coach.speech.takes import Flaw, judge

RATE = 16_000
TEXT = "Every one of these counts."
"""Six syllables: about a second and a half."""


def noise(length_s, level_db, seed=1):
    return 10 ** (level_db / 20) * np.random.default_rng(seed).standard_normal(round(length_s * RATE))


def voice(length_s=1.6, level_db=-26.0):
    """Return something that comes and goes as syllables do."""
    at = np.arange(round(length_s * RATE)) / RATE
    swell = np.abs(np.sin(np.pi * 4 * at))
    tone = np.sin(2 * np.pi * 160 * at) + 0.5 * np.sin(2 * np.pi * 480 * at)
    sound = swell * tone
    return 10 ** (level_db / 20) * sound / np.sqrt(np.mean(sound**2))


def take(voiced, before_s=0.5, after_s=0.8, room_db=-65.0):
    whole = np.concatenate((np.zeros(round(before_s * RATE)), voiced, np.zeros(round(after_s * RATE))))
    return np.clip(whole + noise(len(whole) / RATE, room_db)[: len(whole)], -1, 1).astype(np.float32)


def flaws(samples, text=TEXT):
    return judge(samples, RATE, text, "en").flaws


def test_a_line_read_once_in_a_quiet_room_is_good():
    judged = judge(take(voice()), RATE, TEXT, "en")

    assert judged.flaws == ()
    assert judged.length_s == pytest.approx(1.6, abs=0.1)
    assert judged.level_db == pytest.approx(-26, abs=2.5)


@pytest.mark.parametrize(
    ("samples", "flaw"),
    [
        pytest.param(take(np.zeros(RATE)), Flaw.NOTHING, id="nobody speaks"),
        pytest.param(np.zeros(2 * RATE, dtype=np.float32), Flaw.NOTHING, id="nothing but zeros"),
        pytest.param(np.zeros(0, dtype=np.float32), Flaw.NOTHING, id="no sample"),
        pytest.param(noise(3, -30).astype(np.float32), Flaw.NOTHING, id="noise alone"),
        pytest.param(take(voice(level_db=-52), room_db=-90), Flaw.SOFT, id="far from the microphone"),
        pytest.param(np.clip(25 * take(voice(), room_db=-90), -1, 1), Flaw.CLIPPED, id="overdriven"),
        pytest.param(take(voice(), room_db=-40), Flaw.NOISY, id="a fan"),
        pytest.param(take(voice(), before_s=0.0), Flaw.CUT, id="begun too soon"),
        pytest.param(take(voice(), after_s=0.0), Flaw.CUT, id="not come to an end"),
        pytest.param(take(voice(0.4)), Flaw.SHORT, id="one word of it"),
        pytest.param(take(voice(9.0)), Flaw.LONG, id="read three times"),
    ],
)
def test_what_is_wrong_with_a_take_is_named(samples, flaw):
    assert flaws(samples)[0] is flaw
