"""The entry points of worker processes, by name: what they load, the parent need not.

The fork server has loaded it (`engine.batch.server`); the parent reads lines and keeps the ledger, and
composes nothing: without templates and compose it starts a quarter of a second sooner.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.shard import Kit

if TYPE_CHECKING:
    from engine.batch.audit_sample import Chosen


def work(connection: Connection, kit: Kit) -> None:
    """Serve shards until the parent closes the connection."""
    from engine.batch import worker

    worker.work(connection, kit)


def audit_work(connection: Connection, kit: Kit, wanted: Mapping[str, Sequence[Chosen]], folder: Path) -> None:
    """Judge records until the parent closes the connection."""
    from engine.batch import auditor

    auditor.audit_work(connection, kit, wanted, folder)
