"""A server on this machine that answers as badly as the network can, and a home in which the coach is set up."""

import hashlib
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from coach.audio.device import Capture
from coach.audio.devices.portaudio import SoundDevice
from coach.commands import Command
from coach.errors import MissingError
from coach.journal.entries import Stamp
from coach.plan.prescription import load_prescription
from coach.runtime.clock import SystemClock
from coach.runtime.echo_check import echo_of
from coach.runtime.paths import Paths
from coach.runtime.pin_file import PinFile
from coach.runtime.setup.assistant import run
from coach.runtime.setup.context import Setup, World
from coach.runtime.setup.downloads import Line
from coach.runtime.setup.texts import load_texts
from coach.runtime.trial import Tried


@dataclass
class Shelf:
    """What the server offers, and how it misbehaves."""

    data: bytes = bytes(range(256)) * 1200
    """307,200 bytes."""
    etag: str | None = '"one"'
    ranges: bool = True
    lengths: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes each answer in turn breaks off."""
    answers: list[int] = field(default_factory=list)
    """Status codes given in turn before anything is sent."""
    silent: bool = False
    """Whether it takes the request and never answers."""
    moved_to: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    """Headers of every request."""
    address: str = ""

    @property
    def sha256(self):
        return hashlib.sha256(self.data).hexdigest()


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        shelf = self.server.shelf
        shelf.asked.append(dict(self.headers))
        self.close_connection = True
        if shelf.silent:
            self.server.over.wait(60)
            return
        if shelf.moved_to:
            self.send_response(302)
            self.send_header("Location", shelf.moved_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if shelf.answers:
            self.send_error(shelf.answers.pop(0))
            return
        first = 0
        wants = self.headers.get("Range")
        same = self.headers.get("If-Range") == shelf.etag
        if shelf.ranges and wants and same:
            first = int(wants.removeprefix("bytes=").rstrip("-"))
            if first >= len(shelf.data):
                self.send_error(416)
                return
        body = shelf.data[first:]
        self.send_response(206 if first else 200)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(shelf.data) - 1}/{len(shelf.data)}")
        if shelf.etag:
            self.send_header("ETag", shelf.etag)
        if shelf.lengths:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = shelf.cuts.pop(0) if shelf.cuts else len(body)
        self.wfile.write(body[:cut])

    def log_message(self, *_told):
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_told):
        """Say nothing: whoever asked may have gone."""


@pytest.fixture
def shelf():
    server = _Server(("127.0.0.1", 0), _Answer)
    server.daemon_threads = True
    server.over = threading.Event()
    server.shelf = Shelf(address=f"http://127.0.0.1:{server.server_address[1]}/model.zip")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.shelf
    server.over.set()
    server.shutdown()
    server.server_close()


class Paper:
    """A screen on which a carer answers each question as her notes say, and with Enter where they say nothing."""

    def __init__(self, texts):
        self.texts = texts
        self.answers = {}
        """Question to the answers given in turn."""
        self.shown = []
        self.asked = []
        self.ends = None
        """After how many questions nobody is there any more."""

    def show(self, line):
        self.shown.append(line)

    def read(self, prompt, *, hidden=False):
        if self.ends is not None and len(self.asked) >= self.ends:
            return None
        question = next(key for line in reversed(self.shown) if (key := self._key(line)))
        self.asked.append((question, prompt, hidden))
        assert len(self.asked) < 300, "the same is asked for ever"
        given = self.answers.get(question)
        if isinstance(given, str):
            return given
        return given.pop(0) if given else ""

    def _key(self, line):
        for text in self.texts:
            for key, ask in text.ask.items():
                before, _, after = ask.ask.partition("{")
                if line.startswith(before) and (before or after.partition("}")[2] in line):
                    return key
        return None

    @property
    def text(self):
        return "\n".join(self.shown)


class Table:
    """A desk without a sound card: what the microphone brings is laid out in advance."""

    def __init__(self):
        self.fault = ""
        self.name = ""
        self.missing = False
        """Whether there is no sound card."""
        self.heard = []
        """What is heard in turn; then the room."""
        self.room = 0.003 * np.random.default_rng(3).standard_normal(16_000 * 5).astype(np.float32)
        self.used = []
        self.played = []

    def use(self, chosen):
        self.used.append((chosen.output, chosen.input))
        if self.missing:
            self.fault = "There is no loudspeaker; plug one in and try again."
            raise MissingError(self.fault)
        self.name = f"{chosen.output or 'default'} / {chosen.input or 'default'}"

    def speak(self, samples):
        self.played.append(samples)

    def hush(self):
        pass

    def play(self, samples):
        self.played.append(samples)
        reference = samples[::3].astype(np.float32)
        return Capture(self.room[: len(reference)], reference[: len(self.room)])

    def listen(self, span_s, show):
        show(-50.0)
        return self.heard.pop(0) if self.heard else self.room[: round(span_s * 16_000)]

    def close(self):
        self.name = ""


class Home:
    """Set-up as it would run for a person, with everything outside it laid out in advance."""

    def __init__(self, folder, house_of, line):
        self.house_of = house_of
        self.paths = Paths.find(folder / "own", folder / "data")
        voices = self.paths.voices
        self.screen = Paper([load_texts(voices, tag) for tag in ("en", "ko")])
        self.desk = Table()
        self.devices = [SoundDevice("Speakerphone", "ALSA", 2, 1, True, True)]
        self.tried = Tried("", (Command.STOP,))
        self.trials = []
        self.practices = []
        self.heard_in_practice = True
        self.line = line
        self.clock_kept = False
        self.refused = ""
        """Why a test notice is not taken."""

    def setup(self, *, quiet=True, **how):
        def trial(house, language, engine, sound):
            self.trials.append((house.settings.models, language, engine, len(sound)))
            return self.tried

        def practise(paths, language):
            self.practices.append((paths, language, self.desk.name))
            return self.heard_in_practice

        world = World(
            make_house=lambda settings: self.house_of(self.paths, settings),
            screen=self.screen,
            desk=self.desk,
            devices=lambda: self.devices,
            bar=lambda _what: lambda _done, _whole: None,
            line=self.line,
            pin=PinFile(self.paths.data, SystemClock(), digest=lambda pin, salt: salt + pin.encode()),
            trial=trial,
            echo=echo_of,
            show_level=lambda _level: None,
            today=lambda: date(2026, 11, 25),
            practise=practise,
            now=lambda: datetime(2026, 11, 25, 9, 5, tzinfo=UTC),
            stamp=lambda: Stamp("2026-11-25T09:05:00.000+00:00", "this boot", 60_000),
            clock_kept=lambda: self.clock_kept,
            send_test=lambda _house, _language: self.refused,
        )
        return Setup(self.paths, world, quiet=quiet, **how)

    def run(self, *steps, **answers):
        """Go through all steps, or through the given ones, one after the other."""
        self.screen.answers |= {key.replace("_", "-"): given for key, given in answers.items()}
        return [run(self.setup(), step) for step in steps or ("",)]

    @property
    def settings(self):
        return self.paths.settings.read_text(encoding="utf-8")

    @property
    def prescription(self):
        return load_prescription(self.paths.own)


@pytest.fixture
def home(tmp_path, house_of):
    (tmp_path / "own").mkdir()
    return Home(tmp_path, house_of, Line(pause=lambda _span: None))
