"""The port to an echo canceller: takes the coach's own voice out of the microphone.

Rules for adapters, held by `tests/contracts/test_canceller_contract.py`:

1. *Linear.* What it takes away is the reference through a filter, and nothing else. A suppressor, a gate or a noise
   reducer takes the person away as well (measured: knowledge of 2026-11, human "stop" at -10 dB: 9 of 58 heard behind
   a suppressing canceller, 45 of 58 behind a linear one).
2. The reference is the frames that were really played, aligned with the microphone but for the device's latency.
3. Where nothing was played lately, the microphone comes back sample for sample, at no cost.
4. It gives back as many samples as it was given, at once.
5. The size of the blocks changes nothing. The same input gives the same output.
6. It owns no thread and reads no clock.
"""

from typing import Protocol

from coach.audio.clip import Samples


class EchoCanceller(Protocol):
    """Subtracts from the microphone what the coach itself played."""

    @property
    def name(self) -> str:
        """Return the method's short name."""
        ...

    @property
    def convergence_db(self) -> float:
        """Return by how much the echo is weakened at present, in decibels; 0.0 before anything was played.

        An estimate from below while a person speaks or the room is loud: it compares the microphone before and after.
        """
        ...

    def process(self, mic: Samples, reference: Samples) -> Samples:
        """Return the microphone without the echo of the reference.

        Args:
            mic: float32, shape (320·n,), 16 kHz, full scale ±1.0.
            reference: float32, same shape: what was being played meanwhile.

        Returns:
            float32, same shape.

        Raises:
            ValueError: The shapes differ or are no multiple of 320.
        """
        ...

    def reset(self) -> None:
        """Forget the room: the microphone was moved, or another device is in use."""
        ...
