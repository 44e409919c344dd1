"""Installs the Vosk model of a language: fetched, unpacked, tried, written down, and only then put in its place."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from coach.disk import Disk, make_folder
from coach.errors import ModelError
from coach.language.models import RecognizerModel
from coach.listening.manifest import Manifest, manifest_path, take_stock
from coach.runtime.setup.downloads import Line, Wanted, fetch
from coach.runtime.setup.unpacking import unpack

GROWS: Final = 2.5
"""How many times as much room as its archive a model takes at most: 41 MB become 68, 82 MB become 150 (measured on the
package of the Korean one)."""

Try = Callable[[Path], str]
"""Tries a model out; returns why it cannot be used, in a sentence, empty where it can."""


@dataclass(frozen=True, slots=True)
class Installer:
    """Installs models into one folder."""

    models: Path
    """Folder of the models."""
    line: Line
    disk: Disk = field(default_factory=lambda: Disk(ModelError))

    def install(self, needed: RecognizerModel, trial: Try) -> Path:
        """Fetch and install the model a language needs; return its folder. What was there is kept until it works.

        Args:
            needed: The model.
            trial: Tries it out before it takes its place.

        Raises:
            DownloadError: It could not be fetched; what has come is kept.
            ArchiveError: Its archive is broken.
            ModelError: It is no model that works.
        """
        if needed.address is None:
            raise ModelError(
                f"Nobody says where {needed.name} is offered; give its folder to: coach setup --model FOLDER"
            )
        new = self.models / f".new-{needed.name}"
        archive = self.models / f".{needed.name}.zip"
        try:
            make_folder(self.models, ModelError)
            shutil.rmtree(new, ignore_errors=True)
            digest = fetch(Wanted(needed.address, needed.sha256, GROWS), archive, self.line)
            try:
                unpack(archive, new)
            finally:
                archive.unlink(missing_ok=True)  # it is whole by its checksum: what is wrong with it stays so
            if fault := trial(new):
                raise ModelError(f"What {needed.address} offers does not work here: {fault}")
            return self._put_in_place(new, needed.name, take_stock(new, needed.address, digest))
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def adopt(self, folder: Path, trial: Try) -> Path:
        """Take a model that a carer has put somewhere; return its folder as it should stand in the settings.

        Raises:
            ModelError: There is none, or it does not work.
        """
        folder = folder.expanduser().resolve()
        if not folder.is_dir():
            raise ModelError(f"{folder} is no folder; unpack the model and give the folder that has am/ in it.")
        inside = [place for place in (folder, *sorted(folder.glob("*/"))) if (place / "am").is_dir()]
        if not inside:
            raise ModelError(f"{folder} is no Vosk model: there is no am/ in it; give the folder that has one.")
        if fault := trial(inside[0]):
            raise ModelError(fault)
        with suppress(ModelError):  # beside a folder that is not ours there may be no room for it: then without
            self._write(inside[0], take_stock(inside[0], str(folder)))
        return inside[0]

    def _put_in_place(self, new: Path, name: str, manifest: Manifest) -> Path:
        """Let the new model take its place; a power cut leaves the old one, none, or the new one, never half of one."""
        place, old = self.models / name, self.models / f".old-{name}"
        shutil.rmtree(old, ignore_errors=True)
        if place.exists():
            self.disk.rename(place, old)
        self._write(place, manifest)
        self.disk.rename(new, place)
        self.disk.sync_folder(self.models)
        shutil.rmtree(old, ignore_errors=True)
        return place

    def _write(self, folder: Path, manifest: Manifest) -> None:
        self.disk.replace(manifest_path(folder), manifest.model_dump_json(indent=1).encode())
