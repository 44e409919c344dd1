"""Fetches a file over the network; the one place of the coach that does.

1. What has come is kept in a file of its own beside the wanted one, so that a broken download goes on where it stopped.
2. It goes on only where the server says that the file is still the same (`If-Range`); else it begins anew.
3. The wanted file appears under its name only once it is whole and its checksum, where one is known, is right.
4. Addresses are https; plain http is for this machine alone.
5. Every wait has a limit, a trickle counts as nothing, and every failure is one sentence that says what to do.
"""

import contextlib
import errno
import hashlib
import http.client
import json
import os
import re
import shutil
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any, Final

from coach import __version__
from coach.errors import MissingError

TIMEOUT_S: Final = 20.0
"""Seconds without a byte after which a connection counts as lost; chosen: slow lines pause for some seconds."""
TRIES: Final = 4
"""Times in a row without a new byte before it is given up; each try goes on where the last one stopped."""
PAUSE_S: Final = 2.0
"""Seconds before the second try; each later pause is twice as long."""
LEAST: Final = 64 * 2**10
"""Bytes that a try must bring to count as one, and that must come within each `TIMEOUT_S`: a 40 MB model would take
more than three hours at less; chosen."""
SIZE_MAX: Final = 2 * 2**30
"""Most bytes of a file: the largest models of the makers are about this; beyond it something else is offered."""
SPARE: Final = 50 * 2**20
"""Bytes that stay free on the disk: what the journal needs to go on."""
_CHUNK: Final = 64 * 2**10
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_RANGE: Final = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be others a moment later."""

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are there; 0 where the whole is not known."""


def pause(span_s: float) -> None:
    """Let some seconds pass."""
    time.sleep(span_s)


def free_bytes(folder: Path) -> int:
    """Return how much room there is in a folder."""
    return shutil.disk_usage(folder).free


