"""A server on this machine that answers as badly as the network can."""

import hashlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


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
