"""The interpreter: carries out effects, one small method each, in the order given.

Rules:

1. Effects are carried out strictly in order; `Silence` and `Hush` wait for nothing.
2. An effect that fails is told to the chronicle and never keeps the later ones from being carried out.
3. Lines are spoken one after another in the lane they were given, with `LINE_GAP` between them, and sooner after a
   chime, which is no sentence.
4. A question is open from the moment it begins to be asked, not while the lines before it are spoken:
   what is said during a greeting answers nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from coach.audio.clip import Clip
from coach.audio.lanes import Lane, SpeakingLane
from coach.audio.lease import NO_LEASE, Lease
from coach.audio.mixer import Ended, Mixer, Started
from coach.commands import Command
from coach.errors import CoachError, SpeechError
from coach.language.models import LanguagePack
from coach.language.passage import words_between
from coach.language.rotation import variant
from coach.language.utterance import Context, Expectation, Form, Utterance
from coach.runtime.chronicle import Chronicle, Sound
from coach.runtime.library import Library
from coach.runtime.player import Player, SegmentEnd
from coach.score.models import TimedCue
from coach.session import effects as fx
from coach.units import Frames, frames

LINE_GAP: Final = frames(0.3)
"""Silence between two lines: long enough to be heard as two sentences; chosen by ear, not measured."""
LISTENING_GAP: Final = frames(1.2)
"""The same on half-duplex hardware: the longest echo is over after half a second, and "stop" takes another; chosen."""
CHIME_GAP: Final = frames(0.1)
"""Silence between a chime, which dies away by itself, and the line after it; chosen by ear, not measured."""
OWN_WORDS: Final = frames(1.0)
"""How far from now words of a line may lie and still count as sounding: twice what their place is wrong by
(`coach.language.passage`). So "stop" is the greeting's own for three of its 14 seconds, and hers for the others."""
_VOICE_LANES: Final = (Lane.NOTICE, Lane.SAFETY)


