"""Writing a prescription: what a carer wrote beside it stays, and no power cut leaves half a file."""

from pathlib import Path
from typing import Final

from coach.disk import Disk, make_folder
from coach.errors import PrescriptionError
from coach.plan.prescription import FILE, Prescription, plain, read_prescription
from coach.tomledit import edited

BEFORE: Final = "prescription.before.toml"
"""The file as it was before the last change."""
_HEAD: Final = """# Who the coach is for, what was prescribed, when, and what must not be done.
# A carer may edit this file; "coach check" tells what is wrong with it. Changes hold from the next session on.
"""


def write_prescription(folder: Path, prescription: Prescription, disk: Disk | None = None) -> Path:
    """Write a person's prescription, keep her comments and a copy of the file as it was, and return the file.

    Args:
        folder: The person's folder; made where it is missing.
        prescription: What the file is to say.
        disk: Writes; the tests give one that can be cut off.

    Raises:
        PrescriptionError: The file there is wrong, or the disk refuses; nothing was changed.
    """
    disk = disk or Disk(PrescriptionError)
    make_folder(folder, PrescriptionError)
    path = folder / FILE
    before = disk.read(path)
    if before is not None:
        read_prescription(path)  # what cannot be understood is not written over
        disk.replace(folder / BEFORE, before)
    text = edited(before.decode("utf-8-sig") if before else _HEAD, plain(prescription))
    disk.replace(path, text.encode())
    return path
