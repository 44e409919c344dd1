"""What is known of the person, and who may lift a lock."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from coach.errors import CoachError
from coach.notify.spool import Spool
from coach.plan.rules import unasked
from coach.runtime.clock import SystemClock
from coach.runtime.doctor.diagnosis import Diagnosis, note, problem, well
from coach.runtime.doctor.instruments import Instruments, Patient
from coach.runtime.pin_file import PinFile

_WEEKLY: Final = timedelta(days=8)
"""A weekly test that is older than this, by the wall clock, was not sent when it was due."""


def examined(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Look at the prescription, at the carer, and at the way to her."""
    house = patient.house
    try:
        prescription = house.prescription
        tailored = house.tailored(house.program(house.usual_program))
    except CoachError as wrong:
        yield problem("prescription", str(wrong))
        return
    open_questions = tuple(unasked(prescription))
    for sentence in open_questions:
        yield note("prescription", sentence)
    for missing in tailored.left_out:
        yield note("prescription", f"Left out of {tailored.program.id}: {missing}.")
    if not open_questions and not tailored.left_out:
        yield well("prescription", f"{tailored.program.id}, nothing left out, from {patient.paths.prescription}")
    yield from _carer(patient)
    yield from _notices(patient, instruments.now())


def _carer(patient: Patient) -> Iterator[Diagnosis]:
    contact = patient.house.prescription.contact
    lacking = [
        what
        for what, there in (
            ("no carer is named", contact.carer is not None),
            ("no emergency number is known", contact.emergency_number is not None),
        )
        if not there
    ]
    if lacking:
        yield note("carer", f"{' and '.join(lacking).capitalize()}; run: coach setup contact")
    try:
        if not PinFile(patient.paths.data, SystemClock()).is_set:
            yield note("carer", "No carer's PIN is set, so anybody at this keyboard may unlock; run: coach setup pin")
        elif not lacking:
            yield well("carer", "A carer, an emergency number and a PIN are set")
    except CoachError as wrong:
        yield problem("carer", str(wrong))


def _notices(patient: Patient, now: datetime) -> Iterator[Diagnosis]:
    """Look whether a way to a carer is set up, somebody delivers, and the weekly test arrived."""
    try:
        if not patient.house.notices_arrive:
            yield note("notices", "Nobody is told of anything, whatever happens; to change that: coach setup notices")
            return
    except CoachError as wrong:
        yield problem("notices", str(wrong))
        return
    spool = Spool(patient.paths.data)
    if not spool.delivers(now.timestamp()):
        yield problem(
            "notices",
            "The courier does not run, so no notice reaches the carer; run: coach serve --install, or: coach notify",
        )
    tested = spool.tested()
    if tested is None:
        yield note("notices", "No weekly test was sent yet; the courier sends one by day. At once: coach notify --test")
    elif not tested.delivered:
        yield problem("notices", f"The weekly test was not delivered ({tested.why}); run: coach setup notices")
    elif now - tested.at(now) > _WEEKLY:
        yield problem("notices", f"The last weekly test was sent on {tested.wall[:10]}; look whether the courier runs.")
    else:
        yield well("notices", f"The weekly test was delivered on {tested.wall[:10]}")