def no_progress(_done: int, _whole: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be fetched."""

    address: str
    sha256: str | None
    """Its checksum, as 64 hexadecimal digits; None where nobody has verified one."""
    grows: float = 0.0
    """How many times its size must be free beside the file itself, for what will be unpacked of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """How the network is reached."""

    timeout_s: float = TIMEOUT_S
    pause: Callable[[float], None] = pause
    clock: Callable[[], float] = time.monotonic
    """Seconds from anywhere."""
    free: Callable[[Path], int] = free_bytes
    progress: Progress = no_progress


class DownloadError(MissingError):
    """A file could not be fetched."""


class _BrokenError(Exception):
    """This try failed; the next may not."""


@dataclass(slots=True)
class _Part:
    """What has come so far, and how to ask whether it is still the same file."""

    path: Path
    validator: str = ""
    """ETag or Last-Modified of the file it belongs to; empty where it cannot be gone on with."""
    whole: int = 0
    """Bytes of the whole file; 0 where that is not known."""
    note: Path = field(init=False)

    def __post_init__(self) -> None:
        """Read what an earlier run has left."""
        self.note = self.path.with_name(self.path.name + ".json")
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads(self.note.read_text(encoding="utf-8"))
            self.validator, self.whole = str(told["validator"]), int(told["whole"])

    @property
    def size(self) -> int:
        """Return how many bytes may be gone on with."""
        return self.path.stat().st_size if self.validator and self.path.exists() else 0

    def begin(self, headers: Message) -> None:
        """Begin anew, with the file a server has just begun to send."""
        weak = (headers.get("ETag") or "").startswith("W/")
        self.validator = (None if weak else headers.get("ETag")) or headers.get("Last-Modified") or ""
        length = headers.get("Content-Length") or ""
        self.whole = int(length) if _LENGTH.fullmatch(length) else 0
        self.note.write_text(json.dumps({"validator": self.validator, "whole": self.whole}), encoding="utf-8")

    def drop(self) -> None:
        """Forget it."""
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)
        self.validator, self.whole = "", 0


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to another address, but not from https to one that anybody on the way may change."""

    def redirect_request(self, *asked: Any) -> urllib.request.Request | None:  # noqa: ANN401 - as the library calls it
        """Return the request for the new address."""
        _allowed(str(asked[-1]))
        return super().redirect_request(*asked)


def fetch(wanted: Wanted, path: Path, line: Line | None = None) -> str:
    """Bring a file here; return its sha256 as hexadecimal digits.

    Args:
        wanted: What to fetch.
        path: Where it shall be; its folder must be there.
        line: How the network is reached.

    Raises:
        DownloadError: It could not be fetched, is not what was wanted, or has no room; the message says what to do.
    """
    line = line or Line()
    _allowed(wanted.address)
    part = _Part(path.with_name(path.name + ".part"))
    failures, pause_s = 0, PAUSE_S
    try:
        while True:
            before = part.size
            try:
                _go_on(wanted, part, line)
                break
            except _BrokenError as broken:
                failures = 1 if part.size - before >= LEAST else failures + 1
                if failures >= TRIES:
                    raise DownloadError(f"{broken}{_kept(part)}") from None
                line.pause(pause_s * 2 ** (failures - 1))
        digest = _sha256(part.path)
        if wanted.sha256 is not None and digest != wanted.sha256.lower():
            part.drop()
            raise DownloadError(
                f"What {_host(wanted.address)} sent is not the file that was expected: its checksum is {digest[:12]}…, "
                f"not {wanted.sha256[:12]}…; it was deleted. Try again later, or get the model by another way and run: "
                "coach setup --model FOLDER"
            )
        with part.path.open("rb+") as whole:
            os.fsync(whole.fileno())
        part.path.replace(path)
        part.drop()
    except OSError as wrong:
        raise DownloadError(_disk_sentence(path.parent, wrong)) from None
    return digest


def _go_on(wanted: Wanted, part: _Part, line: Line) -> None:
    """Fetch what is missing.

    Raises:
        DownloadError: There is no use in trying again.
        _BrokenError: There is.
    """
    if part.whole and part.size == part.whole:
        return
    have = part.size
    headers = {"User-Agent": f"bedside-coach/{__version__}", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": part.validator}
    request = urllib.request.Request(wanted.address, headers=headers)  # noqa: S310 - `_allowed` has seen the address
    host = _host(wanted.address)
    opener = urllib.request.build_opener(_SafeRedirects)
    try:
        with opener.open(request, timeout=line.timeout_s) as answer:
            appends = have > 0 and answer.status == http.HTTPStatus.PARTIAL_CONTENT and _starts_at(answer.headers, have)
            if have and answer.status == http.HTTPStatus.PARTIAL_CONTENT and not appends:
                part.drop()
                raise _BrokenError(f"{host} sent another piece of the file than was asked for.")
            if not appends:
                have = 0
                part.begin(answer.headers)
            _make_room(wanted, part, have, line)
            _take(answer, part, have, line)
    except urllib.error.HTTPError as refused:
        _refused(refused, part, host)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError, ssl.SSLError) as lost:
        if isinstance(getattr(lost, "reason", lost), ssl.SSLCertVerificationError):
            raise DownloadError(
                f"Whether {host} is who it says cannot be checked; look whether this machine's clock is right, and "
                "run: sudo apt install ca-certificates"
            ) from None
        raise _BrokenError(f"{host} cannot be reached or fell silent ({_reason(lost)}).") from None
    if part.whole and part.path.stat().st_size < part.whole:
        raise _BrokenError(f"{host} stopped after {part.path.stat().st_size:,} of {part.whole:,} bytes.")


def _take(answer: Any, part: _Part, have: int, line: Line) -> None:  # noqa: ANN401 - an answer of the library
    """Write what comes to the end of the part."""
    since, until_then = line.clock(), have
    with part.path.open("ab" if have else "wb") as file:
        while piece := answer.read1(_CHUNK):
            have += len(piece)
            if line.clock() - since >= line.timeout_s:
                if have - until_then < LEAST:
                    raise _BrokenError("The network is too slow.")
                since, until_then = line.clock(), have
            if have > SIZE_MAX or (part.whole and have > part.whole):
                raise DownloadError(
                    "The server sent more than it had announced, or than any model has; try again later."
                )
            file.write(piece)
            line.progress(have, part.whole)


def _make_room(wanted: Wanted, part: _Part, have: int, line: Line) -> None:
    if part.whole > SIZE_MAX:
        raise DownloadError(
            f"{wanted.address} offers {part.whole:,} bytes; no model is so large, so it is another file."
        )
    needed = part.whole - have + round(part.whole * wanted.grows) + SPARE
    free = line.free(part.path.parent)
    if free < needed:
        raise DownloadError(
            f"There is not enough room in {part.path.parent}: {needed // 2**20} MB are needed, {free // 2**20} MB are "
            "free; make room and try again."
        )


def _refused(refused: urllib.error.HTTPError, part: _Part, host: str) -> None:
    """Say what an answer that brings no file means."""
    if refused.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.drop()
        raise _BrokenError(f"{host} has another file now.") from None
    if refused.code in _BUSY:
        raise _BrokenError(f"{host} is not able to answer just now ({refused.code}).") from None
    if refused.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE):
        raise DownloadError(
            f"{refused.url} is not there any more; look for the model at its makers', unpack it, and run: "
            "coach setup --model FOLDER"
        ) from None
    raise DownloadError(f"{host} refuses to send the file ({refused.code}); try again later.") from None


def _starts_at(headers: Message, have: int) -> bool:
    found = _RANGE.fullmatch(headers.get("Content-Range") or "")
    return found is not None and int(found[1]) == have


def _allowed(address: str) -> None:
    """Refuse an address whose answer anybody on the way could change."""
    parts = urllib.parse.urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL):
        return
    raise DownloadError(f"{address} is no https address; models are fetched from such addresses only.")


def _host(address: str) -> str:
    return urllib.parse.urlsplit(address).netloc


def _reason(lost: Exception) -> str:
    cause = lost.reason if isinstance(lost, urllib.error.URLError) else lost
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return str(cause) or type(cause).__name__


def _kept(part: _Part) -> str:
    if part.size:
        return f" {part.size // 2**20} MB are kept; run this again later and it goes on from there."
    return " Look at the network and run this again; until then the embedded engine hears alone."


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _disk_sentence(folder: Path, wrong: OSError) -> str:
    if wrong.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full while writing to {folder}; make room and run this again: what has come is kept."
    return f"{folder} cannot be written to ({wrong.strerror or wrong}); look at its permissions."
