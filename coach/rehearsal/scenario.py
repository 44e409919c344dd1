"""Scenario files: who says and does what, when, in which room, what breaks, and what must come of it."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from coach.errors import ScenarioError
from coach.rehearsal.fault_table import CELLS, Act, Pair, pair_of
from coach.rehearsal.trouble import Span
from coach.session.effects import Outcome
from coach.tomlfile import parse, read_toml
from coach.units import frames

Answers = Literal["well", "silent", "yes", "no", "mumble"]
Deed = Literal["stop", "pause", "repeat", "start", "unlock", "wrong-pin", "groan"]
"""What is done and not said: a key (stop, pause, repeat), a start by key or schedule, a carer's PIN, right or
wrong, and a groan that was heard as one, whatever hears."""
_Level = Annotated[float, Field(ge=-60, le=40)]
_Moment = Annotated[float, Field(ge=0, le=7200)]


def _known_fault(kind: str) -> str:
    pair_of(kind)
    return kind


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RoomTable(_Table):
    """The room, as the microphone hears it."""

    rir_mouth: Path | None = None
    """Impulse response from the mouth to the microphone; None: made from `rt60_s`."""
    rir_echo: Path | None = None
    """Impulse response from the loudspeaker to the microphone; None: made from `rt60_s`."""
    rt60_s: Annotated[float, Field(ge=0.05, le=2.0)] = 0.4
    """Time in which the reverberation falls by 60 dB; 0.4 s is a furnished bedroom."""
    noise: str = "quiet"
    """A recording of the room's noise, or ``quiet``."""
    noise_snr_db: Annotated[float, Field(ge=-20, le=80)] = 20.0
    """The person at `level_db` 0 against the noise."""
    echo_db: Annotated[float, Field(ge=-80, le=-6)] = -30.0
    """The coach's speech at the microphone: active-speech RMS against full scale."""
    echo_late_s: Annotated[float, Field(ge=0, le=0.7)] = 0.0
    """Seconds by which the loudspeaker is later than the sound card says, as over Bluetooth."""
    hardware: Literal["raw", "cancelling", "cut-off"] = "raw"
    """A microphone and a loudspeaker; a speakerphone that takes its own echo out; one whose microphone is cut off while
    its loudspeaker plays."""


