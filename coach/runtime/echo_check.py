"""Measures what comes back of the coach's own voice, from one line that it spoke into a quiet room."""

import numpy as np

from coach.audio.clip import Samples
from coach.listening.cancellers.aligned import AlignedCanceller
from coach.listening.cancellers.kalman import KalmanCanceller
from coach.listening.echo_report import EchoMeasure, EchoReport, classify
from coach.listening.likeness import likeness
from coach.runtime.host import level_db
from coach.runtime.microphone import FULL
from coach.units import LISTEN_BLOCK

_SOUNDS = 0.1
"""A block of the reference sounds where its level reaches this share (-20 dB) of its loudest block."""


def echo_of(mic: Samples, reference: Samples) -> EchoReport:
    """Say what kind of hardware it is.

    Args:
        mic: float32, shape (n,), 16 kHz: the microphone while the coach spoke, and a little before or after it.
        reference: float32, same shape: what was being played meanwhile.
    """
    whole = min(len(mic), len(reference)) // LISTEN_BLOCK * LISTEN_BLOCK
    mic, reference = mic[:whole], reference[:whole]
    if not whole:
        return classify(EchoMeasure())
    canceller = AlignedCanceller(KalmanCanceller())  # as in the sessions
    canceller.process(mic, reference)
    like = likeness(mic, reference)
    heard, played = mic.reshape(-1, LISTEN_BLOCK), reference.reshape(-1, LISTEN_BLOCK)
    power = np.sqrt(np.mean(np.square(played), axis=1))
    sounding = power > _SOUNDS * power.max(initial=0.0)
    quiet = power == 0.0
    level = level_db(heard[sounding].ravel()) if sounding.any() else -99.0
    played_db = level_db(played[sounding].ravel()) if sounding.any() else -99.0
    return classify(
        EchoMeasure(
            heard_s=like.heard_s,
            correlation=like.correlation,
            lag_s=like.lag_s,
            level_db=level,
            noise_db=level_db(heard[quiet].ravel()) if quiet.any() else level,
            gain_db=level - played_db,
            weakened_db=canceller.convergence_db,
            drift_ppm=canceller.drift_ppm,
            clipped=float(np.mean(np.max(np.abs(heard), axis=1) >= FULL)),
        )
    )
