"""What relatives recorded: which lines may be recorded, where takes are kept, and what has become of them.

1. Lines that safety rests on are never recorded: the coach keeps them, whoever else speaks.
2. A take is kept under its phrase key and belongs to exactly the words it holds; a later wording of the pack makes it
   fall silent.
3. A take that is missing or damaged is named by `coach check` and `coach doctor`; the coach's own voice speaks it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.audio.wavefile import write_wav
from coach.disk import Disk, make_folder
from coach.errors import CoachError, PackError, SpeechError
from coach.language.models import LanguagePack
from coach.language.pins import pinned
from coach.language.template import parse_template
from coach.language.utterance import Form, Utterance
from coach.speech.inspection import inspect
from coach.speech.leveling import trimmed
from coach.speech.synthesizers.recorded import INDEX, Recording, read_index
from coach.tomledit import edited
from coach.units import SAMPLE_RATE

FOLDER: Final = "recordings"
GREETING, WELCOME, PRAISE, GOODBYE = "history.hello", "score.welcome", "score.praise", "score.outro-thanks"
FAMILIAR: Final = (GREETING, WELCOME, PRAISE, GOODBYE)
"""What a relative records in two minutes: hello, well done and goodbye; the coach keeps all instructions."""
_HEAD: Final = """# What relatives recorded, written by coach record: each take is played for exactly its words.
"""


def spared_words(pack: LanguagePack) -> frozenset[str]:
    """Return every wording of the lines that safety rests on, as far as it has no slot."""
    return frozenset(line for _, phrase in pinned(pack.phrases) for form in Form for line in phrase.lines(form))


def recordable(lines: Iterable[Utterance], pack: LanguagePack) -> tuple[Utterance, ...]:
    """Return the lines of a session that may be recorded, each wording once, in their order."""
    safe = {key for key, _ in pinned(pack.phrases)}
    return tuple({line.text: line for line in lines if line.key not in safe}.values())


def familiar_lines(pack: LanguagePack, program: str, name: str) -> tuple[Utterance, ...]:
    """Return the lines of a familiar voice: hello with her name where one is known, a welcome, praise, goodbye.

    Args:
        pack: The language.
        program: Id of the program that is usually done; it may have a welcome and a goodbye of its own.
        name: How she wants to be called; empty where nobody has told.
    """
    lines: list[Utterance] = []
    if name and pack.has(GREETING):
        lines.append(pack.addressing(name).utterance(GREETING, who="person.name"))
    for key in (WELCOME, PRAISE, GOODBYE):
        own = f"{program}.{key.partition('.')[2]}"
        chosen = own if pack.has(own) else key
        if not _has_slots(pack, chosen):
            lines += [pack.utterance(chosen, Form.FULL, turn) for turn in range(pack.variants(chosen))]
    return tuple(lines)


def _has_slots(pack: LanguagePack, key: str) -> bool:
    lines = pack.phrases.phrases[key].full if pack.has(key) else ()
    return any(True for line in lines for _ in parse_template(line).slots())


class Takes:
    """The recordings of one language in the person's own folder."""

    def __init__(self, own_voices: Path, tag: str, disk: Disk | None = None) -> None:
        """Take the folder of the person's own voices and the language; nothing is made yet."""
        self.folder = own_voices / tag / FOLDER
        self._disk = disk or Disk(CoachError)

    def kept(self) -> tuple[Recording, ...]:
        """Return what is kept.

        Raises:
            PackError: The index is wrong.
        """
        return read_index(self.folder).recording

    def keep(self, line: Utterance, samples: Samples, rate: int) -> Path:
        """Keep a take, in place of an earlier one of the same words; return its file.

        Args:
            line: What was said.
            samples: float32, shape (frames,), full scale ±1.0.
            rate: Frames a second.

        Raises:
            CoachError: The disk refuses, or the index is wrong.
        """
        make_folder(self.folder, CoachError)
        words = hashlib.blake2b(line.text.encode(), digest_size=3).hexdigest()
        path = self.folder / f"{line.key}-{words}.wav"
        # Played at 48 kHz like everything else, and the file is one that anything opens.
        louder = np.asarray(resample(trimmed(samples, rate), rate, SAMPLE_RATE), dtype=np.float32)
        try:
            write_wav(path, louder, SAMPLE_RATE)
        except OSError as failure:
            raise CoachError(f"The recording could not be kept in {path}: {failure.strerror}.") from failure
        others = [entry for entry in self.kept() if entry.text != line.text]
        entries = [*others, Recording(key=line.key, text=line.text, file=path.name)]
        before = self._disk.read(self.folder / INDEX)
        text = edited(
            _HEAD if before is None else before.decode(), {"recording": [entry.model_dump() for entry in entries]}
        )
        self._disk.replace(self.folder / INDEX, text.encode())
        return path

    def has(self, line: Utterance) -> bool:
        """Return whether there is a sound take of these words."""
        return any(entry.text == line.text and not _flaw(self.folder / entry.file) for entry in self.kept())

    def told(self, pack: LanguagePack, lines: Iterable[Utterance]) -> Iterator[str]:
        """Go through what is wrong with the takes, a sentence each.

        Args:
            pack: The language.
            lines: Everything that may be said; a take of other words is never played.
        """
        try:
            kept = self.kept()
        except PackError as wrong:
            yield str(wrong)
            return
        known, spared = {line.text for line in lines}, spared_words(pack)
        for entry in kept:
            path = self.folder / entry.file
            flaw = _flaw(path)
            if flaw:
                yield f"{path} ({entry.key}): {flaw}; the coach's own voice speaks it until coach record has it anew."
            elif entry.text in spared:
                yield f"{path} ({entry.key}): safety rests on this line, so the coach's own voice speaks it."
            elif entry.text not in known:
                yield f"{path} ({entry.key}): the pack has other words by now; record the line anew, or delete it."


def _flaw(path: Path) -> str:
    """Return why a file cannot be played; empty where it can."""
    if not path.is_file():
        return "the recording is missing"
    if path.suffix != ".wav":
        return ""  # looked at when it is played
    try:
        inspect(path, None, None)
    except SpeechError as wrong:
        return f"the recording cannot be used (it {wrong})"
    return ""
