"""What a session may know of the person, taken from her prescription."""

from typing import Final

from coach.plan.dosing import Tailored
from coach.plan.prescription import Prescription
from coach.plan.rules import LeftOut, reasons
from coach.session.care import Barred, Care, Known

_WHY: Final = {"past-clot": Barred.CLOT, "ankle-injury": Barred.INJURY}


def care_of(prescription: Prescription, done: Tailored, *, notices_arrive: bool = False) -> Care:
    """Return what the session may know.

    Args:
        prescription: The person's.
        done: The program as she is to do it.
        notices_arrive: Whether delivery of notices to the carer was set up.
    """
    contact = prescription.contact
    return Care(
        name=prescription.name or "",
        baseline=tuple(dict.fromkeys(Known(known.finding.value) for known in prescription.baseline)),
        left_out=tuple(out.exercise for out in done.left_out),
        no_calf_stretch="tendon-repair" in reasons(prescription),
        carer=contact.carer is not None and notices_arrive,
        emergency_number=(contact.emergency_number or "").replace(" ", ""),
    )


def why_barred(left_out: tuple[LeftOut, ...]) -> Barred:
    """Return why a program of which nothing is left may not begin: the one reason of all, where there is one."""
    whys = {_WHY.get(out.reason, Barred.NOTHING_LEFT) for out in left_out}
    return whys.pop() if len(whys) == 1 else Barred.NOTHING_LEFT
