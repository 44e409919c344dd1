"""Cuts the power after every file operation, and looks at what may be left on the disk.

Images of the disk at one cut:

- ``kill``: the process dies, the machine does not: all that was written is there.
- ``lose``: only what was synced is there.
- ``some``: a random half of what was written since the last sync is there, too.
- ``torn``: all is there, but the last write stops at a boundary of 512 bytes.

Two file systems: in the ordinary one names change as they are asked to; in the strict one a name
that was made, changed or deleted lasts only once its folder is synced.
"""

import random
import tempfile
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

SECTOR = 512
SIGNS = {
    "were acknowledged": "with acknowledged records lost",
    "lock": "with a lock or a notice lost",
    "does not start": "that do not start",
    "was damaged": "that start damaged",
}
"""By which words in a verdict images are counted."""
KINDS = ("kill", "lose", "some", "some", "some", "torn", "torn", "torn")


@dataclass
class _Content:
    """What one file holds, and what of it is safe."""

    now: bytes = b""
    safe: bytes = b""
    pending: list = field(default_factory=list)


class Disk:
    """A disk as a list of operations makes it."""

    def __init__(self, files, *, strict):
        self._names = {name: _Content(data, data) for name, data in files.items()}
        self._safe_names = dict(self._names)
        self._strict = strict
        self._last = None
        """The file and the write that was the last operation; None where it was something else."""

    def take(self, operation):
        """Carry out an operation."""
        self._last = None
        match operation.what:
            case "create":
                self._names.setdefault(operation.name, _Content())
            case "write" | "truncate":
                content = self._names[operation.name]
                content.now = _applied(content.now, operation)
                content.pending.append(operation)
                if operation.what == "write":
                    self._last = content
            case "sync":
                content = self._names[operation.name]
                content.safe, content.pending = content.now, []
            case "delete":
                del self._names[operation.name]
            case "rename":
                self._names[operation.to] = self._names.pop(operation.name)
        if operation.syncs_folder or operation.what == "sync-folder" or not self._strict:
            self._safe_names = dict(self._names)

    def image(self, kind, dice):
        """Return what may be left after a cut: file name to content."""
        if kind == "kill":
            return {name: content.now for name, content in self._names.items()}
        if kind == "lose":
            return {name: content.safe for name, content in self._safe_names.items()}
        if kind == "some":
            names = dice.choice((self._names, self._safe_names))
            return {name: _some(content, dice) for name, content in names.items()}
        return {name: self._torn(content, dice) for name, content in self._names.items()}

    def _torn(self, content, dice):
        if content is not self._last:
            return content.now
        *before, last = content.pending
        data = content.safe
        for operation in before:
            data = _applied(data, operation)
        whole = last.data[: SECTOR * dice.randrange(len(last.data) // SECTOR + 1)]
        return _applied(data, last._replace(data=whole)) if whole else data


def _applied(data, operation):
    if operation.what == "truncate":
        return data[: operation.at].ljust(operation.at, b"\0")
    end = operation.at + len(operation.data)
    return data[: operation.at].ljust(operation.at, b"\0") + operation.data + data[end:]


def _some(content, dice):
    data = content.safe
    for operation in content.pending:
        if dice.random() < 0.5:
            data = _applied(data, operation)
    return data


@dataclass
class Result:
    """What a run of cuts has shown."""

    operations: int = 0
    cuts: int = 0
    images: int = 0
    bad: list = field(default_factory=list)
    """What was wrong, in words, with cut and kind of image."""

    def __str__(self):
        counted = ", ".join(f"{sum(sign in bad for bad in self.bad)} {what}" for sign, what in SIGNS.items())
        other = sum(not any(sign in bad for sign in SIGNS) for bad in self.bad)
        run = f"{self.operations} operations, {self.cuts} cuts, {self.images} images"
        return f"{run}: {counted}, {other} otherwise bad"


def cut_everywhere(operations, judge, *, files=None, strict=False, every=1, seed=1, scratch=None):
    """Cut the power after each operation of a run, and judge every image.

    Args:
        operations: What was asked of the disk, with ``acknowledged`` marks in between.
        judge: Takes a folder with an image and the number last acknowledged (-1 for none); returns what is
            wrong with it in words, or an empty text.
        files: What was on the disk before, synced.
        strict: Which of the two file systems.
        every: Look only at each so manieth cut.
        seed: Of the random images.
        scratch: Where the images are put.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    disk = Disk(files or {}, strict=strict)
    result = Result()
    acknowledged = -1
    verdicts = {}
    for number, operation in enumerate(operations):
        if operation.what == "acknowledged":
            acknowledged = operation.at
            continue
        result.operations += 1
        disk.take(operation)
        if result.operations % every:
            continue
        result.cuts += 1
        for kind in KINDS:
            image = disk.image(kind, dice)
            result.images += 1
            key = (acknowledged, _digest(image))
            if key not in verdicts:
                verdicts[key] = _judged(image, acknowledged, judge, scratch)
            if verdicts[key]:
                result.bad.append(f"cut {number} ({operation.what} {operation.name}), {kind}: {verdicts[key]}")
    return result


def _digest(image):
    told = sha256()
    for name, data in sorted(image.items()):
        told.update(f"{name} {len(data)} ".encode() + data)
    return told.digest()


def _judged(image, acknowledged, judge, scratch):
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        for name, data in image.items():
            (Path(folder) / name).write_bytes(data)
        return judge(Path(folder), acknowledged)
