"""A worker process: warm templates and channels, some customers at a time, reports on the way.

A worker holds three shards, the communications of `TOGETHER` customers, one customer's artifacts, and at most
`COMPILED_KEPT` compiled classes.
It ends by itself when its parent is gone, whatever it was doing.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue

from engine.batch.garbage import set_up_collector
from engine.batch.making import TOGETHER, Made, Walker, make
from engine.batch.memory import give_back_large_blocks
from engine.batch.record_path import RecordPath
from engine.batch.shard import Broken, Kit, Ready, Shard
from engine.batch.teller import Teller
from engine.errors import BillcastError
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
    teller = Teller(connection, walker, kit.report_every_s)
    while (shard := _next(connection, inbox, teller)) is not None:
        _serve(connection, walker, shard, teller)


def open_path(kit: Kit) -> RecordPath:
    """Return the path of a record with everything loaded. Raises `BillcastError`."""
    sink = kit.address.open() if kit.address else None
    gather = getattr(sink, "gather", None)
    if gather:
        gather()  # the teller settles what was put before it says that it was
    templates = TemplateSet(kit.campaign_dir)
    path = RecordPath.open(
        templates, kit.channels, kit.keys, kit.now, sink=sink, cache_dir=kit.cache_dir,
        has_script=not kit.channels or not _SILENT.issuperset(kit.channels) or templates.names("script", "spoken"),
    )  # fmt: skip
    path.has_tables, path.has_mail = path.reads_tables(), path.reads_mail()
    return path


def _next(connection: Connection, inbox: SimpleQueue[Shard | None], teller: Teller) -> Shard | None:
    """Return the next shard, None at the end; where none waits all that was made is told first."""
    with contextlib.suppress(Empty):
        return inbox.get_nowait()
    try:
        teller.tell_all()
    except BillcastError as error:
        connection.send(Broken(error.problem, type(error).__name__))
    return inbox.get()


def _serve(connection: Connection, walker: Walker, shard: Shard, teller: Teller) -> None:
    try:
        if shard.is_careful:
            teller.tell_all()
        made = make(walker, shard.tasks, together=1 if shard.is_careful else TOGETHER)
        for task, outcome in _told_before_a_break(made, teller):
            teller.note(task.ordinal, outcome)
            if shard.is_careful:
                teller.tell_all()
        teller.end_shard()
    except BillcastError as error:
        connection.send(Broken(error.problem, type(error).__name__))


def _told_before_a_break(made: Iterator[Made], teller: Teller) -> Iterator[Made]:
    """Yield what is made; where making breaks, tell what there is first. A break of telling itself passes by here."""
    try:
        yield from made
    except BillcastError:
        teller.tell_all()
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
