"""Versions, clock, power, and the voice."""

import platform
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from coach import __version__
from coach.errors import CoachError
from coach.journal.sqlite import FILE as JOURNAL_FILE
from coach.runtime.clock import SystemClock
from coach.runtime.doctor.diagnosis import Diagnosis, note, problem, well
from coach.runtime.doctor.instruments import Instruments, Patient
from coach.runtime.live import JOURNAL
from coach.runtime.timekeeper import told_clock
from coach.speech.synthesizers.espeak import INSTALL

_BUILT: Final = 2026
"""No clock that is set shows an earlier year than the one this was written in."""
_UNDERVOLTAGE: Final = 0x1
_SLOWED: Final = 0x2 | 0x4 | 0x8
"""Frequency capped, throttled, or at the soft limit of temperature, just now."""
_WAS: Final = 16
"""By how many bits the flags of what has happened since the start lie above those of just now."""


def examined(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Look at the machine."""
    told = f"coach {__version__}, Python {platform.python_version()}, {platform.machine()}, {platform.system()}"
    yield well("version", told)
    yield _clock(patient, instruments.now())
    yield from _kept(patient, instruments)
    yield from _power(instruments.throttled())
    yield _voice(instruments)


def _clock(patient: Patient, now: datetime) -> Diagnosis:
    advice = "set it with: sudo timedatectl set-time; the journal and the times of day go by it."
    if now.year < _BUILT:
        return problem("clock", f"The clock shows the year {now.year}, so it is not set; {advice}")
    journal = patient.paths.data / JOURNAL / JOURNAL_FILE
    try:
        written = datetime.fromtimestamp(journal.stat().st_mtime, now.tzinfo)
    except OSError:
        written = now
    if written > now and (written - now).total_seconds() > 60:
        return problem("clock", f"The clock ({now:%Y-%m-%d %H:%M}) is behind the last session; {advice}")
    return well("clock", f"{now:%Y-%m-%d %H:%M %Z}")


def _kept(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Look whether anybody keeps the clock right; the sessions of the day go by it."""
    if instruments.clock_kept():
        return
    if told_clock(patient.paths.data, SystemClock().now().boot) is not None:
        yield well("clock", "Nobody keeps it right; a carer has told the time since the machine was switched on")
    else:
        advice = "let it reach a time server, give it a clock module, or run: coach setup clock"
        yield note("clock", f"Nobody keeps it right, so no session is offered by the time of the day; {advice}")


def _power(flags: int | None) -> Iterator[Diagnosis]:
    if flags is None:
        return  # no Raspberry Pi
    if flags & _UNDERVOLTAGE:
        yield problem("power", "The power supply is too weak just now; use the one made for this Raspberry Pi.")
    elif flags & _SLOWED:
        yield note("power", "The Raspberry Pi is slowed down, as it is too hot or too weakly supplied; give it air.")
    elif flags >> _WAS & (_UNDERVOLTAGE | _SLOWED):
        yield note("power", "Since it was started the Raspberry Pi was too hot or too weakly supplied for a while.")
    else:
        yield well("power", "The Raspberry Pi is not held back")


def _voice(instruments: Instruments) -> Diagnosis:
    try:
        version = instruments.espeak()
    except CoachError as wrong:
        return problem("voice", str(wrong))
    if version == "none":
        return problem("voice", f"No voice can be spoken; {INSTALL}")
    return well("voice", f"espeak-ng {version}")
