"""A clip: mono samples at the playing rate, and its name."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coach.units import Frames

Samples = NDArray[np.float32]
"""float32, shape (frames,), full scale ±1.0."""


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Sound ready to be mixed: float32, shape (frames,), full scale ±1.0, at `SAMPLE_RATE`."""

    name: str
    samples: Samples = field(repr=False)

    @property
    def length(self) -> Frames:
        """Return the clip's length in frames."""
        return Frames(len(self.samples))
