"""Intelligibility: every prompt of a pack spoken, and written down by an engine that did not make it.

1. English: the phoneme network writes down phones; they are compared with what the words are, as the dictionary of
   espeak-ng transcribes them for General American. Vowels that accents exchange count as one (`_FOLDED`): the coach
   speaks British English, the network learned American.
2. Korean: Vosk writes freely, without a grammar; the letters are compared without spaces and punctuation, each block of
   Hangul in its two or three letters: a vowel that is off by a shade is not a whole syllable misheard.
3. Voices and ears are synthetic: the figures rank wordings and voices, and say nothing of a person's hearing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.errors import InputError, PackError
from coach.language.models import LanguagePack
from coach.language.template import parse_template
from coach.language.utterance import Form, Utterance
from coach.runtime.wiring import BarMaker, House
from coach.speech.profile import VoiceProfile
from coach.units import LISTEN_RATE, SAMPLE_RATE

Units = tuple[str, ...]
"""Phones of English, letters of Korean."""
WORST: Final = 20
_QUIET: Final = np.zeros(LISTEN_RATE // 2, dtype=np.float32)
"""Quiet before and behind a line, as it has in a room: without it an engine misses first and last sounds."""
_NUMBER: Final = 3
_NAMES: Final = {"side": "side.left", "exercise": "ankle-pumps.name", "who": "person.name"}
_NAME: Final = {"ko": "김영희"}
"""Stands for her name; elsewhere `Mary`."""
_DIGITS: Final = "112"
_FOLDED: Final = {
    **dict.fromkeys(("i", "ɪ", "ᵻ"), "i"),
    **dict.fromkeys(("u", "ʊ"), "u"),
    **dict.fromkeys(("ə", "ʌ", "ɐ"), "ə"),
    **dict.fromkeys(("ɑ", "ɔ", "ɒ", "a"), "ɑ"),
    **dict.fromkeys(("ɝ", "ɚ", "ɜ"), "ɝ"),
    **dict.fromkeys(("o", "oʊ", "əʊ"), "oʊ"),
    **dict.fromkeys(("e", "ɛ"), "ɛ"),
    **dict.fromkeys(("t", "ɾ", "ʔ"), "t"),
    **dict.fromkeys(("g", "ɡ"), "g"),
    **dict.fromkeys(("l", "ɫ"), "l"),
}
"""Phones that count as one, on both sides: what differs between accents, or only in how it is written."""
_LONGEST: Final = ("tʃ", "dʒ", "aɪ", "aʊ", "ɔɪ", "oʊ", "eɪ", "əʊ")
_PHONE: Final = re.compile("|".join(_LONGEST) + r"|[^\W\d_]", re.UNICODE)
_MARKS: Final = re.compile(r"[ˈˌː\u0300-\u036f‿ʰʲʷ]")
_LETTER: Final = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Ear:
    """Something that writes down what it hears, and what it should have written."""

    name: str
    measure: str
    """``phone error rate`` or ``character error rate``."""
    heard: Callable[[Samples], Units]
    """From sound, float32 at 16 kHz."""
    meant: Callable[[str], Units]
    """From the text."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One line in one voice."""

    key: str
    form: str
    text: str
    meant: Units
    heard: Units

    @property
    def errors(self) -> int:
        """Units that would have to be changed, put in or taken out."""
        return distance(self.meant, self.heard)

    @property
    def rate(self) -> float:
        """Errors for each unit that was meant."""
        return self.errors / max(1, len(self.meant))


def prompts(pack: LanguagePack) -> Iterator[tuple[str, Form, Utterance]]:
    """Go through every line of a pack in every form and wording, slots filled with an example each."""
    called = pack.addressing(_NAME.get(pack.tag, "Mary"))
    seen: set[str] = set()
    for key, phrase in pack.phrases.phrases.items():
        for form in Form:
            for number, line in enumerate(phrase.lines(form)):
                names = {slot.name: slot for slot in parse_template(line).slots()}
                slots: dict[str, int | str] = {
                    name: _NAMES.get(name, _DIGITS if slot.style == "digits" else _NUMBER)
                    for name, slot in names.items()
                }
                utterance = called.utterance(key, form, number, **slots)
                if utterance.text not in seen:
                    seen.add(utterance.text)
                    yield key, form, utterance


def measured(
    house: House, voice: VoiceProfile, ear: Ear, lines: Sequence[tuple[str, Form, Utterance]], bar: BarMaker
) -> tuple[Judged, ...]:
    """Return lines as an ear wrote them down, spoken by a voice."""
    clips = house.render([line for _, _, line in lines], voice, bar(f"Speaking ({voice.id})"))
    shown, judged = bar(f"Listening ({voice.id})"), []
    for number, (key, form, line) in enumerate(lines, start=1):
        sound = np.concatenate((_QUIET, resample(clips[line].samples, SAMPLE_RATE, LISTEN_RATE), _QUIET))
        judged.append(Judged(key, form.value, line.text, ear.meant(line.text), ear.heard(sound)))
        shown(number, len(lines))
    return tuple(judged)


