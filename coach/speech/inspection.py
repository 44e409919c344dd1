"""Nothing a synthesizer wrote is believed before it was looked at."""

import wave
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.errors import SpeechError
from coach.speech.leveling import QUIET_DB, active_level_db, sounding_span

SILENT_DB: Final = QUIET_DB + 10.0
"""Speech below this active level is no speech: espeak's quietest line lies 35 dB above."""
_CLIPPED_SHARE: Final = 0.002
"""Share of samples at full scale from which a line counts as clipped; espeak's loudest had none (180 lines)."""
_FULL: Final = 32_767


def inspect(path: Path, rate: int | None, bounds_s: tuple[float, float] | None) -> tuple[Samples, int]:
    """Return the sound of a rendered file and its rate, after every check that it is the line asked for.

    Args:
        path: WAV file a synthesizer was told to write.
        rate: Frames a second it should have; None where any will do.
        bounds_s: Shortest and longest it may sound, in seconds; None where the pace is a person's.

    Returns:
        float32, shape (frames,), full scale ±1.0; and frames a second, read from the header.

    Raises:
        SpeechError: The file is missing, empty, cut short, no 16-bit mono PCM, at the wrong rate, silent, clipped,
            too short or too long. The message is a clause that follows the synthesizer's name.
    """
    stepped, found = _read(path)
    if rate is not None and found != rate:
        raise SpeechError(f"wrote {found} frames a second instead of {rate}")
    samples: Samples = stepped.astype(np.float32) / np.float32(32_768.0)
    first, last = sounding_span(samples, found)
    if first == last or active_level_db(samples, found) < SILENT_DB:
        raise SpeechError("wrote silence")
    if np.count_nonzero(np.abs(stepped.astype(np.int32)) >= _FULL) > _CLIPPED_SHARE * len(stepped):
        raise SpeechError("wrote a clipped sound")
    length_s = (last - first) / found
    if bounds_s is not None and not bounds_s[0] <= length_s <= bounds_s[1]:
        shortest, longest = bounds_s
        raise SpeechError(f"wrote {length_s:.2f} s of speech where {shortest:.2f} to {longest:.2f} s were due")
    return samples, found


def _read(path: Path) -> tuple[np.ndarray[tuple[int], np.dtype[np.int16]], int]:
    if not path.is_file():
        raise SpeechError("wrote no file")
    if path.stat().st_size == 0:
        raise SpeechError("wrote an empty file")
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate, count = file.getparams()[:4]
            raw = file.readframes(count)
    except (wave.Error, EOFError, OSError) as error:
        raise SpeechError(f"wrote no PCM sound file ({error or 'it ends in its header'})") from None
    if channels != 1 or width != 2 or rate <= 0:
        raise SpeechError(f"wrote {channels} channels of {8 * width} bit instead of one of 16 bit")
    if count == 0 or len(raw) != 2 * count:
        raise SpeechError("wrote a file that is cut short")
    return np.frombuffer(raw, dtype="<i2"), rate
