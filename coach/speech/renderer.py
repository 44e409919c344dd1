"""Lines to clips, ahead of time: look in the cache, else render, inspect, level, and keep.

1. A file is used only after `inspection` found it to be the line asked for.
2. A synthesizer that failed is tried once more in a new process; then the next one is asked.
3. A synthesizer that fails three lines running is not asked again in the same filling: a hanging library must
   not hold up set-up for an hour.
4. When nobody can speak a line, a clip of an older version serves; only then is it an error.
5. A cache that cannot be written costs time, never the session.
6. What is in the cache is checked and stays there until it is played; what safety rests on is held in memory, whatever
   becomes of the disk.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from coach.audio.clip import Clip, Elsewhere, Samples, Steps
from coach.audio.wavefile import pcm16
from coach.errors import CacheError, SettingsError, SpeechError
from coach.language.utterance import Utterance
from coach.speech.catalog import Catalog, line_digest, maker_digest
from coach.speech.clauses import clauses
from coach.speech.emphasis import emphasized
from coach.speech.inspection import inspect
from coach.speech.leveling import leveled, trimmed
from coach.speech.pace import plausible_seconds
from coach.speech.profile import VoiceProfile
from coach.speech.synthesizer import Synthesizer, UnavailableError

Progress = Callable[[int, int], None]
"""Told how many of how many lines are ready."""

_HELD: Final = ("safety", "fault", "question")
"""Tables of lines that are held in memory: what is said and asked behind a stop or a fault. What bars a session is said
instead of one."""
_TRIES: Final = 2
_FAILED_LINES_MOST: Final = 3


class Renderer:
    """Fills the clip cache and hands out clips."""

    def __init__(self, cache_dir: Path, synthesizers: Sequence[Synthesizer]) -> None:
        """Take the cache's folder and the synthesizers, best first; see `engines.every_synthesizer`."""
        self.notices: list[str] = []
        """One sentence for each thing a person should know, such as a cache that cannot be written; each once."""
        self._cache_dir = cache_dir
        self._synthesizers = tuple(synthesizers)
        self._unsaved: dict[str, Steps] = {}

    def fill(
        self, utterances: Iterable[Utterance], profile: VoiceProfile, *, progress: Progress | None = None
    ) -> dict[Utterance, Clip]:
        """Return a clip for every utterance: 48 kHz, trimmed, all at one level, named by its phrase key.

        Lines that are not in the cache are rendered (about 25 ms each) and kept there.

        Args:
            utterances: Lines of the profile's language; equal words are rendered once.
            profile: Who speaks.
            progress: Called with the number of lines ready and of all lines, first with 0.

        Raises:
            SettingsError: A line is of another language than the voice.
            SpeechError: Nothing could speak a line; the message names it and says what to do.
            CacheError: There is no room for temporary files.
        """
        wanted = list(dict.fromkeys(utterances))
        for utterance in wanted:
            if not profile.speaks(utterance.language):
                raise SettingsError(
                    f'The voice profile "{profile.id}" speaks {profile.language}, but "{utterance.key}" is '
                    f"{utterance.language}; choose a profile of that language."
                )
        lines = {utterance.text: utterance for utterance in reversed(wanted)}
        held = {utterance.text for utterance in wanted if utterance.key.partition(".")[0] in _HELD}
        ready: dict[str, Steps | Elsewhere] = {}
        filling = _Filling(self._cache_dir, self._synthesizers, profile, self._unsaved, self._notice)
        try:
            if progress:
                progress(0, len(lines))
            for text, utterance in reversed(lines.items()):
                ready[text] = filling.line(utterance, hold=text in held)
                if progress:
                    progress(len(ready), len(lines))
        finally:
            filling.close()
        return {utterance: Clip(utterance.key, ready[utterance.text]) for utterance in wanted}

    def missing(self, utterances: Iterable[Utterance], profile: VoiceProfile) -> tuple[Utterance, ...]:
        """Return the utterances that would have to be rendered, by the names in the cache alone; for `doctor`."""
        catalog = Catalog(self._cache_dir)
        makers = {synthesizer: maker_digest(synthesizer) for synthesizer in self._synthesizers}
        return tuple(
            utterance
            for utterance in utterances
            if not any(
                catalog.has(line_digest(utterance.text, profile), makers[synthesizer])
                for synthesizer in _asked(self._synthesizers, utterance.text, profile)
            )
        )

    def _notice(self, sentence: str) -> None:
        if sentence not in self.notices:
            self.notices.append(sentence)


