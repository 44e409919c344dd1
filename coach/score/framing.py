"""The beginning and the end of a session: a warm opening, and an ending that tells what was done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from coach.language.models import LanguagePack
from coach.program.dose import SideMode, Work
from coach.program.models import Program
from coach.score.counting import spoken_cue
from coach.score.models import Cue, Segment, SegmentKind
from coach.score.passages import JOIN, PAUSE, in_turn, sentence_starts
from coach.score.wording import Wording, own_key
from coach.units import Frames, seconds

DID: Final = "score.did"
MINUTES: Final = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)
"""How many minutes a session may be said to take: the least of these that is enough. "About" is all anybody needs."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Makes the first and the last segment of a session.

    Args:
        program: What is done.
        wording: Chooses the words.
        circumstances: What is known of the person, such as ``hip-posterior``; None where nobody has told.
    """

    program: Program
    wording: Wording
    circumstances: frozenset[str] | None = None

    def opening(self, first: Segment, length: Frames, *, familiar: bool) -> Segment | None:
        """Return the opening: a welcome, how long it takes, and the rules of the body the program is made for.

        Somebody who was here earlier the same day is only reminded of the rules; None where there are none.

        Args:
            first: The first segment behind it; the opening belongs to the same block.
            length: How long the session takes.
            familiar: Whether it is a later session of the day.
        """
        cues = []
        if not familiar:
            takes = self.wording.line("score.takes", n=minutes(length))
            welcome = self._said(self.wording.key(self.program.id, "welcome"))
            cues = [welcome, spoken_cue("score.takes", Frames(0), takes)]
        cues += [self._said(rule, brief=familiar) for rule in body_rules(self.program, self.circumstances)]
        if not cues:
            return None
        laid, taken = in_turn(cues)
        return replace(
            first,
            id=f"{first.block}/opening",
            length=taken,
            cues=laid,
            re_entries=sentence_starts(laid),
        )

    def outro(self, works: tuple[tuple[str, Work], ...], left_out: frozenset[str]) -> Segment:
        """Return the ending: what was done, exercise by exercise, and thanks; then the session decides.

        Args:
            works: Every block with its name.
            left_out: Blocks of which something was skipped: what is not certain is not told.
        """
        after = works[-1][1].exercise.after
        cues = [self._said(after.key)] if after and after.key else []
        told = [work for block, work in works if block not in left_out]
        if told:
            cues.append(self._said("score.outro-done" if not left_out else "score.outro-part"))
        laid, offset = in_turn(cues)
        for work in told:
            name, times = self._told(work)
            laid = (*laid, replace(name, offset=offset))
            offset = Frames(offset + name.length + JOIN)
            laid = (*laid, replace(times, offset=offset))
            offset = Frames(offset + times.length + PAUSE)
        thanks = replace(self._said(self.wording.key(self.program.id, "outro-thanks")), offset=offset)
        entries = tuple(sorted({Frames(0), *(cue.offset for cue in (*laid, thanks) if cue.id != DID)}))
        length = Frames(offset + thanks.length + PAUSE)
        return Segment("outro", SegmentKind.OUTRO, length, (*laid, thanks), entries, waits=True)

    def _told(self, work: Work) -> tuple[Cue, Cue]:
        """Return the name of an exercise and how often it was done."""
        name = self._said(f"{work.exercise.id}.name", brief=True)
        did = self.wording.line(did_key(work), n=work.total_reps)
        return name, spoken_cue(DID, Frames(0), did)

    def _said(self, key: str, *, brief: bool = False) -> Cue:
        return spoken_cue(key, Frames(0), self.wording.line(key, brief=brief))


def did_key(work: Work) -> str:
    """Return the key of the line that tells how often an exercise was done."""
    return "score.did-each" if work.sides is SideMode.EACH else DID


def minutes(length: Frames) -> int:
    """Return the minutes a session is said to take."""
    needed = ceil(seconds(length) / 60)
    return next((few for few in MINUTES if few >= needed), MINUTES[-1])


def body_rules(program: Program, circumstances: frozenset[str] | None) -> tuple[str, ...]:
    """Return the phrase keys of the rules to be said; all of them where nobody has told the circumstances."""
    return tuple(
        rule.key
        for rule in program.rules
        if rule.key and (circumstances is None or rule.when is None or rule.when in circumstances)
    )


def framing_lines(
    program: Program, works: tuple[Work, ...], pack: LanguagePack
) -> Iterator[tuple[str, Mapping[str, int | str]]]:
    """Go through the keys of every line an opening or an ending may need, with what fills its slots."""
    yield own_key(pack, program.id, "welcome"), {}
    yield from (("score.takes", {"n": few}) for few in MINUTES)
    yield from ((key, {}) for key in body_rules(program, None))
    yield from ((key, {}) for key in ("score.outro-done", "score.outro-part"))
    yield own_key(pack, program.id, "outro-thanks"), {}
    for work in works:
        yield f"{work.exercise.id}.name", {}
        most = len(work.directions) * work.sets * max(work.reps, work.most_reps)
        keys = [DID]
        if SideMode.EACH in work.exercise.sides.allowed:
            keys.append("score.did-each")
        yield from ((key, {"n": number}) for key in keys for number in range(1, most + 1))
