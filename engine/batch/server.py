"""The fork server: the process from which all workers are forked, with the program loaded once.

Only the standard library is imported here, so that a command can start the server first and load
the rest of itself meanwhile: half a second of each run.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

_LOADED = ["engine.batch.worker"]


def server_context() -> ForkServerContext:
    """Return the context whose processes are forked from the server."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    return context


def start_server() -> None:
    """Start the server unless it runs. It ends with this process."""
    server_context()
    forkserver.ensure_running()
