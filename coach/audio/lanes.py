"""The mixer's lanes: who is heard when several want to speak."""

from enum import IntEnum
from typing import Literal


class Lane(IntEnum):
    """A lane of the mixer, highest number first in importance."""

    BED = 0
    """Gliding tones and background; ducked under everything."""
    CUE = 1
    """Timed prompts of the exercise."""
    NOTICE = 2
    """Answers, questions and announcements."""
    SAFETY = 3
    """What must be heard: the safety stop and its questions."""


SpeakingLane = Literal[Lane.NOTICE, Lane.SAFETY]
"""For what may be said to anybody at any time."""
InstructingLane = Literal[Lane.BED, Lane.CUE]
"""For what asks somebody to move: it needs a hearing lease (`coach.audio.lease`)."""
