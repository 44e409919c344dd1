"""WAV files, 16-bit PCM: read, written at once, and written block by block.

1. A file appears under its name only when it is complete: it is written beside it and renamed.
   A power cut leaves the old file, the new one, or none; never half a one.
2. Reading what was written and writing it again gives the same bytes.
3. Samples beyond ±1.0 are held at full scale, never wrapped around.
"""

import io
import os
import wave
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile

from coach.audio.clip import FULL_SCALE, Samples, Steps
from coach.errors import RecordingError


def pcm16(samples: Samples) -> Steps:
    """Return samples as 16-bit integers, rounded to the nearest and held at full scale.

    Args:
        samples: float32, any shape, full scale ±1.0.
    """
    scaled = np.rint(np.asarray(samples, dtype=np.float32) * FULL_SCALE)
    stepped: Steps = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1.0).astype("<i2")
    return stepped


def write_wav(path: Path, samples: Samples, rate: int) -> None:
    """Write samples as a 16-bit WAV file, whole or not at all.

    Args:
        path: File to write; an existing one is replaced.
        samples: float32, shape (frames,) for one channel or (frames, channels), full scale ±1.0.
        rate: Frames a second.

    Raises:
        OSError: The folder does not exist or cannot be written to.
    """
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    with WavWriter(path, rate, channels) as writer:
        writer.write(samples)


def read_wav(path: Path) -> tuple[Samples, int]:
    """Return the samples of a WAV file and its rate in frames a second.

    FLAC, OGG and whatever else libsndfile knows are read as well.

    Returns:
        float32, shape (frames,) for one channel or (frames, channels), full scale ±1.0; and the rate.

    Raises:
        RecordingError: The file is missing or is no audio; the message names it.
    """
    _require_file(path)
    try:
        samples, rate = soundfile.read(path, dtype="float32")
    except (OSError, soundfile.SoundFileError) as error:
        raise _unreadable(path, error) from error
    return samples, int(rate)


def wav_blocks(path: Path) -> Iterator[tuple[Samples, int]]:
    """Go through a file that `read_wav` could read in pieces of one second, each with the rate.

    Raises:
        RecordingError: The file is missing, is no audio, or breaks off; the message names it.
    """
    _require_file(path)
    try:
        with soundfile.SoundFile(path) as opened:
            rate = int(opened.samplerate)
            for samples in opened.blocks(blocksize=rate, dtype="float32"):
                yield samples, rate
    except (OSError, soundfile.SoundFileError) as error:
        raise _unreadable(path, error) from error


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise RecordingError(f"{path}: there is no such file; check the name.")


def _unreadable(path: Path, error: Exception) -> RecordingError:
    reason = str(getattr(error, "error_string", error)).rstrip(".")
    return RecordingError(f"{path}: this cannot be read as audio ({reason}); give a WAV or FLAC file.")


def encode_mp3(samples: Samples, rate: int) -> bytes:
    """Return samples as an MP3, which every browser plays and which is a tenth of the size.

    Args:
        samples: float32, shape (frames,) or (frames, channels), full scale ±1.0.
        rate: Frames a second.
    """
    encoded = io.BytesIO()
    soundfile.write(encoded, samples, rate, format="MP3", subtype="MPEG_LAYER_III")
    return encoded.getvalue()


class WavWriter:
    """A 16-bit WAV file written block by block, named only when it is closed.

    A context manager: leaving it normally finishes the file, leaving it by an error removes what was written.
    """

    def __init__(self, path: Path, rate: int, channels: int) -> None:
        """Open a file beside `path`, to be renamed to it when closed.

        Args:
            path: File to write; an existing one stays until this one is complete.
            rate: Frames a second.
            channels: Channels of every block.

        Raises:
            OSError: The folder does not exist or cannot be written to.
        """
        self._path = path
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._channels = channels
        self._file = self._unfinished.open("wb")
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - closed by close() and discard()
        self._wave.setnchannels(channels)
        self._wave.setsampwidth(2)
        self._wave.setframerate(rate)

    def write(self, samples: Samples) -> None:
        """Append samples: float32, shape (frames,) or (frames, channels), full scale ±1.0.

        Raises:
            ValueError: The block has another number of channels than the file.
        """
        channels = 1 if samples.ndim == 1 else samples.shape[1]
        if channels != self._channels:
            raise ValueError(f"a block of {channels} channels does not go into a file of {self._channels}")
        self._wave.writeframesraw(pcm16(samples).tobytes())

    def close(self) -> None:
        """Finish the file and give it its name; closing it again does nothing."""
        if self._file.closed:
            return
        self._wave.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._unfinished.replace(self._path)

    def discard(self) -> None:
        """Remove what was written; a file of that name from before stays."""
        if self._file.closed:
            return
        self._wave.close()
        self._file.close()
        self._unfinished.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.discard()
