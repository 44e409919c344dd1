"""The person's own coach.toml, changed key by key; what a carer wrote beside it stays."""

import tomllib
from collections.abc import Mapping
from typing import Any, Final

from coach.disk import Disk, make_folder
from coach.errors import SettingsError
from coach.runtime.paths import Paths
from coach.runtime.settings import Settings, load_settings
from coach.tomledit import edited
from coach.tomlfile import parse, read_toml

BROKEN: Final = "coach.broken.toml"
"""What could not be read, put aside."""
BEFORE: Final = "coach.before.toml"
"""The file as it was before the last change."""
_HEAD: Final = """# Settings of your own; each holds over the one that ships with the coach. A carer may edit this file:
# "coach check" tells what is wrong with it, "coach setup" asks for most of it, "coach doctor" shows what holds.
"""


class OwnSettings:
    """Reads, changes and writes the person's own settings."""

    def __init__(self, paths: Paths, disk: Disk | None = None) -> None:
        """Take the folders; nothing is read yet."""
        self._paths = paths
        self._disk = disk or Disk(SettingsError)

    @property
    def fault(self) -> str:
        """Return why the settings cannot be used, in a sentence; empty where they can."""
        try:
            load_settings(*self._paths.layers)
        except SettingsError as wrong:
            return str(wrong)
        return ""

    def settings(self) -> Settings:
        """Return what holds now.

        Raises:
            SettingsError: A file is wrong.
        """
        return load_settings(*self._paths.layers)

    def put_aside(self) -> None:
        """Give the file another name, so that it can be written anew.

        Raises:
            SettingsError: The disk refuses.
        """
        self._disk.rename(self._paths.settings, self._paths.own / BROKEN)
        self._disk.sync_folder(self._paths.own)

    def change(self, **keys: object) -> None:
        """Change settings and write them durably; a mapping changes the keys of a table and leaves its others.

        Args:
            keys: Setting to its new value; None takes it out, so that what ships holds again.

        Raises:
            SettingsError: The file is wrong, the new settings would be, or the disk refuses; nothing was changed.
        """
        path = self._paths.settings
        before = self._disk.read(path)
        data = {} if before is None else read_toml(path, SettingsError)
        wanted = _changed(data, keys)
        parse(Settings, wanted, path, SettingsError)
        text = edited(_HEAD if before is None else before.decode("utf-8-sig"), wanted)
        if before is not None and tomllib.loads(text) == data:
            return
        make_folder(self._paths.own, SettingsError)
        if before is not None:
            self._disk.replace(self._paths.own / BEFORE, before)
        self._disk.replace(path, text.encode())


def _changed(data: Mapping[str, Any], keys: Mapping[str, object]) -> dict[str, Any]:
    changed = dict(data)
    for key, value in keys.items():
        if value is None:
            changed.pop(key, None)
        elif isinstance(value, Mapping):
            inner = _changed(changed.get(key, {}), value)
            changed[key] = inner
            if not inner:
                del changed[key]
        else:
            changed[key] = value
    return changed
