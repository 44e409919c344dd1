"""The order in which things are looked at; the slowest come last."""

from collections.abc import Iterator

from coach.runtime.doctor import care, files, hearing, machine, sound
from coach.runtime.doctor.diagnosis import Diagnosis
from coach.runtime.doctor.instruments import Instruments, Patient


def examine(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Go through everything a session stands on."""
    yield from machine.examined(patient, instruments)
    yield from files.examined(patient, instruments)
    yield from care.examined(patient, instruments)
    yield from sound.examined(patient, instruments)
    yield from hearing.examined(patient, instruments)
