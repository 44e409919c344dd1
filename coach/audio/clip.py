"""A clip: mono samples at the playing rate, and its name."""

from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.units import Frames

Samples = NDArray[np.float32]
"""float32, shape (frames,), full scale ±1.0."""
Steps = NDArray[np.int16]
"""int16, shape (frames,), as a 16-bit file holds samples: half the memory of `Samples`."""
FULL_SCALE: Final = 32_768.0
"""Steps of a 16-bit sample between 0 and full scale."""


class Elsewhere(Protocol):
    """Steps that are not in memory."""

    def __len__(self) -> int:
        """Return how many there are."""
        ...

    def steps(self) -> Steps:
        """Return them; may raise a `CoachError` where they are gone."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound ready to be mixed: shape (frames,), full scale ±1.0, at `SAMPLE_RATE`.

    Lines come from 16-bit files and stay as they are there, in memory or on the disk: a program has twenty minutes of
    them.
    """

    name: str
    kept: Samples | Steps | Elsewhere = field(repr=False)

    @property
    def samples(self) -> Samples:
        """Return it as float32, shape (frames,), full scale ±1.0; a second of it takes a fraction of a millisecond."""
        kept = self.kept if isinstance(self.kept, np.ndarray) else self.kept.steps()
        return from_steps(kept) if kept.dtype == np.int16 else np.asarray(kept, dtype=np.float32)

    @property
    def length(self) -> Frames:
        """Return the clip's length in frames."""
        return Frames(len(self.kept))


def from_steps(steps: Samples | Steps) -> Samples:
    """Return 16-bit samples as float32, full scale ±1.0; exact."""
    samples: Samples = steps.astype(np.float32)
    samples *= np.float32(1.0 / FULL_SCALE)
    samples.setflags(write=False)  # whoever writes into it would write into nothing
    return samples
