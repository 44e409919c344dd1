"""Scenario files: who says what, when, in which room, and what must come of it."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from coach.errors import ScenarioError
from coach.session.effects import Outcome
from coach.tomlfile import parse, read_toml

FaultKind = Literal["microphone-lost", "microphone-zero", "recogniser-stalled", "output-lost", "clock-jump"]
Answers = Literal["well", "silent", "yes", "no", "mumble"]
_Level = Annotated[float, Field(ge=-60, le=40)]


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


class Entry(_Table):
    """One thing the person says."""

    after: Annotated[str, Field(pattern=r"^(cue|question):[a-z0-9.-]+$")] | None = None
    """``cue:<exercise>.<phase>`` or ``question:<id>``: the end of its nth time."""
    at_s: Annotated[float, Field(ge=0, le=3600)] | None = None
    """Seconds from the start of the session."""
    nth: Annotated[int, Field(ge=1, le=1000)] = 1
    delay_s: Annotated[float, Field(ge=0, le=600)] = 0.4
    say: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    """Words for a synthetic voice."""
    audio: Path | None = None
    """A recording of a person."""
    level_db: _Level = 0.0
    """Active-speech RMS at the microphone against the nominal echo level."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if (self.after is None) == (self.at_s is None):
            raise ValueError("give either 'after' or 'at_s'")
        if (self.say is None) == (self.audio is None):
            raise ValueError("give either 'say' or 'audio'")
        return self


class Fault(_Table):
    """Something that breaks for a while."""

    kind: FaultKind
    at_s: Annotated[float, Field(ge=0, le=3600)]
    until_s: Annotated[float, Field(ge=0, le=3600)] = 3600.0


class Expected(_Table):
    """What must come of it; a mismatch makes the rehearsal fail."""

    outcome: Outcome | None = None
    heard: tuple[str, ...] | None = None
    """Command ids that must be among what was heard, in this order."""
    not_heard: tuple[str, ...] = ()
    """Command ids that must not be among what was heard."""


class Scenario(_Table):
    """One rehearsal."""

    program: str = "ankle-pumps"
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$")] = "en"
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    answers: Answers = "well"
    screening: Literal["first", "later"] = "first"
    """Whether this is the day's first session (four questions) or a later one (one question)."""
    limit_s: Annotated[float, Field(gt=0, le=7200)] = 3000.0
    """The rehearsal is broken off after this many seconds of the session."""
    room: RoomTable = RoomTable()
    person: tuple[Entry, ...] = ()
    fault: tuple[Fault, ...] = ()
    expect: Expected = Expected()

    _folder: Path = PrivateAttr(default=Path())

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