class _Filling:
    """One run through a list of lines: what was listed, started and given up for its duration."""

    def __init__(
        self,
        cache_dir: Path,
        synthesizers: tuple[Synthesizer, ...],
        profile: VoiceProfile,
        unsaved: dict[str, Steps],
        notice: Callable[[str], None],
    ) -> None:
        self._cache_dir = cache_dir
        self._synthesizers = synthesizers
        self._profile = profile
        self._unsaved = unsaved
        self._notice = notice
        self._catalog = Catalog(cache_dir)
        self._makers = {synthesizer: maker_digest(synthesizer) for synthesizer in synthesizers}
        self._failures: Counter[Synthesizer] = Counter()
        self._reasons: dict[Synthesizer, str] = {}
        self._workshop: tempfile.TemporaryDirectory[str] | None = None
        self._files = 0

    def close(self) -> None:
        """End every child process and remove the temporary files; tell what went wrong on the way."""
        for synthesizer in self._synthesizers:
            synthesizer.close()
        if self._workshop:
            self._workshop.cleanup()
        if self._catalog.damaged:
            self._notice(f"{self._catalog.damaged} damaged clips in {self._cache_dir} were rendered anew.")

    def line(self, utterance: Utterance, *, hold: bool) -> Steps | Elsewhere:
        """Return the samples of one line, from the cache or rendered now; they may not be written to.

        Args:
            utterance: The line.
            hold: Whether they must be in memory.
        """
        digest = line_digest(utterance.text, self._profile)
        asked = _asked(self._synthesizers, utterance.text, self._profile)
        samples = self._kept(digest, asked, hold=hold)
        if samples is None:
            samples = self._rendered(utterance, digest, asked)
        if isinstance(samples, np.ndarray):
            samples.setflags(write=False)
        return samples

    def _kept(self, digest: str, asked: Sequence[Synthesizer], *, hold: bool) -> Steps | Elsewhere | None:
        look = self._catalog.find if hold else self._catalog.on_disk
        for synthesizer in asked:
            samples = look(digest, self._makers[synthesizer])
            if samples is not None:
                return samples
            if synthesizer.rate is None:
                break  # a recording was added or changed: what a synthesizer once said no longer counts
        return self._unsaved.get(digest)

    def _rendered(self, utterance: Utterance, digest: str, asked: Sequence[Synthesizer]) -> Steps:
        reasons: list[str] = []
        for synthesizer in asked:
            try:
                samples = self._spoken(synthesizer, utterance.text)
            except SpeechError as error:
                reasons.append(f"{synthesizer.name} {error}")
                continue
            if reasons:
                self._notice(f"{synthesizer.name} spoke what failed elsewhere: {reasons[-1]}.")
            return self._stored(digest, self._makers[synthesizer], samples)
        older = self._catalog.find(digest)
        if older is not None:
            self._notice(f"No synthesizer works, so clips made earlier are used: {'; '.join(reasons)}.")
            return older
        said = utterance.text if len(utterance.text) <= 60 else utterance.text[:59] + "…"
        why = "; ".join(reasons) or f'no synthesizer speaks for engine = "{self._profile.engine}"'
        raise SpeechError(f'"{utterance.key}" ("{said}") could not be spoken: {why}.')

    def _spoken(self, synthesizer: Synthesizer, text: str) -> Samples:
        """Return a line from one synthesizer, tried twice, in parts where it is long."""
        if self._failures[synthesizer] >= _FAILED_LINES_MOST:
            raise SpeechError(self._reasons[synthesizer])
        for tried in range(1, _TRIES + 1):
            try:
                samples = self._once(synthesizer, text)
            except SpeechError as error:
                synthesizer.close()
                hopeless = isinstance(error, UnavailableError)
                if tried < _TRIES and not hopeless:
                    continue
                if synthesizer.rate is not None:  # of recordings one may be broken, and the next one sound
                    self._failures[synthesizer] += _FAILED_LINES_MOST if hopeless else 1
                self._reasons[synthesizer] = str(error)
                raise
            self._failures[synthesizer] = 0
            return samples
        raise AssertionError("a loop over at least one try returns or raises")

    def _once(self, synthesizer: Synthesizer, text: str) -> Samples:
        profile = self._profile
        if synthesizer.rate is None:
            samples, rate = self._part(synthesizer, text, None)
            return leveled(emphasized(samples, rate, profile.emphasis_db), rate)
        parts: list[Samples] = []
        rate = synthesizer.rate
        for part in clauses(text):
            bounds = plausible_seconds(part, profile.language, profile.rate_wpm)
            samples, rate = self._part(synthesizer, part, bounds)
            parts += [samples, np.zeros(round(profile.pause_s * rate), dtype=np.float32)]
        return leveled(emphasized(np.concatenate(parts[:-1]), rate, profile.emphasis_db), rate)

    def _part(self, synthesizer: Synthesizer, text: str, bounds: tuple[float, float] | None) -> tuple[Samples, int]:
        path = self._fresh_path()
        try:
            synthesizer.render(text, self._profile, path)
            samples, rate = inspect(path, synthesizer.rate, bounds)
        except OSError as error:
            raise SpeechError(f"could not write a temporary file ({error.strerror})") from None
        finally:
            path.unlink(missing_ok=True)
        return trimmed(samples, rate), rate

    def _fresh_path(self) -> Path:
        if self._workshop is None:
            try:
                self._workshop = tempfile.TemporaryDirectory(prefix="coach-speech-")
            except OSError as error:
                raise CacheError(f"No folder for temporary files can be made ({error}); free some space.") from None
        self._files += 1
        return Path(self._workshop.name) / f"line{self._files}.wav"

    def _stored(self, digest: str, maker: str, samples: Samples) -> Steps:
        try:
            return self._catalog.store(digest, maker, samples)
        except OSError as error:
            self._notice(
                f"Clips cannot be kept in {self._cache_dir} ({error.strerror}), so they are rendered again at every "
                "start; free some space there or change its permissions."
            )
            self._unsaved[digest] = pcm16(samples)
            return self._unsaved[digest]


def _asked(synthesizers: Iterable[Synthesizer], text: str, profile: VoiceProfile) -> list[Synthesizer]:
    return [synthesizer for synthesizer in synthesizers if synthesizer.offers(text, profile)]
