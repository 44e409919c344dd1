"""A clip: mono samples at the playing rate, and its name."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coach.units import Frames

Samples = NDArray[np.float32]
"""float32, shape (frames,), full scale ±1.0."""
Steps = NDArray[np.int16]
"""int16, shape (frames,), as a 16-bit file holds samples: half the memory of `Samples`."""
FULL_SCALE: Final = 32_768.0
"""Steps of a 16-bit sample between 0 and full scale."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound ready to be mixed: shape (frames,), full scale ±1.0, at `SAMPLE_RATE`.

    Lines come from 16-bit files and stay as they are there: a program has twenty minutes of them in memory.
    """

    name: str
    kept: Samples | Steps = field(repr=False)

    @property
    def samples(self) -> Samples:
        """Return it as float32, shape (frames,), full scale ±1.0; a second of it takes a fraction of a millisecond."""
        return from_steps(self.kept) if self.kept.dtype == np.int16 else np.asarray(self.kept, dtype=np.float32)

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
