"""A device whose loudspeaker is a file: what is played and what is heard, side by side, streamed to disk."""

from pathlib import Path

import numpy as np

from coach.audio.clip import Samples
from coach.audio.devices.virtual import Air, VirtualDevice, still_air
from coach.audio.resampler import Interpolator
from coach.audio.wavefile import WavWriter
from coach.units import SAMPLE_RATE


class WavefileDevice(VirtualDevice):
    """A virtual device that keeps a stereo recording: left what is played, right what the microphone hears.

    The right side is late by the delay of its interpolation (1.25 ms). The file gets its name when the device is
    closed.
    """

    def __init__(self, path: Path, air: Air = still_air) -> None:
        """Take the file to write and the air between the loudspeaker and the microphone."""
        super().__init__(air)
        self._path = path
        self._interpolator = Interpolator()
        self._writer: WavWriter | None = None

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return self._path.name

    def open(self) -> None:
        """Begin the file.

        Raises:
            OSError: Its folder does not exist or cannot be written to.
        """
        if self._writer is None:
            self._writer = WavWriter(self._path, SAMPLE_RATE, 2)
        super().open()

    def close(self) -> None:
        """Finish the file and give it its name."""
        super().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _passed(self, played: Samples, mic: Samples) -> None:
        """Append both sides to the file."""
        if self._writer is not None:
            self._writer.write(np.stack((played, self._interpolator.accept(mic)), axis=1))
