"""What is known of the person, and who may lift a lock."""

from collections.abc import Iterator

from coach.errors import CoachError
from coach.plan.rules import unasked
from coach.runtime.clock import SystemClock
from coach.runtime.doctor.diagnosis import Diagnosis, note, problem, well
from coach.runtime.doctor.instruments import Patient
from coach.runtime.pin_file import PinFile


def examined(patient: Patient) -> Iterator[Diagnosis]:
    """Look at the prescription and at the carer."""
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
