"""The port to a recognizer: sound goes in block by block, hypotheses come out.

Rules for adapters, held by `tests/contracts/test_recognizer_contract.py`:

1. An adapter owns no thread, reads no clock and opens no network connection.
2. Silence gives nothing.
3. The size of the blocks changes nothing but when a partial is seen.
4. `reset` forgets everything but the frame count.
5. Frames in a hypothesis count from the first block ever accepted.
6. A phrase the model cannot hear is an error at construction, not a warning.
"""

from typing import Protocol, runtime_checkable

from coach.audio.clip import Samples
from coach.language.utterance import Expectation
from coach.listening.hearing import Hypothesis


class Recognizer(Protocol):
    """Turns sound into hypotheses."""

    @property
    def name(self) -> str:
        """Return the engine's short name, such as ``phonemes``."""
        ...

    @property
    def language(self) -> str:
        """Return the BCP 47 tag of what it can hear."""
        ...

    def expect(self, expectation: Expectation) -> None:
        """Say what the session expects from now on; may change which phrases are worth scoring."""
        ...

    def accept(self, block: Samples, *, speech: bool) -> tuple[Hypothesis, ...]:
        """Take the next block and return what it made of it.

        Args:
            block: float32, shape (n,), 16 kHz, full scale ±1.0; any n > 0.
            speech: Whether the segmenter holds somebody to be speaking; falls to False when an utterance is over.

        Returns:
            Hypotheses, oldest first; empty when there is nothing new.
        """
        ...

    def reset(self) -> None:
        """Forget the utterance under way; keep counting frames."""
        ...


@runtime_checkable
class Wordy(Protocol):
    """A recognizer that can tell speech from other sounds of a voice."""

    @property
    def phones_a_second(self) -> float:
        """Return how many sounds of speech it wrote a second of the utterance that was last over."""
        ...
