"""A worker process: warm templates and channels, some customers at a time, reports on the way.

A worker holds two shards, the communications of `TOGETHER` customers, one customer's artifacts, and at most
`COMPILED_KEPT` compiled classes.
It ends by itself when its parent is gone, whatever it was doing.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from queue import SimpleQueue

from engine.batch.garbage import set_up_collector
from engine.batch.making import TOGETHER, Made, Walker, make
from engine.batch.memory import give_back_large_blocks
from engine.batch.record_path import RecordPath
from engine.batch.shard import Broken, Kit, Ready, Report, Shard
from engine.errors import BillcastError
from engine.model.artifact import Outcome
from engine.templating import TemplateSet

_SILENT = frozenset(("pdf", "message"))  # channels of ours that make nothing of the script but by their templates


def work(connection: Connection, kit: Kit) -> None:
    """Serve shards until the parent closes the connection."""
    serve(connection, kit, open_path)


def serve(connection: Connection, kit: Kit, open_walker: Callable[[Kit], Walker]) -> None:
    """Get warm, then make one shard after the other and report."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    os.environ.update(kit.environment)  # the fork server has that of its start, maybe of an earlier run
    give_back_large_blocks()
    inbox = _listen(connection)
    try:
        walker = open_walker(kit)
    except BillcastError as error:
        connection.send(Broken(error.problem, type(error).__name__))
        return
    set_up_collector(kit.channels)
    connection.send(Ready())
    while (shard := inbox.get()) is not None:
        _serve(connection, walker, shard, kit.report_every_s)


def open_path(kit: Kit) -> RecordPath:
    """Return the path of a record with everything loaded. Raises `BillcastError`."""
    sink = kit.address.open() if kit.address else None
    gather = getattr(sink, "gather", None)
    if gather:
        gather()  # `tell` settles what was put before it says that it was
    templates = TemplateSet(kit.campaign_dir)
    path = RecordPath.open(
        templates, kit.channels, kit.keys, kit.now, sink=sink, cache_dir=kit.cache_dir,
        has_script=not kit.channels or not _SILENT.issuperset(kit.channels) or templates.names("script", "spoken"),
    )  # fmt: skip
    path.has_tables = path.reads_tables()
    return path


def _serve(connection: Connection, walker: Walker, shard: Shard, every_s: float) -> None:
    pending: list[tuple[int, Outcome]] = []
    told_at = time.monotonic()

    def tell(*, is_last: bool) -> None:
        began = time.perf_counter()
        walker.settle()
        connection.send(Report(tuple(pending), is_last=is_last, settled_s=time.perf_counter() - began))
        pending.clear()

    try:
        made = make(walker, shard.tasks, together=1 if shard.is_careful else TOGETHER)
        for task, outcome in _told_before_a_break(made, tell):
            pending.append((task.ordinal, outcome))
            if shard.is_careful or time.monotonic() - told_at >= every_s:
                tell(is_last=False)
                told_at = time.monotonic()
        tell(is_last=True)
    except BillcastError as error:
        connection.send(Broken(error.problem, type(error).__name__))


def _told_before_a_break(made: Iterator[Made], tell: Callable[..., None]) -> Iterator[Made]:
    """Yield what is made; where making breaks, tell what there is first. A break of telling itself passes by here."""
    try:
        yield from made
    except BillcastError:
        tell(is_last=False)
        raise


def _listen(connection: Connection) -> SimpleQueue[Shard | None]:
    """Read the parent's shards in a thread of their own: the end of the parent is seen at once."""
    inbox: SimpleQueue[Shard | None] = SimpleQueue()

    def listen() -> None:
        try:
            while True:
                shard: Shard | None = connection.recv()
                inbox.put(shard)
                if shard is None:
                    return
        except (EOFError, OSError):
            os._exit(1)  # nobody is left to report to; what is half done is done again on resume

    threading.Thread(target=listen, name="billcast-inbox", daemon=True).start()
    return inbox
