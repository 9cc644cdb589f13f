"""Output that doesn't show the record is distrusted; output that couldn't be made has failed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.batch.record_path import RecordPath
from engine.contracts import Compiled, LayoutClass
from engine.errors import BillcastError, ProofError, RenderError
from engine.model.artifact import OutcomeStatus
from engine.payment.keyring import Keyring
from engine.storage.memory import MemorySink
from engine.templating import TemplateSet
from tests.engine.compose.cases import ROOT, sample_customers


class Refusing:
    """A channel that raises what it was given."""

    name = "refusing"

    def __init__(self, error: BillcastError) -> None:
        self.error = error

    def classify(self, communication: Any) -> LayoutClass:
        return LayoutClass(self.name, "one")

    def compile(self, templates: Any, locale: str, layout_class: LayoutClass, scope: Any) -> Compiled:
        return Compiled(layout_class, locale, None)

    def fill(self, compiled: Any, communication: Any, context: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ProofError("R201", "the page does not show it"), OutcomeStatus.QUARANTINED),
        (RenderError("R101", "it can't be laid out"), OutcomeStatus.FAILED),
    ],
)
def test_unproven_output_is_quarantined_and_nothing_of_it_is_put(error: BillcastError, status: OutcomeStatus) -> None:
    sink = MemorySink()
    path = RecordPath(
        TemplateSet(ROOT / "templates" / "bill-explainer"),
        (Refusing(error),),
        Keyring.from_secret(bytes(32)),
        datetime(2026, 11, 6, 8, tzinfo=UTC),
        sink=sink,
    )
    outcome = path.walk(sample_customers()[0]).outcome
    assert outcome.status is status
    assert outcome.problem is not None
    assert outcome.problem.code == error.problem.code
    assert sink.objects == {}
