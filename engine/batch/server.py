"""The fork server: the process from which all workers are forked, with the program loaded once.

Only the standard library is imported here, so that a command can start the server first and load
the rest of itself meanwhile: half a second of each run.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext

_LOADED = ["engine.batch.uncollected", "engine.batch.worker"]
# What takes each worker longest to load, once for all of them. A module that isn't installed is left out.
_CHANNELS = {"pdf": ("renderers.pdf.libraries", "renderers.pdf.channel")}


def server_context() -> ForkServerContext:
    """Return the context whose processes are forked from the server."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    return context


def start_server(channels: str | None = None) -> None:
    """Start the server unless it runs, with what makes these channels (with commas between). It ends with this process.

    While it loads, this process reads the records: a worker is ready half a second of a core sooner.
    """
    names = [name.strip() for name in (channels or "").split(",")]
    modules = [*_LOADED, *[module for name in names for module in _CHANNELS.get(name, ())]]
    server_context().set_forkserver_preload(modules)
    forkserver.ensure_running()
