"""Watches and breaks the disk below the SQLite that Python itself uses.

SQLite's own file layer is registered a second time as the default, with five of its functions
replaced: open, write, truncate, sync, delete. So the shipped store runs unchanged. What is asked
of the disk goes into `Recorder.operations`; from a chosen operation on it can be refused.

The layout of the structures is that of SQLite's published, stable interface (sqlite3.h).
"""

import ctypes
import sqlite3
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, string_at
from pathlib import Path
from typing import NamedTuple

import pytest

from coach.disk import Disk

_NEW_JOURNAL = 0x00000800 | 0x00004000 | 0x00080000
"""Open flags of files whose first sync also syncs their folder."""
_CREATE = 0x00000004

_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)


class _Methods(Structure):
    _fields_ = (
        ("version", c_int),
        ("close", _CLOSE),
        ("read", c_void_p),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        *((f"other{number}", c_void_p) for number in range(13)),
    )


class _File(Structure):
    _fields_ = (("methods", POINTER(_Methods)),)


class _Vfs(Structure):
    _fields_ = (
        ("version", c_int),
        ("file_size", c_int),
        ("path_max", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("data", c_void_p),
        ("open", _OPEN),
        ("delete", _DELETE),
        *((f"other{number}", c_void_p) for number in range(14)),
    )


class Operation(NamedTuple):
    """One thing asked of the disk."""

    what: str
    """``create``, ``write``, ``truncate``, ``sync``, ``delete``, ``rename``, ``sync-folder``, or ``acknowledged``."""
    name: str = ""
    """Path below the watched folder."""
    at: int = 0
    """Offset of a write, new size of a truncated file, number of what was acknowledged."""
    data: bytes = b""
    to: str = ""
    """New name."""
    syncs_folder: bool = False


REFUSALS = {
    "full": {"create": sqlite3.SQLITE_FULL, "write": sqlite3.SQLITE_FULL},
    "failing": {
        "create": sqlite3.SQLITE_CANTOPEN,
        "write": sqlite3.SQLITE_IOERR_WRITE,
        "truncate": sqlite3.SQLITE_IOERR_TRUNCATE,
        "sync": sqlite3.SQLITE_IOERR_FSYNC,
        "delete": sqlite3.SQLITE_IOERR_DELETE,
    },
    "forgetful": {"folder": sqlite3.SQLITE_IOERR_DIR_FSYNC},
    "read-only": {"create": sqlite3.SQLITE_CANTOPEN, "write": sqlite3.SQLITE_READONLY},
}
"""What a disk in trouble answers, by trouble and operation; what is missing still works."""


class Recorder:
    """What has been asked of the disk, and whether it obeys."""

    def __init__(self):
        self.folder = None
        """Only files below this folder are watched."""
        self.operations = []
        self.trouble = None
        """A key of `REFUSALS`, or None."""
        self.obeys = 0
        """Operations that are still carried out once there is trouble."""

    def watch(self, folder):
        """Forget everything, and watch the files of a folder."""
        self.folder = folder
        self.operations = []
        self.trouble = None
        return self

    def break_after(self, operations, trouble):
        """Let the disk refuse everything after so many operations more."""
        self.obeys, self.trouble = operations, trouble

    def note(self, *operation, **details):
        self.operations.append(Operation(*operation, **details))

    def refusal(self, what):
        """Return the error code of an operation that is refused, else 0."""
        if self.trouble is None:
            return 0
        self.obeys -= 1
        return REFUSALS[self.trouble].get(what, 0) if self.obeys < 0 else 0

    def relative(self, path):
        """Return a path below the watched folder, or None."""
        if self.folder is None or not Path(path).is_relative_to(self.folder):
            return None
        return str(Path(path).relative_to(self.folder))


class RecordingDisk(Disk):
    """The journal's other file operations, recorded beside SQLite's."""

    def __init__(self, recorder, **error):
        super().__init__(**error)
        self._recorder = recorder

    def write(self, path, data):
        super().write(path, data)
        name = self._recorder.relative(path)
        for operation in (("create", name), ("truncate", name, 0), ("write", name, 0, data), ("sync", name)):
            self._recorder.note(*operation)

    def copy(self, path, name):
        super().copy(path, name)
        copied = self._recorder.relative(name)
        for operation in (("create", copied), ("truncate", copied, 0), ("write", copied, 0, name.read_bytes())):
            self._recorder.note(*operation)
        self._recorder.note("sync", copied)

    def rename(self, path, name):
        super().rename(path, name)
        self._recorder.note("rename", self._recorder.relative(path), to=self._recorder.relative(name))

    def sync_folder(self, folder):
        super().sync_folder(folder)
        self._recorder.note("sync-folder")


class Layer:
    """The watched file layer; it is SQLite's default between `install` and `remove`."""

    def __init__(self, library, recorder):
        self._library = library
        self._recorder = recorder
        self._original = library.sqlite3_vfs_find(None)
        self._names = {}
        self._syncs_folder = set()
        self._tables = {}
        self._originals = {}
        self._own = _Vfs.from_buffer_copy(self._original.contents)
        self._own.next = None
        self._own.name = b"watched"
        self._own.open = _OPEN(self._open)
        self._own.delete = _DELETE(self._delete)
        self._replaced = {
            "close": _CLOSE(self._close),
            "write": _WRITE(self._write),
            "truncate": _TRUNCATE(self._truncate),
            "sync": _SYNC(self._sync),
        }

    def install(self):
        assert self._library.sqlite3_vfs_register(ctypes.byref(self._own), 1) == 0

    def remove(self):
        assert self._library.sqlite3_vfs_unregister(ctypes.byref(self._own)) == 0
        assert self._library.sqlite3_vfs_register(self._original, 1) == 0

    def _open(self, _vfs, name, file, flags, told):
        path = string_at(name).decode() if name else None
        watched = self._recorder.relative(path) if path else None
        fresh = watched is not None and bool(flags & _CREATE) and not Path(path).exists()
        if fresh and (code := self._recorder.refusal("create")):
            ctypes.cast(file, POINTER(_File)).contents.methods = POINTER(_Methods)()
            return code
        code = self._original.contents.open(ctypes.cast(self._original, c_void_p), name, file, flags, told)
        if code == 0 and watched is not None:
            self._names[file] = watched
            if fresh:
                self._recorder.note("create", watched)
            if flags & _CREATE and flags & _NEW_JOURNAL:
                self._syncs_folder.add(file)
            handle = ctypes.cast(file, POINTER(_File)).contents
            handle.methods = ctypes.pointer(self._watched_methods(file, handle.methods))
        return code

    def _watched_methods(self, file, methods):
        address = ctypes.addressof(methods.contents)
        if address not in self._tables:
            table = _Methods.from_buffer_copy(methods.contents)
            for name, function in self._replaced.items():
                setattr(table, name, function)
            self._tables[address] = table
        self._originals[file] = methods.contents
        return self._tables[address]

    def _close(self, file):
        self._names.pop(file)
        self._syncs_folder.discard(file)
        return self._originals.pop(file).close(file)

    def _write(self, file, data, count, at):
        name = self._names[file]
        code = self._recorder.refusal("write") or self._originals[file].write(file, data, count, at)
        if code == 0:
            self._recorder.note("write", name, at, string_at(data, count))
        return code

    def _truncate(self, file, size):
        code = self._recorder.refusal("truncate") or self._originals[file].truncate(file, size)
        if code == 0:
            self._recorder.note("truncate", self._names[file], size)
        return code

    def _sync(self, file, flags):
        code = self._recorder.refusal("sync") or self._originals[file].sync(file, flags)
        if code == 0:
            self._recorder.note("sync", self._names[file], syncs_folder=file in self._syncs_folder)
            self._syncs_folder.discard(file)
        return code

    def _delete(self, _vfs, name, sync_folder):
        watched = self._recorder.relative(string_at(name).decode())
        if watched is not None and (code := self._recorder.refusal("delete")):
            return code
        code = self._original.contents.delete(ctypes.cast(self._original, c_void_p), name, sync_folder)
        if code == 0 and watched is not None and sync_folder:
            code = self._recorder.refusal("folder")
        if code == 0 and watched is not None:
            self._recorder.note("delete", watched, syncs_folder=bool(sync_folder))
        return code


def layer(recorder):
    """Return a file layer below Python's own SQLite; skips where its functions cannot be reached."""
    import _sqlite3  # noqa: PLC0415 - not every Python has it as a module of its own

    try:
        library = ctypes.CDLL(_sqlite3.__file__)
        find, register, unregister = (
            getattr(library, f"sqlite3_vfs_{name}") for name in ("find", "register", "unregister")
        )
    except (AttributeError, OSError):
        pytest.skip("the functions of Python's SQLite cannot be reached from here")
    find.restype, find.argtypes = POINTER(_Vfs), [c_char_p]
    register.restype, register.argtypes = c_int, [POINTER(_Vfs), c_int]
    unregister.restype, unregister.argtypes = c_int, [POINTER(_Vfs)]
    return Layer(library, recorder)
