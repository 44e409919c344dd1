"""The clips of a session: every line, tone and chime it may need, in memory."""

from collections.abc import Mapping

from coach.audio.clip import Clip
from coach.errors import SpeechError
from coach.language.utterance import Utterance
from coach.speech import earcons
from coach.units import Frames


class Library:
    """Clips by what they say. Filled before the session; asking for a missing line is a defect it reports."""

    def __init__(self, clips: Mapping[Utterance, Clip]) -> None:
        """Take the rendered clips; tones and chimes are generated here."""
        self._clips = {utterance.text: clip for utterance, clip in clips.items()}
        self._tones: dict[tuple[str, Frames], Clip] = {}

    def learn(self, clips: Mapping[Utterance, Clip]) -> None:
        """Take more clips."""
        self._clips.update({utterance.text: clip for utterance, clip in clips.items()})

    def speech(self, utterance: Utterance) -> Clip:
        """Return the clip of a line.

        Raises:
            SpeechError: The line was not rendered when the session was prepared.
        """
        try:
            return self._clips[utterance.text]
        except KeyError:
            raise SpeechError(
                f"The line '{utterance.key}' ({utterance.text!r}) has no clip yet; start again to have it spoken."
            ) from None

    def tone(self, name: str, length: Frames) -> Clip:
        """Return the tone of that name, so long at most."""
        key = (name, length)
        if key not in self._tones:
            self._tones[key] = earcons.tone(name, length)
        return self._tones[key]

    def chime(self, name: str) -> Clip:
        """Return the chime of that name."""
        return earcons.chime(name)


def lengths(clips: Mapping[Utterance, Clip]) -> dict[str, Frames]:
    """Return the length of every line by its text, as the compiler wants it."""
    return {utterance.text: clip.length for utterance, clip in clips.items()}
