"""The oracle: judges a rehearsal by what sounded, what was broken and what was kept.

It shares no code with the session, the monitor, the lease or the watchdogs, and believes none of them: what was broken
it knows from the scenario, what was heard from the ports, what sounded from the mixer's reports.

1. *Lease.* Nothing of the exercise sounds at a moment at which no sound of the last second has been through a
   recognizer.
2. *Alarm.* From a safety record to its acknowledgement nothing of the exercise sounds; behind a word of harm, not
   before the person has answered a question.
3. *Deaf.* From 2.5 s behind a fault that deafens (11 s where a quiet night looks the same) to its end nothing of the
   exercise sounds; behind it, not before the person has answered. A fault in a session leaves a record, a chime, a line
   and a notice.
4. *Mute, unwritten.* The same while nothing can be played, or nothing can be written.
5. *Stop.* Whatever instructs has ended 60 ms behind a stop.
6. *Rest.* Every session that was opened has a terminal record, and everything comes to rest.
7. *Lock.* A power cut loosens no lock.
8. The monitor saw nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from coach.commands import Command
from coach.journal.entries import Recorded, SessionEnded
from coach.listening.hearing import Certainty
from coach.rehearsal.campaign.evidence import Evidence
from coach.rehearsal.fault_table import CELLS, DISK, Act, Owes, named
from coach.rehearsal.trouble import Span
from coach.runtime.chronicle import Decision, Sound
from coach.session import effects as fx
from coach.session import events as ev
from coach.units import BLOCK, SAMPLE_RATE, Frames, frames

LEASE: Final = frames(1.0)
"""How old the last sound that was heard may be (principle P2)."""
QUIET: Final = frames(2.5)
"""From a fault of hearing to silence (protocol, section 6: lease 1.0 s and lag 1.5 s)."""
SLOWLY: Final = frames(11.0)
"""The same for what can be told from a quiet night only by and by; see `Owes.DEAF_SLOWLY`."""
SILENT: Final = frames(0.060)
"""From the decision to the last sounding frame."""
TOLD: Final = frames(12.0)
"""By when a fault is told: what was being said of another one comes first."""
_HARM: Final = frozenset(
    {
        Command.PAIN,
        Command.CALF_CLOT,
        Command.DIZZY_UNWELL,
        Command.BREATH_CHEST,
        Command.NUMB,
        Command.BLEEDING,
        Command.CALL_PERSON,
    }
)
_STOPPING: Final = _HARM | {Command.STOP, Command.PAUSE}
STEADY: Final = frozenset(
    {
        Act.MIC_NONE,
        Act.MIC_ZERO,
        Act.MIC_CLIPPED,
        Act.MIC_HALF,
        Act.MIC_TWICE,
        Act.MIC_REPEATS,
        Act.MIC_NOISE,
        Act.MIC_GAPS,
        Act.CLEANED_ZERO,
        Act.CLEANED_NOISE,
        Act.EAR_DEAD,
        Act.EAR_HUNG,
        Act.EAR_SLOW,
        Act.EAR_NEVER,
        Act.MIC_FAINT,
        Act.MIC_44100,
        Act.EAR_SAME,
        Act.EAR_RANDOM,
    }
)
"""Acts that deafen all the while; the others let it hear in between, and are held to the lease alone."""
_BOUNDS: Final = {Owes.DEAF: QUIET, Owes.DEAF_SLOWLY: SLOWLY, Owes.MUTE: QUIET, Owes.REFUSAL: Frames(0)}
_WAITS: Final = frames(3.0 + 0.25)
"""How long a disk may be slow before it counts as one that does not answer, and what waits for it is told."""
_SPOILS_TELLING: Final = frozenset({Act.PLAY_NONE, Act.CHIME_MISSING, Act.LINE_MISSING, Act.POWER_CUT})
_EXERCISING: Final = frozenset({"screen", "run", "checkin", "paused"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be."""

    rule: str
    frame: Frames
    sentence: str

    def __str__(self) -> str:
        """Return it with its moment."""
        return f"{self.frame / SAMPLE_RATE:.2f} s  {self.rule}: {self.sentence}"


def findings(evidence: Evidence) -> list[Finding]:
    """Return everything that must not be about a rehearsal, in the order of time."""
    found = [one for rule in RULES for one in rule(evidence)]
    return sorted(found, key=lambda one: one.frame)


def _cues(evidence: Evidence) -> list[tuple[Sound, Frames, Frames]]:
    """Return what sounded of the exercise, each with its first frame and one past its last."""
    return [
        (sound, sound.played, evidence.length if sound.ended is None else sound.ended)
        for sound in evidence.chronicle.sounds
        if sound.kind == "cue" and sound.played is not None
    ]


def lease(evidence: Evidence) -> Iterator[Finding]:
    """Nothing instructs whom nobody hears."""
    moments = [now for now, _ in evidence.heard]
    for sound, begin, end in _cues(evidence):
        for frame in range(begin, end, BLOCK):
            heard = _heard_until(evidence, moments, Frames(frame))
            if frame >= heard + LEASE + BLOCK:
                late = (frame - heard) / SAMPLE_RATE
                yield Finding("lease", Frames(frame), f"{sound.id} sounds {late:.2f} s behind the last sound heard")
                break


