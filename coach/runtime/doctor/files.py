"""Settings, room on the disk, the journal and its lock."""

from collections.abc import Iterator
from typing import Final

from coach.disk import Disk
from coach.errors import CoachError
from coach.journal.latch import FILE as LATCH_FILE
from coach.journal.latch import Latch
from coach.journal.sqlite import FILE as JOURNAL_FILE
from coach.journal.sqlite import SqliteJournal
from coach.journal.standing import standing_of
from coach.runtime.doctor.diagnosis import Diagnosis, note, problem, well
from coach.runtime.doctor.instruments import Instruments, Patient
from coach.runtime.live import JOURNAL
from coach.runtime.settings import origins

_LEAST_MB: Final = 50
"""A year of sessions takes about half of this in the journal (two rows a second, 300 bytes each)."""
_SPARE_MB: Final = 300
"""A language's prompts take about 100 MB, its model as much; below this the next one does not fit."""


def examined(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    """Look at the files."""
    yield from _settings(patient)
    yield from _space(patient, instruments)
    yield from _journal(patient)


def _settings(patient: Patient) -> Iterator[Diagnosis]:
    if patient.settings_fault:
        yield problem("settings", patient.settings_fault)
        return
    house, paths = patient.house, patient.paths
    try:
        count = len(house.programs)
    except CoachError as wrong:
        yield problem("settings", str(wrong))
        return
    own = sorted(key for key, path in origins(*paths.layers).items() if path == paths.settings)
    told = f"{', '.join(own)} from {paths.settings}" if own else f"all as they ship; your own go to {paths.settings}"
    yield well("settings", f"{told}; {count} programs")


def _space(patient: Patient, instruments: Instruments) -> Iterator[Diagnosis]:
    data = patient.paths.data
    folder = next(folder for folder in (data, *data.parents) if folder.exists())
    free_mb = instruments.free(folder) // 2**20
    if free_mb < _LEAST_MB:
        yield problem(
            "disk", f"Only {free_mb} MB are free in {folder}, so the disk is full for the journal; make room."
        )
    elif free_mb < _SPARE_MB:
        yield note("disk", f"{free_mb} MB are free in {folder}; another language will not fit.")
    else:
        yield well("disk", f"{free_mb} MB free in {folder}")


def _journal(patient: Patient) -> Iterator[Diagnosis]:
    folder = patient.paths.data / JOURNAL
    try:
        latched = Latch(folder, Disk()).read() if (folder / LATCH_FILE).exists() else None
        lock = latched.standing.lock if latched is not None else 0
        if not (folder / JOURNAL_FILE).exists():
            yield well("journal", f"None yet; it begins with the first session, in {folder}")
        else:
            with SqliteJournal(folder) as journal:
                rows, lock = journal.verify(), max(lock, standing_of(journal).lock)
            yield well("journal", f"{rows} entries, every one as it was written")
    except CoachError as wrong:
        yield problem("journal", f"{wrong}")
        return
    if lock:
        yield problem("lock", "Locked after a safety stop; once the care team agrees, run: coach unlock")
