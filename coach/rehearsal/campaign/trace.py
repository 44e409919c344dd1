"""The trace of one rehearsal of a campaign: what was drawn, and what happened, in the order of time."""

from collections.abc import Iterator

from coach.rehearsal.campaign.campaign import Verdict
from coach.rehearsal.campaign.evidence import Evidence
from coach.rehearsal.fault_table import CELLS, named
from coach.units import SAMPLE_RATE, Frames

Row = tuple[Frames, int, str]
"""A moment, its rank among what happens at the same one, and what happens."""


def trace(verdict: Verdict) -> str:
    """Return a rehearsal as text: its scenario, as one would write it into a file, then a line for each happening."""
    return "\n".join((*_scenario(verdict), "", *_happenings(verdict), "", *_verdict(verdict)))


def _scenario(verdict: Verdict) -> Iterator[str]:
    script = verdict.scenario
    yield f"# seed {verdict.seed}"
    for name in ("program", "language", "seed", "answers", "screening", "begins", "lock", "notifier", "limit_s"):
        yield f"{name} = {_toml(getattr(script, name))}"
    for table, entries in (("person", script.person), ("fault", script.fault)):
        for entry in entries:
            yield f"[[{table}]]"
            given = entry.model_dump(exclude_none=True, exclude_defaults=False)
            yield from (f"{name} = {_toml(value)}" for name, value in given.items())


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int | float) else f'"{value}"'


def _happenings(verdict: Verdict) -> list[str]:
    evidence = verdict.evidence
    if evidence is None:
        return []
    rows = [*_rows(evidence), *((one.frame, 9, f"!!!    {one.rule}: {one.sentence}") for one in verdict.findings)]
    rows.sort(key=lambda row: row[:2])
    return [f"{frame / SAMPLE_RATE:8.2f}  {what}" for frame, _, what in rows]


def _rows(evidence: Evidence) -> Iterator[Row]:
    chronicle = evidence.chronicle
    for span in evidence.spans:
        yield span.begin, 0, f"fault  {named(span.pair)} begins: {CELLS[span.pair].what}"
        if span.end < evidence.length:
            yield span.end, 0, f"fault  {named(span.pair)} ends"
    yield from ((spoken.start, 1, f"person “{spoken.text}”") for spoken in evidence.spoken)
    for hearing, frame in chronicle.hearings:
        yield frame, 2, f"heard  “{hearing.phrase}” → {hearing.command.value} ({hearing.certainty.value})"
    for decision in chronicle.decisions:
        name = type(decision.event).__name__
        if name != "Heard":
            yield decision.frame, 3, f"event  {name}"
    for frame, kind, detail in chronicle.records:
        told = " ".join(f"{name}={value}" for name, value in detail.items())
        yield frame, 4, f"record {kind} {told}".rstrip()
    yield from ((frame, 4, f"notice {kind}") for frame, kind in chronicle.notices)
    yield from ((at.frame, 5, f"phase  {at.phase} {at.question}".rstrip()) for at in chronicle.phases)
    for sound in chronicle.sounds:
        if sound.played is None:
            continue
        cut = "  (cut short)" if sound.cut else ""
        yield sound.played, 6, f"{sound.kind:<6} {sound.text or sound.id}{cut}"


def _verdict(verdict: Verdict) -> Iterator[str]:
    if verdict.evidence is not None:
        outcome = verdict.evidence.chronicle.outcome
        yield f"Outcome: {'none' if outcome is None else outcome.value}; lock {verdict.evidence.lock}."
    elif not verdict.findings:
        yield "Refused at the start, in one sentence, as it must be."
    yield from (f"Wrong: {finding}" for finding in verdict.findings)
    if not verdict.findings:
        yield "Nothing is wrong."