class Entry(_Table):
    """One thing the person says, or somebody does."""

    after: Annotated[str, Field(pattern=r"^(cue|question|line):[a-z0-9.-]+$")] | None = None
    """``cue:<exercise>.<phase>``, ``question:<id>`` or ``line:<phrase>``: the end of its nth time."""
    at_s: _Moment | None = None
    """Seconds from the start of the session."""
    nth: Annotated[int, Field(ge=1, le=1000)] = 1
    delay_s: Annotated[float, Field(ge=-30, le=3600)] = 0.4
    """Seconds after that moment; a negative one is counted back from the end of what the coach says."""
    say: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    """Words for a synthetic voice."""
    audio: Path | None = None
    """A recording of a person."""
    does: Deed | None = None
    level_db: _Level = 0.0
    """Active-speech RMS at the microphone against the nominal echo level."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.after is None) == (self.at_s is None):
            raise ValueError("give either 'after' or 'at_s'")
        if sum(given is not None for given in (self.say, self.audio, self.does)) != 1:
            raise ValueError("give one of 'say', 'audio' and 'does'")
        return self


class Fault(_Table):
    """Something that breaks for a while."""

    kind: Annotated[str, AfterValidator(_known_fault)]
    """``<component>-<fault>``; see `coach.rehearsal.fault_table`."""
    at_s: _Moment
    until_s: _Moment = 7200.0
    line: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Phrase key of the line that is meant, for faults of ``speech``; None: one is drawn by the seed."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.until_s <= self.at_s:
            raise ValueError(f"'until_s' must be later than 'at_s'; it is {self.until_s} and {self.at_s}")
        if CELLS[self.pair].at_start and self.at_s > 0:
            raise ValueError(f"'{self.kind}' can only be there from the start, since it is read once: write at_s = 0")
        if self.line is not None and not self.kind.startswith("speech-"):
            raise ValueError(f"'line' belongs to faults of speech, not to '{self.kind}'")
        return self

    @property
    def pair(self) -> Pair:
        """Return the component and how it fails."""
        return pair_of(self.kind)

    @property
    def span(self) -> Span:
        """Return when it is there, in played frames."""
        return Span(self.pair, frames(self.at_s), frames(self.until_s))


class Expected(_Table):
    """What must come of it; a mismatch makes the rehearsal fail."""

    outcome: Outcome | Literal["none"] | None = None
    """``none``: no session began, or it has not ended."""
    heard: tuple[str, ...] | None = None
    """Command ids that must be among what was heard, in this order."""
    not_heard: tuple[str, ...] = ()
    """Command ids that must not be among what was heard."""
    phases: tuple[str, ...] | None = None
    """Phases that must have been passed, in this order."""
    not_phases: tuple[str, ...] = ()
    """Phases that must not have been passed."""
    said: tuple[str, ...] | None = None
    """Phrase keys of lines that must have been spoken, in this order."""
    not_said: tuple[str, ...] = ()
    """Phrase keys of lines that must not have been spoken."""
    notices: tuple[str, ...] | None = None
    """Kinds of notices for the carer that must have been given, in this order."""
    not_notices: tuple[str, ...] = ()
    """Kinds of notices that must not have been given; ``any`` for every kind."""
    lock: Literal["none", "caution", "urgent"] | None = None
    """The lock that must be set at the end."""
    refused: str | None = None
    """Words of the sentence with which it must be refused before anything begins."""


class Scenario(_Table):
    """One rehearsal."""

    program: str = "ankle-pumps"
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    answers: Answers = "well"
    screening: Literal["first", "later"] = "first"
    """Whether this is the day's first session (four questions) or a later one (one question)."""
    begins: Literal["session", "rest", "bedside", "night"] = "session"
    """Whether a session is asked for at once, or the coach is at rest: just so, as one that lives by the bed, or as
    one in a quiet hour."""
    lock: Literal["none", "caution", "urgent"] = "none"
    """The lock that is found at the start."""
    notifier: Literal["none", "works"] = "none"
    """Whether a carer can be told at all."""
    limit_s: Annotated[float, Field(gt=0, le=7200)] = 3000.0
    """The rehearsal is broken off after this many seconds of the session."""
    prescription: Path | None = None
    """What is known of the person: a prescription file; None: a person nobody has told anything of."""
    waits: str | None = None
    """Why this scenario is not run by the tests yet: what it needs that is not built. None where it is run."""
    story: str = ""
    """What happens, in a sentence or two, for the reader."""
    room: RoomTable = RoomTable()
    person: tuple[Entry, ...] = ()
    fault: tuple[Fault, ...] = ()
    expect: Expected = Expected()

    _folder: Path = PrivateAttr(default=Path())

    @model_validator(mode="after")
    def _faults_go_together(self) -> Self:
        cuts = [fault for fault in self.fault if Act.POWER_CUT in CELLS[fault.pair].acts]
        if any(fault.until_s >= self.limit_s for fault in cuts):
            raise ValueError("a power cut must end before 'limit_s', so that there is a boot: give it an 'until_s'")
        return self

    def path(self, relative: Path | str) -> Path:
        """Return a path of the scenario, which is relative to its file."""
        return self._folder / relative


def load_scenario(path: Path) -> Scenario:
    """Read a scenario file.

    Raises:
        ScenarioError: The file cannot be read, or a key is unknown or out of range.
    """
    scenario = parse(Scenario, read_toml(path, ScenarioError), path, ScenarioError)
    scenario._folder = path.parent  # noqa: SLF001 - the model's own private attribute, set once here
    named = [entry.audio for entry in scenario.person] + [scenario.room.rir_mouth, scenario.room.rir_echo]
    if scenario.room.noise != "quiet":
        named.append(Path(scenario.room.noise))
    for recording in named:
        if recording is not None and not scenario.path(recording).is_file():
            raise ScenarioError(
                f"{path}: the recording '{recording}' is not there; paths are relative to the scenario file."
            )
    return scenario
