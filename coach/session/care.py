"""What the session may know of the person: one frozen value, given from outside when a session is made.

1. The session never reads a file: `coach.plan` makes a `Care` of a prescription, tests write it down.
2. Nothing here is spoken but the configured numbers; a name is for lists and notices.
3. The protocol sees it only through the yes-or-no questions of `coach.session.facts`.
4. A `Care()` as it stands is a person nobody has told anything of: no baseline, no carer, no number.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from pydantic import ConfigDict


class Known(StrEnum):
    """What the care team already knows; in screening it counts only where it is worse than it was."""

    SWELLING = "swelling"
    BRUISING = "bruising"
    REDNESS = "redness"
    WOUND_PAIN = "wound-pain"
    LEG_PAIN = "leg-pain"
    NUMBNESS = "numbness"
    BREATHLESSNESS = "breathlessness"
    DIZZINESS = "dizziness"


class Barred(StrEnum):
    """Why no session may begin, whatever she answers. Each has a line, ``barred.<value>``, that says what to do."""

    CLOT = "clot"
    """A past clot, and no physiotherapist's supervision (the founding exercise text)."""
    INJURY = "injury"
    """A fracture or a torn ligament at the ankle (the founding exercise text)."""
    NOTHING_LEFT = "nothing-left"
    """Every exercise of the program is excluded for her."""
    ENOUGH_TODAY = "enough-today"
    """All sessions of the day are done."""
    TOO_SOON = "too-soon"
    """The last session is not long enough ago."""


_NUMBER: Final = re.compile(r"[0-9]{2,15}")
"""A telephone number without spaces or signs: at most 15 digits (ITU-T E.164)."""


@dataclass(frozen=True, slots=True)
class Care:
    """What the session may know of the person."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    name: str = ""
    """For lists and notices; never spoken."""
    baseline: tuple[Known, ...] = ()
    """What the team already knows, told by a carer at set-up."""
    barred: Barred | None = None
    """Why no session may begin; None where one may."""
    left_out: tuple[str, ...] = ()
    """Ids of exercises the program asks for and she must not do: they are not in it, which is said once."""
    unheard: bool = False
    """No engine can hear the session's language: she is told which words of another one are heard."""
    no_calf_stretch: bool = False
    """Nothing may stretch the calf (a repaired tendon): the advice about cramp leaves the toes alone."""
    carer: bool = False
    """Notices reach somebody: a carer is configured, and their delivery was set up."""
    emergency_number: str = ""
    """Digits of the local emergency number, configured and never guessed; empty where none was given."""
    practice_due: bool = False
    """Stopping is to be practised before the next session: at first use, and after the microphone was moved."""
    gain_db: float = 0.0
    """How much louder than the voice's own level she wanted to be spoken to when she last said so."""
    pace: int = 0
    """How many steps quicker than the voice's own rate; slower where negative."""
    margin: float | None = None
    """Least margin of her own words in practice (`coach.session.practice.margin_of`); None before any practice."""

    def __post_init__(self) -> None:
        """Refuse a number that cannot be dialed.

        Raises:
            ValueError: The emergency number is not 2 to 15 digits.
        """
        if self.emergency_number and not _NUMBER.fullmatch(self.emergency_number):
            raise ValueError(f"an emergency number is 2 to 15 digits, not {self.emergency_number!r}")