def report(  # noqa: PLR0913 - what is measured, and how it is told
    house: House,
    languages: Iterable[str],
    voices: Sequence[str],
    bar: BarMaker,
    *,
    one_in: int = 1,
    tell: Callable[[dict[str, Any]], None] = lambda _row: None,
) -> dict[str, Any]:
    """Return a row for each voice, and the worst lines of each language in the voice it is spoken with.

    Args:
        house: Where things are.
        languages: Tags of the packs.
        voices: Ids of profiles; none for every coach's voice of each language.
        bar: Makes progress bars.
        one_in: One of so many lines is measured, at least 1.
        tell: Is given the row of each voice as soon as it is known; a language takes from minutes to an hour.

    Raises:
        InputError: A profile speaks none of the languages.
        ModelError: The engine that is to listen is missing.
        PackError: No engine can write a language down.
    """
    rows: list[dict[str, Any]] = []
    worst: list[dict[str, Any]] = []
    for tag in languages:
        ear, lines = ear_for(house, tag), list(prompts(house.pack(tag)))[::one_in]
        named = [house.profile(name) for name in voices]
        spoken = [voice for voice in named if voice.speaks(tag)] if voices else house.coach_voices(tag)
        if not spoken:
            raise InputError(f"None of the voices {', '.join(voices)} speaks {tag}.")
        for voice in spoken:
            judged = measured(house, voice, ear, lines, bar)
            units, errors = sum(len(line.meant) for line in judged), sum(line.errors for line in judged)
            rows.append(
                {
                    "language": tag,
                    "voice": voice.id,
                    "written down by": ear.name,
                    "lines": len(judged),
                    ear.measure: round(errors / max(1, units), 3),
                    "lines without error": sum(not line.errors for line in judged),
                }
            )
            tell(rows[-1])
            if voice is spoken[0]:
                ranked = sorted(judged, key=lambda line: (-line.rate, line.key))[:WORST]
                worst += [_shown(tag, voice, line) for line in ranked]
    return {"sample": f"one line of {one_in}" if one_in > 1 else "every line", "voices": rows, "worst": worst}


def _shown(tag: str, voice: VoiceProfile, line: Judged) -> dict[str, Any]:
    joined = "" if tag == "ko" else " "
    return {
        "language": tag,
        "voice": voice.id,
        "rate": round(line.rate, 2),
        "key": f"{line.key} ({line.form})",
        "text": line.text if len(line.text) <= 60 else line.text[:59] + "…",
        "heard": unicodedata.normalize("NFC", joined.join(line.heard))[:60],
    }


def ear_for(house: House, tag: str) -> Ear:
    """Return what writes a language down.

    Raises:
        ModelError: It is missing.
        PackError: There is nothing for this language.
    """
    if house.bench.lexicon(tag) is not None:
        from coach.listening.recognizers.phonemes import Transcriber  # noqa: PLC0415 - an engine, only where it is used
        from coach.speech.synthesizers.espeak import EspeakSynthesizer  # noqa: PLC0415 - the same

        transcriber, espeak = Transcriber(), EspeakSynthesizer()
        return Ear(
            "phonemes",
            "phone error rate",
            lambda sound: folded(" ".join(transcriber.phones(sound))),
            lambda text: folded(espeak.transcription(text, "en-us")),
        )
    if house.pack(tag).recognizers:
        from coach.listening.registry import free_vosk  # noqa: PLC0415 - an engine, only where it is used

        dictate = free_vosk(house.bench, tag)
        return Ear("vosk", "character error rate", lambda sound: letters(dictate(sound)), letters)
    raise PackError(f"No engine can write {tag} down, so nothing can be said of how it is understood.")


def folded(ipa: str) -> Units:
    """Return phones as they are compared, from IPA with or without spaces."""
    phones = _PHONE.findall(_MARKS.sub("", ipa))
    return tuple(_FOLDED.get(phone, phone) for phone in phones)


def letters(text: str) -> Units:
    """Return the letters of a text, without spaces and punctuation; Hangul in its single letters."""
    return tuple(_LETTER.findall(unicodedata.normalize("NFD", text.casefold())))


def distance(meant: Units, heard: Units) -> int:
    """Return how many units must be changed, put in or taken out to make one of the other (Levenshtein)."""
    row = np.arange(len(heard) + 1)
    for number, unit in enumerate(meant, start=1):
        changed = row[:-1] + np.fromiter((unit != other for other in heard), dtype=np.int64, count=len(heard))
        row[0], before = number, np.minimum(changed, row[1:] + 1)
        for place, least in enumerate(before, start=1):
            row[place] = min(int(least), int(row[place - 1]) + 1)
    return int(row[-1])
