"""Looks at everything a session stands on, and says of each thing wrong, in one sentence, what to do."""

from coach.runtime.doctor.diagnosis import Diagnosis, State
from coach.runtime.doctor.examination import examine
from coach.runtime.doctor.instruments import Instruments, Patient

__all__ = ["Diagnosis", "Instruments", "Patient", "State", "examine"]
