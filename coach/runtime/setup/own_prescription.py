"""The person's prescription while a carer answers: changed key by key, checked as a whole, written as a whole."""

from collections.abc import Callable, Mapping
from typing import Final

from coach.disk import Disk
from coach.errors import PrescriptionError
from coach.plan.prescription import Prescription, load_prescription, plain
from coach.plan.prescription_file import write_prescription
from coach.runtime.paths import Paths
from coach.tomlfile import parse

BROKEN: Final = "prescription.broken.toml"

Check = Callable[[Prescription], None]
"""Refuses a prescription that asks for what there is not or is not allowed."""


class OwnPrescription:
    """Reads, changes and writes it."""

    def __init__(self, paths: Paths, check: Check, disk: Disk | None = None) -> None:
        """Take the folders, and what else a prescription is checked against; nothing is read yet."""
        self._paths = paths
        self._check = check
        self._disk = disk or Disk(PrescriptionError)

    @property
    def fault(self) -> str:
        """Return why it cannot be used, in a sentence; empty where it can, or where there is none."""
        try:
            self._check(load_prescription(self._paths.own))
        except PrescriptionError as wrong:
            return str(wrong)
        return ""

    def read(self) -> Prescription:
        """Return it as it stands.

        Raises:
            PrescriptionError: It is wrong.
        """
        return load_prescription(self._paths.own)

    def put_aside(self) -> None:
        """Give the file another name, so that it can be written anew.

        Raises:
            PrescriptionError: The disk refuses.
        """
        self._disk.rename(self._paths.prescription, self._paths.own / BROKEN)
        self._disk.sync_folder(self._paths.own)

    def change(self, **keys: object) -> None:
        """Put other values in place of keys, and write it durably.

        Args:
            keys: Key to its new value as it stands in a file; None takes it out.

        Raises:
            PrescriptionError: It would be wrong, or the disk refuses; nothing was changed.
        """
        before = self.read()
        data: dict[str, object] = {key: value for key, value in plain(before).items() if key not in keys}
        data |= {key: value for key, value in keys.items() if value is not None and not _is_empty(value)}
        after = parse(Prescription, data, self._paths.prescription, PrescriptionError)
        self._check(after)
        if after != before:
            write_prescription(self._paths.own, after, self._disk)


def _is_empty(value: object) -> bool:
    return isinstance(value, (Mapping, list, tuple)) and not value
