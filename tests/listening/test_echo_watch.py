"""The kind of hardware is found from the coach's own first prompt, and followed."""

from dataclasses import dataclass

import numpy as np
import pytest

from coach.listening.echo_report import EchoCause, EchoClass
from coach.listening.echo_watch import AGREED, EchoWatch
from coach.runtime.watchdog import GONE_DB

BLOCK = 320
RATE = 16_000
RANDOM = np.random.default_rng(5)


@dataclass
class Canceller:
    """Tells how far it weakens the echo, and cancels nothing."""

    convergence_db: float = 24.0


def speech(span_s, seed=1, level=0.08):
    """Return noise with the rhythm of speech."""
    count = round(span_s * RATE)
    rhythm = np.maximum(0.0, np.sin(2 * np.pi * (2.0 + seed) * np.arange(count) / RATE + seed))
    spoken = np.random.default_rng(seed).standard_normal(count) * rhythm
    return (spoken * level / np.sqrt(np.mean(spoken**2))).astype(np.float32)


def hiss(count, level=1e-3):
    return (RANDOM.standard_normal(count) * level).astype(np.float32)


def late(sound, by_s):
    by = round(by_s * RATE)
    return np.concatenate((np.zeros(by, dtype=np.float32), sound))[: len(sound)]


def prompt(span_s, quiet_s=2.0, seed=1):
    """Return a prompt between two stretches of silence."""
    silence = np.zeros(round(quiet_s * RATE), dtype=np.float32)
    return np.concatenate((silence, speech(span_s, seed), silence))


def watched(mic, reference, canceller=None, watch=None):
    watch = watch or EchoWatch()
    for at in range(0, len(reference) // BLOCK * BLOCK, BLOCK):
        watch.accept(mic[at : at + BLOCK], reference[at : at + BLOCK], canceller or Canceller())
    return watch


@pytest.mark.parametrize("by_s", [0.0, 0.1, 0.3])
def test_an_echo_that_comes_in_time_is_raw_after_the_first_prompt(by_s):
    played = prompt(2.0)

    report = watched(0.3 * late(played, by_s) + hiss(len(played)), played).report

    assert report.kind is EchoClass.RAW
    assert report.measure.lag_s == pytest.approx(by_s, abs=0.03)
    assert report.measure.gain_db == pytest.approx(-10.5, abs=1.5)


def test_one_that_comes_too_late_is_half_duplex():
    played = prompt(3.0)

    report = watched(0.3 * late(played, 0.6) + hiss(len(played)), played).report

    assert (report.kind, report.cause) == (EchoClass.HALF_DUPLEX, EchoCause.TOO_LATE)
    assert report.measure.lag_s == pytest.approx(0.6, abs=0.03)


def test_where_nothing_comes_back_the_hardware_cancels_by_itself():
    played = prompt(7.0)

    assert watched(hiss(len(played)), played).report.kind is EchoClass.CANCELLING


def test_a_microphone_that_is_cut_off_meanwhile_is_half_duplex():
    played = prompt(7.0, quiet_s=3.0)
    mic = np.where(played == 0.0, hiss(len(played), 3e-3), np.float32(0.0))

    report = watched(mic, played).report

    assert (report.kind, report.cause) == (EchoClass.HALF_DUPLEX, EchoCause.CUT_OFF)


def test_a_prompt_that_is_still_on_its_way_is_not_missing():
    played = prompt(1.2)

    report = watched(0.3 * late(played, 0.6) + hiss(len(played)), played).report

    assert report.kind is not EchoClass.CANCELLING


def test_an_echo_that_cannot_be_taken_out_is_half_duplex():
    played = np.concatenate([prompt(3.0, seed=seed) for seed in range(1, 7)])

    report = watched(0.3 * played + hiss(len(played)), played, Canceller(2.0)).report

    assert (report.kind, report.cause) == (EchoClass.HALF_DUPLEX, EchoCause.NOT_CANCELLED)


def test_a_television_that_hides_how_far_it_is_taken_out_is_no_reason():
    played = np.concatenate([prompt(3.0, seed=seed) for seed in range(1, 7)])
    television = speech(len(played) / RATE, seed=9, level=0.02)

    report = watched(0.3 * played + television, played, Canceller(2.0)).report

    assert report.kind is EchoClass.RAW


def test_nothing_follows_where_somebody_talks_over_a_prompt_that_is_not_found():
    played = prompt(7.0)
    mic = hiss(len(played))
    mic[2 * RATE : 9 * RATE] += speech(7.0, seed=4)

    assert watched(mic, played).report.kind is EchoClass.UNKNOWN


def test_another_kind_needs_several_prompts():
    first, later = prompt(2.0), [prompt(1.2, seed=seed) for seed in range(2, 12)]
    watch = watched(0.3 * first + hiss(len(first)), first)

    kinds = [watched(hiss(len(played)), played, watch=watch).report.kind for played in later]

    assert kinds[: AGREED - 1] == [EchoClass.RAW] * (AGREED - 1)
    assert kinds[-1] is EchoClass.CANCELLING


@pytest.mark.parametrize(("room", "less"), [(1e-3, True), (0.05, False)], ids=["in a quiet room", "under a television"])
def test_a_voice_that_is_not_found_any_more_leaves_less_in_the_microphone_unless_something_covers_it(room, less):
    first, later = prompt(4.0), [prompt(3.0, seed=seed) for seed in range(2, 8)]
    watch = watched(0.3 * first + hiss(len(first)), first)
    before = watch.report.measure.gain_db

    for played in later:
        watched(hiss(len(played), room), played, watch=watch)

    assert watch.report.cause is EchoCause.NOTHING_BACK
    assert (watch.report.measure.gain_db < before - GONE_DB) is less


def test_elsewhere_everything_is_measured_anew():
    played = prompt(2.0)
    watch = watched(0.3 * played + hiss(len(played)), played)

    watch.reset()

    assert watch.report.kind is EchoClass.UNKNOWN
