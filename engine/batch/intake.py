"""From a record to its task, and from the task to its customer: a line is looked into by the worker.

Both cores share the work so, and a line is a tenth of what its customer takes to hand over.
"""

from __future__ import annotations

from engine.batch.run_spec import ContentKeys, RunSpec
from engine.batch.shard import Task
from engine.errors import Problem
from engine.ingest import IngestOptions, Read, SetAside, Unread, look_into
from engine.model.artifact import Outcome, OutcomeStatus
from engine.model.customer import Customer

_OPTIONS = IngestOptions()


def task_of(ordinal: int, item: Read | Unread, spec: RunSpec, keys: ContentKeys) -> Task:
    """Return the task that a record is."""
    source = spec.shown(item.source)
    if isinstance(item, Unread):
        return Task(ordinal, source, item.key, item.line, keys.of(item.line.strip()))
    customer = item.customer
    return Task(ordinal, source, customer.key, customer, keys.of(customer), _said(item.warnings))


def customer_of(task: Task) -> tuple[Customer, tuple[str, ...]] | Outcome:
    """Return a task's customer with the warnings of its reading, or the outcome of a line that is none."""
    if isinstance(task.record, Customer):
        return task.record, task.warnings
    item = look_into(Unread(task.source, task.key, task.record, 0), _OPTIONS)
    if isinstance(item, SetAside):
        return set_aside(item)
    return item.customer, _said(item.warnings)


def set_aside(item: SetAside) -> Outcome:
    """Return the outcome of a record that ingest set aside; its places are shown as they are."""
    return Outcome(item.key or "", OutcomeStatus.QUARANTINED, item.source, problem=item.problem, detail=item.figures)


def _said(warnings: tuple[Problem, ...]) -> tuple[str, ...]:
    return tuple(f"{warning.code} {warning.fact}" for warning in warnings)
