"""The evidence of one rehearsal: everything the oracle may look at, and nothing of what the coach thinks."""

from collections.abc import Iterable
from dataclasses import dataclass

from coach.journal.entries import Entry
from coach.journal.store import Store
from coach.rehearsal.bedside import Bedside
from coach.rehearsal.clockwork import jump
from coach.rehearsal.diary import QuickStore, RehearsedDiary
from coach.rehearsal.notifier_port import NotifierPort
from coach.rehearsal.performer import Spoken
from coach.rehearsal.scenario import Scenario
from coach.rehearsal.stage import Keeping, Stage, Witness
from coach.rehearsal.trouble import Span
from coach.runtime.chronicle import Chronicle
from coach.runtime.host import keep_in
from coach.runtime.loop import Keep, Settled
from coach.session.events import Event
from coach.session.machine import Step
from coach.session.monitor import Monitor, Violation
from coach.units import Frames, frames


@dataclass(frozen=True, slots=True)
class Evidence:
    """What happened at the bedside."""

    scenario: Scenario
    chronicle: Chronicle
    spans: tuple[Span, ...]
    """What was broken, and when."""
    entries: tuple[Entry, ...]
    """What is in the journal at the end."""
    heard: tuple[tuple[Frames, Frames], ...]
    """Played frames, each with that up to which sound was captured and had come out of the recognizers."""
    spoken: tuple[Spoken, ...]
    violations: tuple[Violation, ...]
    """What the monitor saw."""
    length: Frames
    lock: int
    speed: float
    """Seconds of the session for each second of computing."""

    @property
    def rested(self) -> bool:
        """Return whether it came to rest by itself, before the rehearsal was broken off."""
        return self.length < frames(self.scenario.limit_s)


class Recorder:
    """Watches a rehearsal from outside: what it was given to hear, and what its monitor says of every step."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.heard: list[tuple[Frames, Frames]] = []
        self.violations: list[Violation] = []

    @property
    def witness(self) -> Witness:
        """Return what is told how far the hearing has got."""
        return lambda now, heard: self.heard.append((now, heard))

    @property
    def keeping(self) -> Keeping:
        """Return what keeps each step as the live host does, and shows it to a monitor; one for each boot."""

        def keeping(diary: RehearsedDiary, notifier: NotifierPort | None) -> Keep:
            keep, monitor = keep_in(diary, "rehearsal", notifier), Monitor()

            def watch(event: Event, taken: Step) -> Settled | None:
                self.violations += monitor.check(event, taken.effects)
                return keep(event, taken)

            return watch

        return keeping

    def evidence(self, bedside: Bedside, store: Store, speed: float) -> Evidence:
        """Return what a finished rehearsal leaves behind."""
        return Evidence(
            scenario=bedside.scenario,
            chronicle=bedside.chronicle,
            spans=bedside.troubles.spans,
            entries=tuple(_entries(store)),
            heard=tuple(self.heard),
            spoken=tuple(bedside.performer.spoken),
            violations=tuple(self.violations),
            length=bedside.now,
            lock=bedside.lock,
            speed=speed,
        )


def lived(stage: Stage) -> Evidence:
    """Rehearse without sound and return the evidence."""
    recorder, store = Recorder(), QuickStore()
    jumped = jump(stage, store=store, keeping=recorder.keeping, witness=recorder.witness)
    return recorder.evidence(jumped.bedside, store, jumped.realtime_factor)


def _entries(store: Store) -> Iterable[Entry]:
    return store.entries if isinstance(store, QuickStore) else (row.entry for row in store.read())