class Interpreter:
    """Carries out effects on the mixer, the player, the listener and the chronicle."""

    def __init__(  # noqa: PLR0913 - the ports of a session
        self,
        mixer: Mixer,
        library: Library,
        pack: LanguagePack,
        chronicle: Chronicle,
        listen: Callable[[Expectation], None],
        *,
        seed: int = 0,
    ) -> None:
        """Take the ports; the interpreter owns none of them but the player it makes.

        The seed is the number of sessions before this one: it says whose turn it is among the variants of a line.
        """
        self._seed = seed
        self._mixer = mixer
        self._library = library
        self._pack = pack
        self._chronicle = chronicle
        self._listen = listen
        self._player = Player(self._hand_over, self._take_back)
        self._lease = NO_LEASE
        self._epoch = mixer.epoch
        self._tokens: dict[int, Sound] = {}
        self._pending: set[int] = set()
        self._handed: set[int] = set()
        self._told: Counter[str] = Counter()
        self._last_token = 0
        self._chimed = Frames(0)
        self._gap = LINE_GAP
        self._sounding: dict[int, Sound] = {}
        self._recent: list[Sound] = []
        self._awaited: tuple[str, Expectation] | None = None
        self._expected = Expectation()
        self.inform: Callable[[Command], tuple[fx.Say, ...]] = _say_nothing
        """Returns what is said to a question at rest about the days: how she is doing, what comes next."""
        self.timer: Frames | None = None
        """Played frame at which the one timer fires; None when it is not armed."""

    def carry_out(self, effect: fx.Effect) -> None:  # noqa: C901, PLR0912 - one flat case an effect
        """Carry out one effect now.

        Raises:
            CoachError: A line is missing or cannot be said; the caller records it and goes on.
        """
        match effect:
            case fx.Silence():
                self._player.halt()
                self._mixer.silence()
                self._pending.clear()
                self.timer = None
            case fx.Hush():
                self._player.halt()
                self._mixer.hush(Lane.BED, Lane.CUE, Lane.NOTICE)
                self._pending = {
                    token for token in self._pending if self._tokens[token].lane == Lane.SAFETY.name.lower()
                }
            case fx.Say():
                self._say(effect)
            case fx.Ring():
                self._ring(effect)
            case fx.ArmTimer():
                said = max(self._mixer.frame, self._mixer.busy_until(*_VOICE_LANES))
                self.timer = Frames(said + effect.length)
            case fx.CancelTimer():
                self.timer = None
            case fx.FollowScore():
                self._epoch = self._mixer.epoch
                self._player.follow(effect.score, effect.position)
            case fx.HaltScore():
                self._player.halt()
            case fx.SetGain():
                self._mixer.set_gain(effect.gain_db)
            case fx.Inform():
                for line in self.inform(effect.command):
                    self._say(line)
            case fx.Listen():
                self._expect(effect.expectation)
            case _:
                self._write_down(effect)

    def tell_anew(self, *effects: fx.Ring | fx.Say) -> None:
        """Break off what is being said and say this; timers and what is expected stay as they are.

        Raises:
            CoachError: A line is missing.
        """
        self._mixer.hush()
        self._pending.clear()
        for effect in effects:
            self.carry_out(effect)

    def learn(self, clips: Mapping[Utterance, Clip]) -> None:
        """Be able to say more lines from now on."""
        self._library.learn(clips)

    def advance(self, lease: Lease) -> tuple[SegmentEnd, ...]:
        """Hand due cues to the mixer and return the segments of the score that have ended.

        Args:
            lease: Shows that somebody is heard just now; with one that has run out every cue is refused.
        """
        self._lease = lease
        return self._player.advance(self._mixer.frame)

    def account(self) -> bool:
        """Take the mixer's reports; return whether the last line in waiting has just been spoken to its end."""
        spoken = False
        for report in self._mixer.reports():
            sound = self._tokens.get(report.token)
            if sound is None:
                continue
            if isinstance(report, Started):
                sound.played = report.frame
                self._sounding[report.token] = sound
                if self._awaited is not None and sound.id == self._awaited[0]:
                    self._tell_listener(self._awaited[1])
                    self._awaited = None
            elif isinstance(report, Ended):
                sound.ended, sound.cut = report.frame, report.cut
                self._handed.discard(report.token)
                if self._sounding.pop(report.token, None) is not None and sound.text:
                    self._recent.append(sound)
                if report.token in self._pending:
                    self._pending.discard(report.token)
                    spoken = not self._pending and not report.cut
                del self._tokens[report.token]
        return spoken

    def sounding(self, tail: Frames) -> tuple[str, ...]:
        """Return the words sounding now or within `tail` frames past, for the own-voice guard."""
        limit = self._mixer.frame - tail
        if self._recent:
            self._recent = [sound for sound in self._recent if sound.ended is not None and sound.ended > limit]
        if not self._recent and not self._sounding:
            return ()
        now = [self._words(sound, tail) for sound in self._sounding.values() if sound.text]
        return (*now, *(self._words(sound, tail) for sound in self._recent))

    def _words(self, sound: Sound, tail: Frames) -> str:
        """Return what is said of a line now or was within `tail` frames past, and what lies close beside it."""
        if sound.played is None or sound.length <= 2 * OWN_WORDS:
            return sound.text
        now = self._mixer.frame - sound.played
        begin, end = (now - tail - OWN_WORDS) / sound.length, (now + OWN_WORDS) / sound.length
        return words_between(sound.text, begin, end)

    def leave_gaps(self) -> None:
        """Leave room for a word between two lines from now on: while one sounds, nobody is heard well."""
        self._gap = LISTENING_GAP

    @property
    def fell_silent(self) -> tuple[Frames, ...]:
        """Return the frames at which words that were sounding of late ended."""
        return tuple(sound.ended for sound in self._recent if sound.ended is not None)

    @property
    def next_due(self) -> Frames | None:
        """Return the next frame at which the score or the timer has something to do; None where nothing waits."""
        score = self._player.next_due
        if score is None or self.timer is None:
            return self.timer if score is None else score
        return min(score, self.timer)

    @property
    def speaking(self) -> bool:
        """Return whether a line is being spoken or waits to be."""
        return bool(self._pending)

    def _expect(self, expectation: Expectation) -> None:
        """Tell the listener what is expected; of a question, once it begins to be asked.

        Until then what answered the question before answers nothing: she may say "no" twice.
        """
        line = f"question.{expectation.question}"
        to_come = any(self._tokens[token].id == line for token in self._pending if token not in self._sounding)
        self._awaited = (line, expectation) if to_come else None
        if not to_come:
            self._tell_listener(expectation)
        elif self._expected.context is Context.QUESTION and self._expected != expectation:
            self._tell_listener(Expectation())

    def _tell_listener(self, expectation: Expectation) -> None:
        self._expected = expectation
        self._listen(expectation)

    def _say(self, effect: fx.Say) -> None:
        variants, turn = max(1, self._pack.variants(effect.phrase, Form.FULL)), self._told[effect.phrase]
        whose = variant(effect.phrase, Form.FULL, variants, session=self._seed, turn=turn)
        self._told[effect.phrase] += 1
        utterance = self._pack.utterance(effect.phrase, Form.FULL, whose, **effect.slots)
        clip = self._library.speech(utterance)
        free = self._mixer.busy_until(*_VOICE_LANES)
        gap = CHIME_GAP if free == self._chimed else self._gap
        at = self._mixer.frame if free <= self._mixer.frame else Frames(free + gap)
        sound = Sound(self._token(), "line", effect.phrase, effect.lane.name.lower(), utterance.text, at, clip.length)
        self._pending.add(sound.token)
        self._play(sound, clip, effect.lane)

    def _ring(self, effect: fx.Ring) -> None:
        clip = self._library.chime(effect.chime.value)
        at = self._mixer.busy_until(*_VOICE_LANES)
        name = effect.chime.value
        self._chimed = Frames(max(at, self._mixer.frame) + clip.length)
        self._play(Sound(self._token(), "chime", name, "safety", "", at, clip.length), clip, Lane.SAFETY)

    def _hand_over(self, timed: TimedCue) -> None:
        cue = timed.cue
        try:
            if cue.utterance is not None:
                clip, text = self._library.speech(cue.utterance), cue.utterance.text
            elif cue.tone is not None:
                clip, text = self._library.tone(cue.tone.value, cue.length), ""
            else:
                return
        except SpeechError as missing:  # one cue is silent; the rhythm and what follows go on
            self._chronicle.records.append((self._mixer.frame, "effect-failed", {"why": str(missing)}))
            return
        sound = Sound(self._token(), "cue", cue.id, cue.lane.name.lower(), text, timed.planned, clip.length)
        sound.segment, sound.anchor = timed.segment, timed.anchor
        sound.form = cue.form.value if cue.form is not None else "tone"
        sound.tone = cue.tone.value if cue.tone is not None and not text else ""
        self._chronicle.sounds.append(sound)
        # SAFETY H20, H40: without a fresh lease, or decided before a silence, a cue is refused and never sounds.
        if self._mixer.instruct(
            clip, sound.planned, cue.lane, self._lease, token=sound.token, epoch=self._epoch, gain_db=cue.gain_db
        ):
            self._tokens[sound.token] = sound
            self._handed.add(sound.token)
        else:
            sound.ended, sound.cut = self._mixer.frame, True

    def _take_back(self) -> None:
        self._mixer.forget(self._handed)

    def _token(self) -> int:
        self._last_token += 1
        return self._last_token

    def _play(self, sound: Sound, clip: Clip, lane: SpeakingLane) -> None:
        self._tokens[sound.token] = sound
        self._chronicle.sounds.append(sound)
        self._mixer.schedule(clip, sound.planned, lane, token=sound.token)

    def _write_down(self, effect: fx.Effect) -> None:
        now = self._mixer.frame
        match effect:
            case fx.Record():
                self._chronicle.records.append((now, effect.kind, dict(effect.detail)))
            case fx.Latch():
                self._chronicle.records.append((now, "latch", {"lock": effect.lock}))
            case fx.Notify():
                self._chronicle.notices.append((now, effect.kind))
            case fx.KeepScore():
                score: dict[str, int | str] = {"heard": effect.heard, "of": effect.of, "passed": int(effect.passed)}
                self._chronicle.records.append((now, "practised", score))
            case fx.KeepVoice():
                voice: dict[str, int | str] = {"gain": f"{effect.gain_db:+g} dB", "pace": effect.pace}
                self._chronicle.records.append((now, "voice", voice))
            case fx.Prepare():
                self._chronicle.records.append((now, "prepare", {}))
            case fx.EndSession():
                self._chronicle.outcome = effect.outcome
                self._chronicle.ended = now
            case _:
                raise CoachError(f"The interpreter does not know the effect {type(effect).__name__}.")


def _say_nothing(_command: Command) -> tuple[fx.Say, ...]:
    """Nobody knows of the days here."""
    return ()
