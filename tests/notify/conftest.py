"""A carer's side of the world: an HTTP service that behaves as it is told, and a real broker."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from coach.notify.notice import Kind, Notice
from coach.notify.spool import Spool

GENEROUS_S = 30.0


class Service:
    """An HTTP service for a carer's messages: takes them, refuses them, hangs, or crawls."""

    def __init__(self):
        self.taken = []
        self.manner = "well"
        self.asked = threading.Event()
        self._let_go = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.asked.set()
                match outer.manner:
                    case "hangs":
                        outer._let_go.wait(GENEROUS_S)
                    case "crawls":
                        self.send_response(200)
                        self.send_header("Content-Length", "1000")
                        self.end_headers()
                        for _ in range(1000):
                            if outer._let_go.wait(0.1):
                                break
                            self.wfile.write(b".")
                            self.wfile.flush()
                    case "refuses":
                        self.send_response(500)
                        self.end_headers()
                    case _:
                        outer.taken.append(body)
                        self.send_response(200)
                        self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"json://127.0.0.1:{self._server.server_address[1]}/"

    def close(self):
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mosquitto(folder: Path, port: int) -> Iterator[None]:
    """Run a real broker on a port of this machine alone."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("there is no broker: sudo apt install mosquitto")
    config = folder / f"mosquitto-{port}.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    process = subprocess.Popen([program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                probe.settimeout(0.1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "the broker did not start"
            threading.Event().wait(0.05)
        yield
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def broker(tmp_path):
    port = free_port()
    with mosquitto(tmp_path, port):
        yield port


def until(reached, limit_s=GENEROUS_S):
    """Wait until something is so; the bound is generous and only there to end a test that fails."""
    pause = threading.Event()
    for _ in range(round(limit_s / 0.02)):
        if reached():
            return True
        pause.wait(0.02)
    return False


@pytest.fixture
def spool(tmp_path) -> Spool:
    made = Spool(tmp_path)
    made.open()
    return made


def notice(number: int = 1, kind: Kind = Kind.EMERGENCY) -> Notice:
    return Notice(id=f"session/{number}/heard/{kind}", kind=kind, wall=f"2026-11-25T10:{number:02}:00+00:00")


class Hands:
    """Clocks that are turned by hand."""

    def __init__(self):
        self.now = 1000.0
        self.day = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

    def monotonic_s(self):
        return self.now

    def wall(self):
        return self.day
