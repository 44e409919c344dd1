"""What the room and the sound card give back of the coach's own voice, and which kind of hardware that is.

Three kinds (DESIGN 13.9), found from the coach's own first prompt and followed from then on:

* *raw*: the echo comes back as the loudspeaker and the room made it. The linear canceller works, a person is heard
  while the coach speaks, and every prompt proves that loudspeaker and microphone live.
* *cancelling*: a speakerphone takes the echo out itself. There is nothing to cancel and nothing to prove life by.
* *half-duplex*: the echo comes back too late to be cancelled (Bluetooth), cannot be taken out at all (a loudspeaker
  that distorts), or the microphone is cut off while the loudspeaker plays. While the coach speaks, what is heard is
  only asked about.

The decision is pure; thresholds are told where they stand.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from coach.listening.likeness import HOLDS, SHORTEST_S

LATEST_S: Final = 0.4
"""An echo later than this is half-duplex (DESIGN 13.9): the answer to a word would come half a second late."""
CUT_DB: Final = -10.0
"""How far below the room's own noise it falls where it is cut off meanwhile: no noise falls so far (chosen)."""
LEAST_DB: Final = 6.0
"""Weakening that a linear canceller reaches on anything that is still a linear echo."""
LEARNED_S: Final = 4.0
"""Seconds of the coach's own voice after which a canceller that has reached less will not."""


class EchoClass(StrEnum):
    """Kind of hardware, by the echo that comes back."""

    UNKNOWN = "unknown"
    """Too little of the coach's own voice has sounded."""
    RAW = "raw"
    CANCELLING = "cancelling"
    HALF_DUPLEX = "half-duplex"


class EchoCause(StrEnum):
    """Why it is held to be that kind."""

    TOO_LITTLE = "too-little-sounded"
    COMES_BACK = "comes-back"
    NOTHING_BACK = "nothing-comes-back"
    TOO_LATE = "too-late"
    NOT_CANCELLED = "not-cancelled"
    CUT_OFF = "microphone-cut-off"


@dataclass(frozen=True, slots=True)
class EchoMeasure:
    """Figures of the coach's own voice in the microphone."""

    heard_s: float = 0.0
    """Seconds of the coach's own voice they rest on."""
    correlation: float = 0.0
    """Likeness of what was heard to what was played, -1 to 1 (`coach.listening.likeness`)."""
    lag_s: float = 0.0
    """By how much the echo is later than the sound card says, in seconds."""
    level_db: float = -99.0
    """Level of the microphone while the coach speaks, against full scale."""
    noise_db: float = -99.0
    """Level of the microphone while nobody does, against full scale."""
    gain_db: float = -99.0
    """Level at the microphone against the level that was played."""
    weakened_db: float = 0.0
    """By how much the canceller weakens the echo."""
    drift_ppm: float = 0.0
    """By how much the microphone's clock is faster than the loudspeaker's, in parts in a million."""
    weighable: bool = True
    """Whether the coach was so much louder than the room that the weakening can be believed where it is small."""
    clipped: float = 0.0
    """Share of the blocks in which the microphone was driven to full scale, 0 to 1."""


@dataclass(frozen=True, slots=True)
class EchoReport:
    """What kind of hardware this is, and the figures behind it."""

    kind: EchoClass
    cause: EchoCause
    measure: EchoMeasure

    @property
    def proves_life(self) -> bool:
        """Return whether the coach's own voice in the microphone shows that both work."""
        return self.kind in (EchoClass.RAW, EchoClass.HALF_DUPLEX) and self.measure.correlation >= HOLDS

    @property
    def hears_while_speaking(self) -> bool:
        """Return whether a command may act while the coach speaks; elsewhere it is asked about.

        In the first seconds of its words in a room it is asked about whatever the kind (`coach.listening.listener`).
        """
        return self.kind is not EchoClass.HALF_DUPLEX

    @property
    def sentence(self) -> str:
        """Return what this means, for a carer who set the coach up."""
        m = self.measure
        match self.cause:
            case EchoCause.TOO_LITTLE:
                return "The coach has not spoken long enough to know how its voice comes back."
            case EchoCause.COMES_BACK:
                return (
                    f"The coach's voice comes back {1000 * m.lag_s:.0f} ms late at {m.level_db:.0f} dB and is taken "
                    f"out by {m.weakened_db:.0f} dB: a person is heard while it speaks."
                )
            case EchoCause.NOTHING_BACK:
                return (
                    "The coach's voice does not come back: a speakerphone that takes it out itself, headphones, or a "
                    "loudspeaker that is silent. Ask somebody whether it can be heard."
                )
            case EchoCause.TOO_LATE:
                return (
                    f"The coach's voice comes back {1000 * m.lag_s:.0f} ms late, as over Bluetooth: while it speaks it "
                    "cannot be sure of what it hears, and asks. Use a loudspeaker with a cable."
                )
            case EchoCause.NOT_CANCELLED:
                return (
                    "The coach's voice comes back distorted and cannot be taken out: while it speaks it cannot be sure "
                    "of what it hears, and asks. Turn the loudspeaker down, or move it away from the microphone."
                )
            case EchoCause.CUT_OFF:
                return (
                    "The microphone is cut off while the loudspeaker plays: while the coach speaks it hears nobody. "
                    "Use a microphone and a loudspeaker that work at the same time, and keep the stop key at hand."
                )


def classify(measure: EchoMeasure) -> EchoReport:
    """Return the kind of hardware behind figures."""
    return EchoReport(*_judged(measure), measure)


def _judged(measure: EchoMeasure) -> tuple[EchoClass, EchoCause]:
    if measure.heard_s < SHORTEST_S:
        return EchoClass.UNKNOWN, EchoCause.TOO_LITTLE
    if measure.level_db < measure.noise_db + CUT_DB:
        return EchoClass.HALF_DUPLEX, EchoCause.CUT_OFF
    if measure.correlation < HOLDS:
        return EchoClass.CANCELLING, EchoCause.NOTHING_BACK
    if measure.lag_s > LATEST_S:
        return EchoClass.HALF_DUPLEX, EchoCause.TOO_LATE
    if measure.heard_s >= LEARNED_S and measure.weakened_db < LEAST_DB and measure.weighable:
        return EchoClass.HALF_DUPLEX, EchoCause.NOT_CANCELLED
    return EchoClass.RAW, EchoCause.COMES_BACK


UNKNOWN_ECHO: Final = classify(EchoMeasure())
"""Before the coach has spoken."""
