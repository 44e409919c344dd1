"""The chain from microphone to commands: canceller, segmenter, recognizers, acceptance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from coach.audio.clip import Samples
from coach.language.command_book import CommandBook
from coach.language.utterance import Expectation
from coach.listening.acceptance import Acceptance
from coach.listening.cry import SPEECH_PHONES, CryDetector
from coach.listening.echo import EchoCanceller
from coach.listening.echo_report import EchoClass, EchoReport
from coach.listening.echo_watch import EchoWatch
from coach.listening.excess import Whose
from coach.listening.health.complaint import Complaint
from coach.listening.health.microphone import Constant, Loud, MicrophoneHealth, Muted
from coach.listening.hearing import Decision, Hypothesis
from coach.listening.likeness import LONGEST_LAG_S
from coach.listening.own_sound import OwnSound
from coach.listening.own_voice import OwnVoiceGate
from coach.listening.pace import Pace, Paced, pace_for
from coach.listening.recognizer import Recognizer, Wordy
from coach.listening.segmenter import Segmenter
from coach.units import LISTEN_BLOCK, LISTEN_RATE

TAIL: Final = LISTEN_RATE
"""Listening frames of silence that bring out what is still on its way: the second `coach hear` appends."""
_LOOKS: Final = 3
"""How often a look is timed; the quickest counts, since the first one fetches what it needs."""
_OWN_SOUND: Final = 1e-7
"""Mean power of what was played from which on the coach sounds: -70 dBFS (chosen: far below any prompt)."""
_OWN_TAIL: Final = LISTEN_RATE // 2
"""Listening frames for which it rings on in a bedroom: longer than the decay of any furnished one (chosen)."""


_UNKNOWN_ROOM: Final = 4 * LISTEN_RATE
"""Listening frames of the coach's words after which canceller and own-voice gate know a room. Of 880 lines that were
tried among the first in a room (`coach bench self-trigger --one-in 320`) eleven were obeyed, ten of them as the very
first; so what is heard into the first words is treated as on hardware that cannot cancel."""
_RINGING_S: Final = 0.3
"""How long an echo that nothing takes out can be taken for speech, beyond its lag: a furnished bedroom."""
_NO_SOUND: Final = 1e3
"""Sample value, against full scale, above which a block is no sound (chosen: 60 dB beyond what a card can give)."""
_NOTHING_TO_CANCEL: Final = frozenset({EchoClass.CANCELLING, EchoClass.HALF_DUPLEX})
"""Nothing comes back, or nothing that could be taken out: canceller and own-voice gate stand aside, so that whoever
speaks while the coach does is heard as they are."""
_LATEST: Final = round((LONGEST_LAG_S + _RINGING_S) * LISTEN_RATE)
"""Listening frames behind the coach's last sound in which its echo may still come, until it is known how late it is."""


