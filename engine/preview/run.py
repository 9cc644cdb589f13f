"""Runs the preview server until it is interrupted. On 127.0.0.1 only; no access log, no tracebacks of data."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from engine.errors import BatchError
from engine.preview.server import Preview

ADDRESS = "127.0.0.1"
_LOOK_EVERY_S = 0.2


class _Server(uvicorn.Server):
    """Leaves signals to `_serve`: uvicorn would raise them again, and SIGTERM would skip all tidying up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        self.should_exit = True


def open_port(port: int) -> socket.socket:
    """Return a socket that listens on 127.0.0.1; port 0 takes a free one. Raises `BatchError` (W101)."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise BatchError("W101", f"port {port} of {ADDRESS} can't be opened: {error.strerror}",
                         hint="is a preview open already? `--port 0` takes a free port") from error  # fmt: skip
    return listener


def serve(preview: Preview, listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` gets the page's address."""
    port = listener.getsockname()[1]
    token = secrets.token_urlsafe(24)
    config = uvicorn.Config(
        preview.app(port, token), log_level="critical", access_log=False, lifespan="on", timeout_graceful_shutdown=2,
        server_header=False, http="h11", ws="none",
    )  # fmt: skip
    asyncio.run(_serve(_Server(config), preview, listener, lambda: on_ready(f"http://{ADDRESS}:{port}/{token}/")))


async def _serve(server: _Server, preview: Preview, listener: socket.socket, tell: Callable[[], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    was_told = False
    while not running.done() and not server.should_exit:
        if server.started and not was_told:
            tell()
            was_told = True
        await asyncio.sleep(_LOOK_EVERY_S)
    await preview.end()  # open streams would hold the server back
    await running
