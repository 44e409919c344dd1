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
from typing import Final, Self

import numpy as np
import soundfile

from coach.audio.clip import FULL_SCALE, Samples, Steps
from coach.errors import RecordingError

_UNTOLD: Final = 2**63 - 1
"""Frames that libsndfile gives for a file that does not say how many it has."""
_SLACK_S: Final = 0.2
"""Seconds that a whole file may be shorter than it says: a frame or two, which an MP3 may count otherwise (chosen)."""


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
        RecordingError: As in `wav_blocks`.
    """
    pieces, rates = zip(*_pieces(path), strict=True)
    samples: Samples = np.concatenate(pieces)
    return samples, rates[0]


def wav_blocks(path: Path) -> Iterator[tuple[Samples, int]]:
    """Go through a file that `read_wav` could read in pieces of one second, each with the rate.

    A file that does not say how long it is, as one written into a pipe, is read to its end. So is one that libsndfile
    can read to where it was cut: a WAV or OGG is then a shorter one, and nothing tells that it was cut.

    Yields:
        float32, never empty, as in `read_wav`; together every frame, in order and once.

    Raises:
        RecordingError: The file is missing, is no audio, or breaks off (a cut MP3 that tells its length, a cut FLAC);
            the message names it. What came before may have been given by then.
    """
    return ((samples, rate) for samples, rate in _pieces(path) if len(samples))


class _Onwards(soundfile.SoundFile):  # type: ignore[misc] # it comes without types
    """A file that is only read onwards: a FLAC that does not say how long it is cannot be sought in up to its end."""

    def seekable(self) -> bool:
        """Return that it is not, so that nothing is sought after each piece."""
        return False


def _pieces(path: Path) -> Iterator[tuple[Samples, int]]:
    """Go through a file as `wav_blocks` does; the last piece is empty, so that there is always one."""
    _require_file(path)
    try:
        opened = _Onwards(path)
    except (OSError, soundfile.SoundFileError) as error:
        raise _unreadable(path, error) from error
    with opened:
        rate, told, given = int(opened.samplerate), int(opened.frames), 0
        more = True
        while more:
            try:
                samples = opened.read(min(rate, told), dtype="float32")
            except soundfile.SoundFileError as error:
                raise _broken_off(path, given / rate) from error
            yield samples, rate
            more = len(samples) > 0
            given += len(samples)
    if told != _UNTOLD and told - given > _SLACK_S * rate:
        raise _broken_off(path, given / rate)


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise RecordingError(f"{path}: there is no such file; check the name.")


def _unreadable(path: Path, error: Exception) -> RecordingError:
    reason = str(getattr(error, "error_string", error)).rstrip(".")
    return RecordingError(f"{path}: this cannot be read as audio ({reason}); give a WAV or FLAC file.")


def _broken_off(path: Path, after_s: float) -> RecordingError:
    return RecordingError(
        f"{path}: this breaks off or is damaged after {after_s:.1f} s; copy it again, or save what is there as WAV."
    )


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
