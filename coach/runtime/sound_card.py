"""The sound card of the settings. Imports little: its process is to be on its way before anything else is loaded."""

from collections.abc import Iterator
from contextlib import contextmanager

from coach.audio.devices.portaudio import PortAudioDevice
from coach.runtime.settings import AudioSettings


def sound_card(chosen: AudioSettings) -> PortAudioDevice:
    """Return the sound card, not opened yet."""
    return PortAudioDevice(chosen.output, chosen.input, latency_s=chosen.latency_ms / 1000, awake=chosen.awake)


@contextmanager
def begun(chosen: AudioSettings) -> Iterator[PortAudioDevice]:
    """Return the sound card on its way; it is closed at the end of the with block.

    Raises:
        MissingError: No process can be started.
    """
    device = sound_card(chosen)
    try:
        device.begin()
        yield device
    finally:
        device.close()
