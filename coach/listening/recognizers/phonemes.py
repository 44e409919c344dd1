"""The embedded recognizer: phoneme posteriors of `hama`, scored against the phrases' pronunciations.

While somebody speaks, the network runs again and again over the last second and a bit; what it
says of a frame is kept once the frame has sound on both sides. When the utterance is over, it
has all been read, and one last window completes it. A word that halts is not kept waiting for
that: what stands between two silences, however short the second, is looked at once.
"""

from dataclasses import replace
from typing import Final

import hama
import numpy as np

from coach.audio.clip import Samples
from coach.audio.resampler import resample
from coach.errors import ModelError
from coach.language.utterance import Expectation
from coach.listening.hearing import Hypothesis
from coach.listening.pace import Pace
from coach.listening.phonemes.ctc import Excess
from coach.listening.phonemes.enhancement import Enhancer, brightened
from coach.listening.phonemes.phrase_table import Match, PhraseTable
from coach.listening.phonemes.prominence import standing_out
from coach.listening.phonemes.pronunciations import Lexicon
from coach.listening.phonemes.spotter import Spotter
from coach.listening.phonemes.thresholds import HALT_LEAD, halts, is_safety
from coach.listening.vocabulary import Vocabulary
from coach.units import LISTEN_RATE

NAME: Final = "phonemes"
_BLANK: Final = "<blank>"
_BOUNDARY: Final = "<wb>"
_FRAME: Final = 320
"""Listening frames in one row of posteriors: 20 ms, fixed by the network."""
_LOOK_BACK: Final = 20 * _FRAME
"""Listening frames kept from before the onset: 0.4 s, in which a weak word may begin (`coach.listening.segmenter`)."""
_WINDOW: Final = 64 * _FRAME
"""Longest stretch the network reads at once: 1.28 s. Its cost grows with the length."""
_YOUNG: Final = 90 * _FRAME
"""An utterance is young for 1.8 s."""
_FADED: Final = 0.05
"""New sound below this share of the window's loudest 20 ms (-26 dB) is silence after a word: read once, not again."""
_LULL: Final = 7
"""Frames of 20 ms as quiet as that, or as the room was, after which a word that halts may be over: 0.14 s, longer than
the closure of a "t" or a "p"."""
_ROOM: Final = 2.0
"""How far above the room's own level a frame still counts as quiet: 6 dB."""
_SETTLE: Final = 15
"""Rows at a window's left edge that lack context and do not replace what an earlier window said: 0.3 s."""
_DRY: Final = 110 * _FRAME
"""Utterances of up to 2.2 s are read without the room's late reverberation where nothing in them is sure: words are
that short. Longer ones are only read slower and with their noise (`coach.listening.pace.READ_AGAIN_S`): what is said
slowly lasts up to 3.2 s. On the tuned half 69 instead of 67 of 69 "no" are heard so; of 149 synthetic phrases at 10 dB
of noise 143 with 3.2 s and 139 with 2.2 s (2026-11)."""
_WORD: Final = 80 * _FRAME
"""Utterances of up to 1.6 s, 0.4 s before their onset among them, are read faster, brighter and with less noise as
well, where a machine reads longer ones again too."""
_LENGTHY: Final = 160 * _FRAME
"""Longer utterances are read once. Beside another language `_DRY` holds for all: its sentences are no slow phrases."""
_SLOWER: Final = (9, 10)
_FASTER: Final = (5, 4)
"""By how much (chosen among few). Of 22 "stop"s that noise hid 2 were clear when they were faster, 2 brighter, 1 with
less noise; of 14 that the coach's voice 10 dB above them hid 1, 0 and 2. Of 267 other words, 46 coughs and laughs, and
0.42 h of talk none was taken for one (tuned half, 2026-11)."""
_MOMENT: Final = np.zeros(LISTEN_RATE // 5, dtype=np.float32)
_KEPT: Final = 250
"""Rows kept of an utterance that goes on and on: 5 s."""
_LOUD: Final = 0.1
"""Block RMS to which the loudest 20 ms of a window are brought, against full scale."""
_GAIN_MAX: Final = 100.0


class Transcriber:
    """Writes down the phones of a sound, whatever they are: for measuring how clearly something was said.

    Raises:
        ModelError: The network cannot be loaded.
    """

    def __init__(self) -> None:
        self._model = _model()

    def phones(self, sound: Samples) -> tuple[str, ...]:
        """Return the phones of a sound.

        Args:
            sound: float32, shape (frames,), 16 kHz.
        """
        return tuple(self._model.transcribe_waveform(_levelled(sound), LISTEN_RATE).phonemes)


def _model() -> hama.ASRModel:
    try:
        return hama.ASRModel()
    except (OSError, RuntimeError, ValueError) as wrong:
        raise ModelError(
            f"The phoneme network of the hama package cannot be loaded ({wrong}); reinstall hama."
        ) from wrong


class PhonemeRecognizer:
    """Hears English phrases with the network that comes in the `hama` package.

    Args:
        vocabulary: The phrases; terms of other languages are left out.
        lexicon: How they sound.
        language: BCP 47 tag of the phrases.
        lenience: Nats by which "stop" and safety phrases may lose by more than they usually may.
        beside: Whether another language is spoken, whose words none of these explain.

    Raises:
        PackError: A phrase has no pronunciation.
        ModelError: The network cannot be loaded.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        language: str = "en",
        *,
        lenience: float = 0.0,
        beside: bool = False,
    ) -> None:
        self._language = language
        model = _model()
        self._network = model.session
        tokens = tuple(model.decoder_tokens)
        table = PhraseTable(vocabulary.of(language), lexicon, tokens, _BLANK, _BOUNDARY, lenience=lenience)
        self._spotter = Spotter(table, outlasting=not beside)
        self._longest = _DRY if beside else _LENGTHY
        self._room = Enhancer()
        self._count = 0
        self._before: Samples = np.zeros(0, dtype=np.float32)
        self._sound: Samples = np.zeros(0, dtype=np.float32)
        self._speaking = False
        self._begin = 0
        self._due = 0
        self._looked = 0
        self._whole_frame = 0
        self._long = False
        self._faded = False
        self._peak = 0.0
        self._quiet = 0
        self._told: dict[str, int] = {}
        self._phones_a_second = 0.0
        self._rows = _nothing(self._spotter)
        self.keep(Pace())

    @property
    def name(self) -> str:
        """Return ``phonemes``."""
        return NAME

    @property
    def language(self) -> str:
        """Return the tag of the phrases it hears."""
        return self._language

    @property
    def phones_a_second(self) -> float:
        """Return how many phones the network wrote a second: talk has 6-13, coughs, cries and laughs at most 2."""
        return self._phones_a_second

    def expect(self, expectation: Expectation) -> None:
        """Lean towards the words that answer the open question."""
        self._spotter.expect(expectation)

    def accept(self, block: Samples, *, speech: bool) -> tuple[Hypothesis, ...]:
        """Take the next block and return what it made of it."""
        told: list[Hypothesis] = []
        if speech:
            if not self._speaking:
                self._onset()
            rest = np.asarray(block, dtype=np.float32)
            while len(rest):
                piece = rest[: min(self._due, self._whole_frame) - len(self._sound)]
                rest = rest[len(piece) :]
                self._sound = np.concatenate((self._sound, piece))
                lull = len(self._sound) == self._whole_frame and self._lull()
                if lull or len(self._sound) == self._due:
                    told.extend(self._partial(lull=lull))
        else:
            if self._speaking:
                told.extend(self._final())
                self._forget()
            self._before = np.concatenate((self._before, block))[-_LOOK_BACK:]
            self._room.accept(block)
        self._count += len(block)
        return tuple(told)

    def look(self) -> None:
        """Read a whole window of nothing and score it, as `coach.listening.pace` wants it."""
        self._spotter.final(self._posteriors(np.random.default_rng(0).normal(0.0, 0.1, _WINDOW).astype(np.float32)))

    def keep(self, pace: Pace) -> None:
        """Read again after so much new sound: less often on a slow machine, and once it is no command's length."""
        self._hop = round(pace.step_s * LISTEN_RATE / _FRAME) * _FRAME
        self._long_hop = round(pace.long_step_s * LISTEN_RATE / _FRAME) * _FRAME
        self._read_again = min(round(pace.read_again_s * LISTEN_RATE), self._longest)

    def reset(self) -> None:
        """Forget the utterance under way and the room; keep counting frames."""
        self._forget()
        self._room.reset()

    def _forget(self) -> None:
        self._speaking = False
        self._before = np.zeros(0, dtype=np.float32)
        self._sound = np.zeros(0, dtype=np.float32)
        self._rows = _nothing(self._spotter)

    def _onset(self) -> None:
        self._speaking = True
        self._sound = self._before
        self._begin = self._count - len(self._before)
        self._due = len(self._sound) + self._hop
        self._whole_frame = len(self._sound) + _FRAME
        self._long = False
        self._faded = False
        self._peak = 0.0
        self._quiet = 0
        self._told = {}
        self._room.learn(len(self._sound))

    def _lull(self) -> bool:
        """Go one frame further; return whether it has just been quiet for long enough to end a word."""
        level = _loudest(self._sound[-_FRAME:])
        self._whole_frame += _FRAME
        self._peak = max(self._peak, level)
        quiet = level < max(_FADED * self._peak, _ROOM * self._room.level)
        self._quiet = self._quiet + 1 if quiet else 0
        return self._quiet == _LULL and not self._long

    def _partial(self, *, lull: bool) -> tuple[Hypothesis, ...]:
        self._long = self._long or len(self._sound) > _YOUNG
        hop = self._long_hop if self._long else self._hop
        was_faded, self._faded = self._faded, _loudest(self._sound[-hop:]) < _FADED * _loudest(self._sound[-_WINDOW:])
        told: tuple[Hypothesis, ...] = ()
        if lull or not (was_faded and self._faded):
            self._read()
            match = self._spotter.partial(self._rows, from_start=not self._long, again=self._again)
            if match is None or self._is_told(match):
                match = self._standing_out()
            if match is not None and not self._is_told(match):
                self._told[match.term.phrase] = self._begin + match.last * _FRAME
                told = (self._hypothesis(match, final=False),)
        spare = len(self._rows) - _KEPT
        if spare > 0:
            self._rows = self._rows.part(spare, len(self._rows))
            self._sound = self._sound[spare * _FRAME :]
            self._begin += spare * _FRAME
            self._whole_frame -= spare * _FRAME
        self._due = len(self._sound) + hop
        return told

    def _is_told(self, match: Match) -> bool:
        """Return whether these very words were told: said again, they begin behind the end of those."""
        end = self._told.get(match.term.phrase)
        return end is not None and self._begin + match.first * _FRAME < end

    def _standing_out(self) -> Match | None:
        """Return the word that halts, where it stands out of talk that goes on."""
        stretch = standing_out(self._sound)
        # By its end: what stood out just ahead of a word has the word's beginning in its own last 0.2 s.
        if stretch is None or self._begin + stretch[1] <= self._looked:
            return None
        first, last = stretch
        self._looked = self._begin + last
        word = np.concatenate((_MOMENT, self._sound[first:last], _MOMENT))
        match = self._spotter.alone(self._posteriors(self._room.denoised(word)), cut_out=True)
        if match is None:
            return None
        shift = (first - len(_MOMENT)) // _FRAME
        return replace(match, first=match.first + shift, last=match.last + shift)

    def _final(self) -> tuple[Hypothesis, ...]:
        self._read()
        self._phones_a_second = self._spotter.phones_in(self._rows) * LISTEN_RATE / (_FRAME * max(1, len(self._rows)))
        matches = self._spotter.final(self._rows)
        if not any(_stands(match) for match in matches) and (again := self._again()):
            matches = self._spotter.final(self._rows, again)
        if not any(_stands(match) for match in matches) and (halting := self._made_clearer()):
            harm = (match for match in matches if is_safety(match.term) and not match.doubted)
            matches = (halting, *harm)
        return tuple(self._hypothesis(match, final=True) for match in matches)

    def _again(self) -> tuple[Excess, ...]:
        """Return an utterance read in two more ways, in which the network errs at other places, where that can be paid.

        Once it is a tenth slower, once it has all its noise and begins after a moment of silence.
        """
        sound = self._sound
        if len(sound) > self._read_again:
            return ()
        slower = resample(self._room.denoised(sound), _SLOWER[0], _SLOWER[1])
        later = np.concatenate((_MOMENT, sound))
        return self._posteriors(slower), self._posteriors(later)

    def _made_clearer(self) -> Match | None:
        """Return the word that halts, where it is clear once the sound is changed in one way or another.

        For these words alone: where all were read without late reverberation, "no" and talk suffered (75 instead of 77
        of 79 "no" of the held-out half, 2 instead of 0 safety phrases in the tuned half's talk, 2026-11).
        """
        if len(self._sound) > min(self._read_again, _DRY):
            return None
        match = self._spotter.alone(self._posteriors(self._room.dry(self._sound)), cut_out=False)
        if match is not None or len(self._sound) > _WORD or self._read_again <= _DRY:
            return match
        clean = self._room.denoised(self._sound)
        match = self._spotter.alone(self._posteriors(resample(clean, *_FASTER)), cut_out=False)
        if match is not None:
            first, last = (row * _FASTER[0] // _FASTER[1] for row in (match.first, match.last))
            return replace(match, first=first, last=last)
        others = (brightened(clean), self._room.denoised(self._sound, deeply=True))
        found = (self._spotter.alone(self._posteriors(other), cut_out=False) for other in others)
        return next((match for match in found if match is not None), None)

    def _read(self) -> None:
        """Run the network over the end of the utterance and keep what it says."""
        first = max(0, -(-(len(self._sound) - _WINDOW) // _FRAME))
        # What grew quieter and quieter was passed over for longer than a window: it is made up for.
        while first > len(self._rows):
            known = len(self._rows)
            self._read_from(max(0, known - _SETTLE))
            if len(self._rows) <= known:
                break
        self._read_from(first)

    def _read_from(self, first: int) -> None:
        """Run the network over a window that begins at a row, and keep what it says."""
        window = self._sound[first * _FRAME :][:_WINDOW]
        if len(window) < _FRAME:
            return
        fresh = self._posteriors(self._room.denoised(window))
        keep = min(len(self._rows), first + _SETTLE) if first else 0
        fresh = fresh.part(keep - first, len(fresh))
        self._rows = self._rows.part(0, keep).followed_by(fresh)

    def _posteriors(self, window: Samples) -> Excess:
        """Return what the network says of a sound."""
        wave = np.ascontiguousarray(_levelled(window)[None], dtype=np.float32)
        log_probs, lengths = self._network.run(
            ["log_probs", "out_lengths"],
            {"waveform": wave, "waveform_lengths": np.array([wave.shape[1]], dtype=np.int64)},
        )
        return self._spotter.excess(log_probs[0, : int(lengths[0])])

    def _hypothesis(self, match: Match, *, final: bool) -> Hypothesis:
        return Hypothesis(
            text=match.term.phrase,
            score=match.score,
            first=max(0, self._begin + match.first * _FRAME),
            last=self._begin + match.last * _FRAME,
            is_final=final,
            engine=NAME,
            language=self._language,
            margin=match.margin,
            sure=match.sure,
            narrow=match.margin < HALT_LEAD and not match.heard_as,
            doubted=match.doubted,
            outlasts=match.outlasts,
            heard_as=match.heard_as,
        )


def _stands(match: Match) -> bool:
    """Return whether a match need not be read again: it is sure, or halts, which is easy."""
    known = match.term.policy is not None and not match.heard_as
    return known and (match.sure or (halts(match.term) and not match.doubted))


def _nothing(spotter: Spotter) -> Excess:
    none = np.zeros(0, dtype=np.float32)
    return Excess(np.zeros((0, spotter.phones), dtype=np.float32), none, none, none)


def _levelled(window: Samples) -> Samples:
    """Return sound at the level the network reads best, whoever spoke it."""
    loudest = _loudest(window)
    gain = min(_LOUD / loudest, _GAIN_MAX) if loudest > 0 else 1.0
    return np.asarray(np.clip(window * np.float32(gain), -1.0, 1.0), dtype=np.float32)


def _loudest(sound: Samples) -> float:
    """Return the RMS of the loudest whole 20 ms; 0 where there are none."""
    blocks = sound[: len(sound) // _FRAME * _FRAME].reshape(-1, _FRAME)
    return float(np.sqrt(np.square(blocks).mean(axis=1).max(initial=0.0)))
