"""The mixer's lanes: who is heard when several want to speak."""

from enum import IntEnum


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
