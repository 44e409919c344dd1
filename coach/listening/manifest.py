"""What the files of a model must be: kept when it is installed, compared before it is used.

1. A model without a manifest, such as one a carer put there by hand, is used as it is; loading it finds what is broken.
2. Names and sizes are compared before every use: it costs nothing, and finds a card that was full or pulled out.
3. Contents are compared where there is time for it: in `coach doctor` and `coach setup`.
"""

import base64
import hashlib
import os
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ModelError

_SUFFIX: Final = ".manifest.json"
_SHA256: Final = r"^[0-9a-f]{64}$"


class ModelFile(BaseModel):
    """One file of a model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size: Annotated[int, Field(ge=0)]
    """Bytes."""
    sha256: Annotated[str, Field(pattern=_SHA256)]


class Manifest(BaseModel):
    """The files of a model, and where they came from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    source: str
    """Address or folder it came from."""
    archive_sha256: str | None = None
    """Checksum of the archive it was unpacked from."""
    files: dict[str, ModelFile]
    """By their path within the folder, with slashes."""


def manifest_path(folder: Path) -> Path:
    """Return the file of a model's manifest: beside its folder, so that the model stays as its makers made it."""
    return folder.with_name(folder.name + _SUFFIX)


def take_stock(folder: Path, source: str, archive_sha256: str | None = None) -> Manifest:
    """Return the manifest of a model as it lies there now.

    Raises:
        ModelError: A file cannot be read.
    """
    try:
        files = {name: ModelFile(size=path.stat().st_size, sha256=_digest(path)) for name, path in _files(folder)}
    except OSError as wrong:
        raise ModelError(f"{folder} cannot be read ({wrong.strerror or wrong}); look at its permissions.") from None
    return Manifest(source=source, archive_sha256=archive_sha256, files=files)


def read_manifest(folder: Path) -> Manifest | None:
    """Return what the files of a model must be; None where nobody has written it down, or it cannot be read."""
    try:
        return Manifest.model_validate_json(manifest_path(folder).read_bytes())
    except (OSError, ValidationError):
        return None


def packaged(package: str, folder: Path) -> Manifest | None:
    """Return what the files of a model in a package must be, as its installer wrote it down; None where it did not.

    Args:
        package: The distribution's name.
        folder: The model's folder within it.
    """
    try:
        listed = metadata.distribution(package).files or ()
    except metadata.PackageNotFoundError:
        return None
    files = {}
    for entry in listed:
        path = Path(str(entry.locate()))
        if entry.hash is not None and entry.hash.mode == "sha256" and entry.size is not None and folder in path.parents:
            digest = base64.urlsafe_b64decode(entry.hash.value + "=" * (-len(entry.hash.value) % 4)).hex()
            files[path.relative_to(folder).as_posix()] = ModelFile(size=entry.size, sha256=digest)
    return Manifest(source=package, files=files) if files else None


def difference(folder: Path, manifest: Manifest, *, contents: bool) -> str:
    """Return the first difference between a model and its manifest, in a few words; empty where there is none.

    Args:
        folder: The model's folder.
        manifest: What its files must be.
        contents: Whether to read every file; else only names and sizes are compared.
    """
    for name, file in manifest.files.items():
        path = folder / name
        try:
            if path.stat().st_size != file.size:
                return f"{name} has another size than when it was installed"
            if contents and _digest(path) != file.sha256:
                return f"{name} is not what was installed"
        except FileNotFoundError:
            return f"{name} is missing"
        except OSError as wrong:
            return f"{name} cannot be read ({wrong.strerror or wrong})"
    return ""


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent) / name
            yield path.relative_to(folder).as_posix(), path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