def _heard_until(evidence: Evidence, moments: list[Frames], frame: Frames) -> Frames:
    """Return up to which frame sound had been heard at a frame; between two looks it gets on evenly."""
    place = bisect_right(moments, frame)
    if place == len(moments):
        return evidence.heard[-1][1]
    before, heard = evidence.heard[place - 1] if place else (Frames(0), Frames(0))
    after, then = evidence.heard[place]
    return Frames(heard + (then - heard) * (frame - before) // max(1, after - before))


def alarm(evidence: Evidence) -> Iterator[Finding]:
    """Nothing instructs between an alarm and its acknowledgement, nor behind a word of harm without an answer."""
    records = evidence.chronicle.records
    open_since: Frames | None = None
    closed: list[tuple[Frames, Frames]] = []
    for frame, kind, _ in records:
        if kind == "safety" and open_since is None:
            open_since = frame
        elif kind == "acknowledged" and open_since is not None:
            closed.append((open_since, frame))
            open_since = None
    if open_since is not None:
        closed.append((open_since, evidence.length))
    cues = _cues(evidence)
    for begin, end in closed:
        yield from _sounding(cues, Frames(begin + SILENT), end, "alarm", "behind a safety stop")
    answers = [decision.frame for decision in evidence.chronicle.decisions if _answers(decision.event)]
    for decision in evidence.chronicle.decisions:
        event = decision.event
        if isinstance(event, ev.Heard) and event.command in _HARM and event.certainty is Certainty.FINAL:
            until = next((frame for frame in answers if frame > decision.frame), evidence.length)
            yield from _sounding(cues, Frames(decision.frame + SILENT), until, "alarm", f"behind “{event.phrase}”")


def _answers(event: ev.Event) -> bool:
    """Return whether somebody answered a question, or a carer lifted a lock."""
    answered = isinstance(event, ev.Heard) and event.certainty is Certainty.FINAL and event.command not in _HARM
    return answered or isinstance(event, ev.CareAcknowledged)


def deaf(evidence: Evidence) -> Iterator[Finding]:
    """Nothing instructs while a part is broken without which nobody is heard, or nothing can be said."""
    cues = _cues(evidence)
    for span in evidence.spans:
        cell = CELLS[span.pair]
        bound = _BOUNDS.get(cell.owes)
        broken = (span.acts & STEADY) or cell.owes in {Owes.MUTE, Owes.REFUSAL}
        if bound is not None and broken:
            why = f"while {named(span.pair)} lasts"
            yield from _sounding(cues, Frames(span.begin + bound), span.end, "deaf", why)


def unwritten(evidence: Evidence) -> Iterator[Finding]:
    """Nothing instructs while what happens cannot be written down."""
    cues = _cues(evidence)
    for span in evidence.spans:
        if CELLS[span.pair].owes is not Owes.UNWRITTEN:
            continue
        # The disk is asked only once there is something to write: from the first record on that was refused.
        tried = next((frame for frame, _, _ in evidence.chronicle.records if frame >= span.begin), None)
        if tried is not None and tried < span.end and Act.LATCH_REFUSES not in span.acts:
            begin = Frames(tried + max(QUIET, _WAITS))
            yield from _sounding(cues, begin, span.end, "unwritten", f"while {named(span.pair)} lasts")


def recovery(evidence: Evidence) -> Iterator[Finding]:
    """Behind a fault nothing goes on before the person has answered."""
    lost: Frames | None = None
    cues = [(frame, sound) for sound, frame, _ in _cues(evidence)]
    events = [(decision.frame, decision.event) for decision in evidence.chronicle.decisions]
    for frame, event in events:
        if isinstance(event, ev.HearingLost | ev.VoiceLost | ev.JournalFailed):
            lost = frame
        elif _answers(event) or isinstance(event, ev.StartRequested):
            if lost is not None:
                yield from _begun(cues, lost, frame)
            lost = None
    if lost is not None:
        yield from _begun(cues, lost, evidence.length)


def _begun(cues: list[tuple[Frames, Sound]], lost: Frames, answered: Frames) -> Iterator[Finding]:
    for frame, sound in cues:
        if lost + SILENT < frame < answered:
            yield Finding("recovery", frame, f"{sound.id} begins behind a fault that nobody has answered")
            return


def telling(evidence: Evidence) -> Iterator[Finding]:
    """A fault of hearing in a session is recorded, chimed, said and told."""
    chronicle = evidence.chronicle
    if len(evidence.spans) != 1:  # where several things break, what is told first is a matter of luck
        return
    for span in evidence.spans:
        cell, owed = CELLS[span.pair], Frames(span.begin + _BOUNDS.get(CELLS[span.pair].owes, QUIET))
        if cell.owes not in {Owes.DEAF, Owes.DEAF_SLOWLY} or not span.acts & STEADY or span.end <= owed + TOLD:
            continue
        if span.acts & _SPOILS_TELLING or not _in_session(evidence, span, Frames(owed + TOLD)):
            continue
        told = {
            "a record": any(span.begin <= at <= owed + TOLD and kind == "fault" for at, kind, _ in chronicle.records),
            "a notice": any(span.begin <= at <= owed + TOLD and kind == "fault" for at, kind in chronicle.notices),
            "a chime": _sounded(evidence, "chime", "fault", span.begin, Frames(owed + TOLD)),
            "a line": _sounded(evidence, "line", "fault.", span.begin, Frames(owed + TOLD)),
        }
        for what, there in told.items():
            if not there:
                yield Finding("telling", owed, f"{named(span.pair)} is there without {what}")


def _in_session(evidence: Evidence, span: Span, until: Frames) -> bool:
    """Return whether a session was going on quietly when a fault began, and nothing else happened meanwhile."""
    phase = ""
    for entered in evidence.chronicle.phases:
        if entered.frame > until:
            break
        if entered.frame > span.begin and entered.phase not in {*_EXERCISING, "fault"}:
            return False
        if entered.frame <= span.begin:
            phase = entered.phase
    return phase in _EXERCISING


def _sounded(evidence: Evidence, kind: str, name: str, begin: Frames, end: Frames) -> bool:
    return any(
        sound.kind == kind and sound.id.startswith(name) and sound.played is not None and begin <= sound.played <= end
        for sound in evidence.chronicle.sounds
    )


def stop(evidence: Evidence) -> Iterator[Finding]:
    """Whatever instructs has ended behind a stop."""
    cues = _cues(evidence)
    for decision in evidence.chronicle.decisions:
        if _stops(decision):
            begin = Frames(decision.frame + SILENT)
            for sound, first, end in cues:
                if first < decision.frame and end > begin:
                    yield Finding("stop", begin, f"{sound.id} still sounds 60 ms behind a stop")


def _stops(decision: Decision) -> bool:
    """Return whether somebody stopped it, and it fell silent at once: what waits for the disk is decided earlier."""
    event = decision.event
    if not any(isinstance(effect, fx.Silence | fx.Hush) for effect in decision.effects[:1]):
        return False
    return isinstance(event, ev.StopRequested) or (isinstance(event, ev.Heard) and event.command in _STOPPING)


def rest(evidence: Evidence) -> Iterator[Finding]:
    """Every session ends, once, and its end is kept."""
    if not evidence.rested:
        yield Finding("rest", evidence.length, "it has not come to rest")
    if any(span.acts & DISK and span.end >= evidence.length for span in evidence.spans):
        return  # what the disk never took is closed by the next start, as after a power cut
    under_way = False
    for entry in evidence.entries:
        opens = isinstance(entry, Recorded) and entry.kind == "opened"
        if opens and under_way:
            yield Finding("rest", evidence.length, "a session was opened before the last one had its terminal record")
        under_way = opens or (under_way and not isinstance(entry, SessionEnded))
    if under_way:
        yield Finding("rest", evidence.length, "a session has no terminal record")
    cut = any(Act.POWER_CUT in span.acts for span in evidence.spans)
    if (
        not cut
        and evidence.chronicle.ended is None
        and any(kind == "opened" for _, kind, _ in evidence.chronicle.records)
    ):
        yield Finding("rest", evidence.length, "a session was opened, and never told to be over")


def lock(evidence: Evidence) -> Iterator[Finding]:
    """What is locked stays locked over a power cut, unless journal and latch were lost together."""
    if any(span.acts & DISK for span in evidence.spans):
        return
    held = 0
    for decision in evidence.chronicle.decisions:
        if isinstance(decision.event, ev.Booted):
            if decision.event.lock < held:
                yield Finding("lock", decision.frame, f"lock {held} became {decision.event.lock} over a power cut")
            held = decision.event.lock
        for effect in decision.effects:
            if isinstance(effect, fx.Latch):
                held = effect.lock


def monitor(evidence: Evidence) -> Iterator[Finding]:
    """The monitor has nothing to say."""
    for violation in evidence.violations:
        yield Finding("monitor", evidence.length, f"{violation.clause} at {violation.event}: {violation.sentence}")


def _sounding(
    cues: Iterable[tuple[Sound, Frames, Frames]], begin: Frames, end: Frames, rule: str, why: str
) -> Iterator[Finding]:
    """Find the first that sounds between two frames."""
    if begin >= end:
        return
    for sound, first, last in cues:
        if first < end and last > begin:
            yield Finding(rule, max(first, begin), f"{sound.id} sounds {why}")
            return


RULES: Final[tuple[Callable[[Evidence], Iterator[Finding]], ...]] = (
    lease,
    alarm,
    deaf,
    unwritten,
    recovery,
    telling,
    stop,
    rest,
    lock,
    monitor,
)
"""Every rule."""
