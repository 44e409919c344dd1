"""One tree of errors. Every message is one clear sentence that says what to do next.

The command line prints the message on stderr and leaves with `exit_code`; a traceback
that reaches a person is a defect.
"""

from typing import ClassVar


class CoachError(Exception):
    """Something failed in a way that a person can be told about."""

    exit_code: ClassVar[int] = 1


class InputError(CoachError):
    """What was given to the coach is wrong: a file, a table, a key, an argument."""

    exit_code: ClassVar[int] = 2


class MissingError(CoachError):
    """Hardware, a model, a voice or a system package is missing or broken."""

    exit_code: ClassVar[int] = 3


class ProgramError(InputError):
    """A program or exercise file is wrong, or asks for more than the limits allow."""


class PackError(InputError):
    """A language pack is wrong or incomplete."""


class SettingsError(InputError):
    """The settings file is wrong."""


class PrescriptionError(InputError):
    """The prescription is wrong, or forbids what was asked for."""


class ScenarioError(InputError):
    """A rehearsal scenario is wrong."""


class RecordingError(InputError):
    """A recording cannot be read as audio."""


class ScoreError(CoachError):
    """A program cannot be laid out in time: a prompt does not fit, a position does not exist."""


class SpeechError(MissingError):
    """No synthesizer could speak a line."""


class ModelError(MissingError):
    """A recognizer's model is missing or corrupt."""


class CacheError(CoachError):
    """The clip cache cannot be read or written."""


class JournalError(CoachError):
    """The journal, or the latch file beside it, cannot be read or written."""


class NotifyError(CoachError):
    """The spool of notices cannot be read or written."""
