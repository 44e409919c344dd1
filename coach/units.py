"""Units of time and level, and the only conversions between them.

A *frame* is one sample instant. Unless a name says otherwise a frame is counted at
`SAMPLE_RATE`, the rate at which the coach plays; frames of the listening side say so
in their name (`listen_frames`).
"""

from typing import Final, NewType

Frames = NewType("Frames", int)
"""A count of sample instants at `SAMPLE_RATE`."""
Seconds = NewType("Seconds", float)
"""A span of time in seconds."""
Decibels = NewType("Decibels", float)
"""A level or gain, 20·log10 of an amplitude ratio; 0 is full scale or no change."""

SAMPLE_RATE: Final = 48_000
"""Playing rate in Hz: native to nearly every USB and HDMI device, so nothing resamples behind us."""
LISTEN_RATE: Final = 16_000
"""Listening rate in Hz: what both recognizers were trained at."""
BLOCK: Final = Frames(960)
"""Frames played and captured at once: 20 ms, the size the design settled for stopping in time."""
LISTEN_BLOCK: Final = 320
"""Listening frames in one block: the same 20 ms at `LISTEN_RATE`."""
LISTEN_RATIO: Final = SAMPLE_RATE // LISTEN_RATE
"""Played frames for each listening frame."""


def frames(span_s: float) -> Frames:
    """Return the frames nearest to a span in seconds."""
    return Frames(round(span_s * SAMPLE_RATE))


def seconds(count: int) -> Seconds:
    """Return how long a number of frames lasts, in seconds."""
    return Seconds(count / SAMPLE_RATE)


def amplitude(level_db: float) -> float:
    """Return the amplitude ratio of a level in decibels."""
    return float(10.0 ** (level_db / 20.0))