class Listener:
    """Listens for one session: the same blocks always give the same hearings."""

    def __init__(
        self,
        recognizers: Sequence[Recognizer],
        books: Mapping[str, CommandBook],
        canceller: EchoCanceller | None = None,
        segmenter: Segmenter | None = None,
        *,
        language: str | None = None,
    ) -> None:
        """Wire the chain.

        Args:
            recognizers: Engines, of one or several languages; each is given every block.
            books: Command book of each language, by its tag.
            canceller: Takes the coach's own sound out of the microphone's; None where it does not come back.
            segmenter: Tells when somebody speaks; None only for recognizers that do not ask.
            language: Tag of the session's language; default: that of the first recognizer.
        """
        self._recognizers = tuple(recognizers)
        self._canceller = canceller
        self._segmenter = segmenter
        self._gate = OwnVoiceGate()
        self._cries = CryDetector()
        self._behind = MicrophoneHealth((Muted(), Constant(), Loud()))
        spoken = language or self._recognizers[0].language
        voters = [recognizer.name for recognizer in self._recognizers if recognizer.language == spoken]
        self._acceptance = Acceptance(books, language=spoken, voters=voters, lent=not voters)
        self._listened = 0
        self._own = OwnSound()
        self._taught = 0
        self._known_from: int | None = None
        self._echo = EchoWatch()

    @property
    def listened(self) -> int:
        """Return how many frames (16 kHz) went through the recognizers."""
        return self._listened

    @property
    def complaint(self) -> Complaint | None:
        """Return why what is left behind the canceller cannot be a room, or None while it may be."""
        return self._behind.complaint

    @property
    def echo(self) -> EchoReport:
        """Return what comes back of the coach's own voice, and which kind of hardware that is."""
        return self._echo.report

    def expect(self, expectation: Expectation) -> None:
        """Say what the session expects of words that begin now or later."""
        self._acceptance.expect(expectation, self._listened)
        for recognizer in self._recognizers:
            recognizer.expect(expectation)

    def accept(
        self, mic: Samples, reference: Samples | None, *, sounding: tuple[str, ...] = ()
    ) -> tuple[Decision, ...]:
        """Take the next block of the microphone and return what it completed.

        Args:
            mic: float32, shape (n,), 16 kHz, full scale ±1.0.
            reference: What was played meanwhile, in the same shape; None where nothing can come back.
            sounding: Texts of the coach's own lines that sound in this block.

        Returns:
            Hearings, and `Unclear` where an open question was answered by nothing that can be read.
        """
        mic = _numbers(mic)
        if self._canceller is None or reference is None:
            self._gate.excess.unknown()
            return self._hear(mic, sounding)
        if float(reference @ reference) > _OWN_SOUND * len(reference):
            self._own.sounded(self._listened, self._listened + len(reference))
            self._learn_room(len(reference) if sounding else 0)
        self._echo.accept(mic, reference, self._canceller)
        self._own.late = _late(self._echo.report)
        if self._echo.report.kind in _NOTHING_TO_CANCEL:
            reference = np.zeros_like(reference)
        cleaned = self._canceller.process(mic, reference)
        self._behind.accept(cleaned)
        left = self._gate.accept(mic, cleaned, reference, self._canceller.convergence_db)
        return self._hear(left, sounding)

    def keep_pace(self, clock: Callable[[], float]) -> Pace:
        """Let the recognizers look as often as this machine can, and return how often that is.

        Args:
            clock: Tells seconds of computing.

        Raises:
            ModelError: The machine is too slow for any pace.
        """
        paced = [recognizer for recognizer in self._recognizers if isinstance(recognizer, Paced)]
        if not paced:
            return Pace()
        looks: list[float] = []
        for _ in range(_LOOKS):
            began = clock()
            for recognizer in paced:
                recognizer.look()
            looks.append(clock() - began)
        pace = pace_for(min(looks))
        self.keep(pace)
        return pace

    def keep(self, pace: Pace) -> None:
        """Let the recognizers look so often from now on."""
        for recognizer in self._recognizers:
            if isinstance(recognizer, Paced):
                recognizer.keep(pace)

    def settle(self, mic: Samples) -> None:
        """Learn a room in which nobody speaks, as it would be known after a while, without listening for words.

        Args:
            mic: float32, shape (n,), 16 kHz, full scale ±1.0.
        """
        for start in range(0, len(mic), LISTEN_BLOCK):
            block = _numbers(mic[start : start + LISTEN_BLOCK])
            if self._segmenter is not None:
                self._segmenter.accept(block)
            for recognizer in self._recognizers:
                recognizer.accept(block, speech=False)
            self._listened += len(block)

    def finish(self) -> tuple[Decision, ...]:
        """Return what was still on its way, after a second of silence."""
        silence = np.zeros(LISTEN_BLOCK, dtype=np.float32)
        decisions: list[Decision] = []
        for _ in range(TAIL // LISTEN_BLOCK):
            self._gate.excess.unknown()
            decisions += self._hear(silence, ())
        return tuple(decisions)

    def reset(self) -> None:
        """Forget what was heard; keep the frame count, what is expected, and the room the canceller knows."""
        for recognizer in self._recognizers:
            recognizer.reset()
        if self._segmenter is not None:
            self._segmenter.reset()
        self._gate.reset()
        self._cries.reset()
        self._own.forget()
        self._acceptance.reset()

    def move(self) -> None:
        """Forget what was heard, and the room as well: another room, as between two trials of a bench."""
        self.reset()
        self._behind = MicrophoneHealth((Muted(), Constant(), Loud()))
        self._own = OwnSound()
        self._taught, self._known_from = 0, None
        self._echo.reset()
        if self._canceller is not None:
            self._canceller.reset()

    def _hear(self, block: Samples, sounding: tuple[str, ...]) -> tuple[Decision, ...]:
        self._own.said(sounding, self._listened, self._listened + len(block))
        speech = self._gate.follow(voice=self._segmenter is not None and self._segmenter.accept(block))
        hypotheses: list[Hypothesis] = []
        for recognizer in self._recognizers:
            hypotheses += recognizer.accept(block, speech=speech)
        self._listened += len(block)
        hypotheses = [self._beside_coach(one) for one in hypotheses if not self._own_remnant(one)]
        decisions = self._acceptance.accept(hypotheses, now=self._listened, speech=speech, sounding=self._own.texts)
        return (*decisions, *self._cried(block, speech=speech))

    def _learn_room(self, words: int) -> None:
        """Count the frames of the coach's words, and remember when there were enough of them to know the room."""
        self._taught += words
        if self._known_from is None and self._taught >= _UNKNOWN_ROOM:
            self._known_from = self._listened

    def _cried(self, block: Samples, *, speech: bool) -> tuple[Decision, ...]:
        """Return that somebody cried out, where an utterance that was a cry has just ended."""
        floor_db = self._segmenter.floor_db if self._segmenter is not None else 0.0
        cry = self._cries.accept(block, floor_db, speech=speech)
        wordy = (recognizer for recognizer in self._recognizers if isinstance(recognizer, Wordy))
        if cry is None or any(recognizer.phones_a_second > SPEECH_PHONES for recognizer in wordy):
            return ()
        first, last = (self._listened - blocks * LISTEN_BLOCK for blocks in (cry.blocks, cry.behind))
        own = self._rings(first, self._listened) or self._own.texts(first, self._listened)
        if own and self._whose(first, last) is not Whose.ANOTHERS:
            return ()
        return self._acceptance.cried(cry, now=self._listened)

    def _own_remnant(self, hypothesis: Hypothesis) -> bool:
        """Return whether it may be what the canceller leaves of the coach: a vowel of a tone, or of words.

        What something else explains better must not be asked about there, unless it is clearly another's voice.
        """
        loses = (hypothesis.doubted or hypothesis.outlasts) and not hypothesis.heard_as
        rings = loses and self._rings(hypothesis.first, hypothesis.last)
        return rings and self._whose(hypothesis.first, hypothesis.last) is not Whose.ANOTHERS

    def _whose(self, first: int, last: int) -> Whose:
        """Return whose sound it was between two frames, if the coach was sounding, by what stood above its echo."""
        return self._gate.excess.whose(self._listened - first, self._listened - last)

    def _rings(self, first: int, last: int) -> bool:
        """Return whether the coach sounded between two frames, or the room may still have rung with it.

        What it sounds only later says nothing about them: a tone must not take away the harm that was said before it.
        """
        return self._own.rings(first, last, _OWN_TAIL)

    def _beside_coach(self, hypothesis: Hypothesis) -> Hypothesis:
        """Return what was heard, and whether it was heard while the coach itself sounded."""
        if hypothesis.heard_as and self._own.until and hypothesis.first < self._own.until + _OWN_TAIL:
            # A lone word into the coach's voice, or between its tones, is meant for the coach, however blurred.
            hypothesis = replace(hypothesis, doubted=False)
        over = self._own.over(hypothesis.first, hypothesis.last)
        behind = self._fresh and not over and self._own.behind(hypothesis.first, _LATEST)
        if not over and not behind:
            return hypothesis
        unknown = self._known_from is None or hypothesis.first < self._known_from
        words = bool(self._own.texts(hypothesis.first, hypothesis.last))
        faint = words and self._whose(hypothesis.first, hypothesis.last) is Whose.OWN
        blurred = behind or (unknown and words) or self._fresh or not self._echo.report.hears_while_speaking
        return replace(hypothesis, over_coach=True, blurred=blurred, behind=behind, faint=faint)

    @property
    def _fresh(self) -> bool:
        """Return whether too little of the coach has sounded to know how its voice comes back."""
        unknown = self._echo.report.kind is EchoClass.UNKNOWN and self._known_from is None
        return unknown and bool(self._own.until)


def _numbers(mic: Samples) -> Samples:
    """Return a block, silent where any of it is no sound: a single NaN would stay in every filter behind it.

    What is wrong with the microphone is told by who reads it raw (`coach.listening.health`).
    """
    return mic if np.max(np.abs(mic), initial=0.0) <= _NO_SOUND else np.zeros_like(mic)


def _late(report: EchoReport) -> int:
    """Return how many listening frames of echo follow on the coach's last sound where nothing takes them out."""
    late_s = 0.0 if report.hears_while_speaking else report.measure.lag_s + _RINGING_S
    return round(late_s * LISTEN_RATE)
