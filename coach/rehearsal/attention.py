"""What the person notices: what begins to sound, and what has just sounded to its end, as far as it is audible."""

from collections import deque
from collections.abc import Sequence

from coach.rehearsal.performer import Performer
from coach.rehearsal.playing_port import PlayingPort
from coach.runtime.chronicle import Sound
from coach.units import Frames


class Attention:
    """Follows what is played, and tells the person."""

    def __init__(self, performer: Performer, playing: PlayingPort, late: Frames) -> None:
        """Take who is told, what the loudspeaker makes of it, and how late it reaches her."""
        self._performer = performer
        self._playing = playing
        self._late = late  # what she has not heard yet she does not answer
        self._watched: deque[Sound] = deque()
        self._seen = 0
        self._begun: set[int] = set()

    def follow(self, sounds: Sequence[Sound]) -> None:
        """Tell the person what has begun and ended since the last time.

        Args:
            sounds: Everything that was handed to the mixer so far, in order.
        """
        self._watched.extend(sounds[self._seen :])
        self._seen = len(sounds)
        for sound in [sound for sound in self._watched if sound.played is not None or sound.ended is not None]:
            name = f"cue:{sound.id}" if sound.kind == "cue" else f"line:{sound.id}"
            if id(sound) not in self._begun and sound.played is not None:
                self._begun.add(id(sound))
                self._performer.notice_begun(name, Frames(sound.played + sound.length))
            if sound.ended is None:
                continue
            self._watched.remove(sound)
            if sound.played is None or sound.cut or not self._playing.audible(sound.ended):
                continue
            if sound.kind == "cue":
                self._performer.notice_cue(sound.id, Frames(sound.ended + self._late))
            elif sound.kind == "line":
                self._performer.notice_line(sound.id, Frames(sound.ended + self._late))
