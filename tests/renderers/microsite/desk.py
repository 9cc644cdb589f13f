"""A server on this machine for tests in a browser: it serves pages with byte ranges, and takes counts."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

KINDS = {".html": "text/html; charset=utf-8", ".mp4": "video/mp4", ".jpg": "image/jpeg", ".vtt": "text/vtt"}


@dataclass(slots=True)
class Desk:
    """A server on loopback: files below `root`, and what was sent to /counts with its headers."""

    root: Path
    port: int = 0
    counted: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Return the address of a file."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def events(self) -> list[str]:
        """Return what was counted, as `event value`, in order."""
        return [f"{one['event']} {one['value']}".strip() for one in self.counted]


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = (desk.root / self.path.split("?")[0].lstrip("/")).resolve()
            if not path.is_file():
                self.send_error(404)
                return
            data = path.read_bytes()
            asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("range") or "")
            first = int(asked[1]) if asked else 0
            last = int(asked[2]) if asked and asked[2] else len(data) - 1
            self.send_response(206 if asked else 200)
            self.send_header("content-type", KINDS.get(path.suffix, "application/octet-stream"))
            self.send_header("accept-ranges", "bytes")
            if asked:
                self.send_header("content-range", f"bytes {first}-{last}/{len(data)}")
            self.send_header("content-length", str(last - first + 1))
            self.end_headers()
            self.wfile.write(data[first : last + 1])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            desk.counted.append(json.loads(body))
            desk.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # a browser lets go of a video that it has seen enough of
                super().handle()

    return Handler


@contextlib.contextmanager
def open_desk(root: Path) -> Iterator[Desk]:
    """Serve the files below `root` until the context ends."""
    desk = Desk(root)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    server.daemon_threads = True
    desk.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield desk
    server.shutdown()
    server.server_close()
    thread.join()
