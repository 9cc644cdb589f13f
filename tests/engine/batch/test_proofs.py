"""Hash paths for the manifest of a run, and the sealing certificate that a run is bound to."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from dataclasses import replace

import pytest

from engine.batch.ledger import Entry, Ledger
from engine.batch.report import MANIFEST, Summary
from engine.batch.sealing import must_seal_alike
from engine.errors import BatchError
from engine.evidence.keeping import noted_root
from engine.evidence.tree import climb, joined
from engine.model.artifact import OutcomeStatus, StoredObject
from engine.model.campaign import EvidenceOptions
from engine.signing.credential import open_credential
from tests import pki

STAMPING = EvidenceOptions(tsa_url="https://tsa.example/")


@pytest.fixture
def written(tmp_path, make_spec, make_outcome):
    """Write the manifest of five customers, the second one suppressed; return its lines and the root."""

    def write(is_whole=True, **spec):
        outcomes = [make_outcome(f"C-{number}") for number in range(5)]
        outcomes[1] = make_outcome("C-1", OutcomeStatus.SUPPRESSED, reasons=("deceased",))
        for place, outcome in enumerate(outcomes):
            objects = tuple(
                StoredObject("pdf", f"t/{n}", "x", 1, hashlib.sha256(f"{place} {n}".encode()).hexdigest())
                for n in range(len(outcome.objects) * (1 + place % 2))
            )
            outcomes[place] = replace(outcome, objects=objects)
        with Ledger.open(tmp_path / "state") as ledger:
            run = ledger.begin(make_spec(**spec))
            ledger.record(run, [Entry(place, outcome) for place, outcome in enumerate(outcomes)])
            Summary(ledger, run, tmp_path / "state").end(is_whole=is_whole)
        lines = [json.loads(line) for line in (tmp_path / "state" / MANIFEST).read_text().splitlines()]
        return lines, noted_root(tmp_path / "state")

    return write


def test_each_line_with_documents_has_a_path_to_the_root(written):
    lines, root = written(evidence=STAMPING)
    assert ["evidence" in line for line in lines] == [True, False, True, True, True]
    for line in lines:
        if "evidence" in line:
            group = [bytes.fromhex(item["sha256"]) for item in line["artifacts"]]
            levels = [b64decode(level) for level in line["evidence"]["path"]]
            path = tuple(tuple(level[at : at + 32] for at in range(0, len(level), 32)) for level in levels)
            assert climb(joined(group), path) == root


def test_a_run_that_asks_for_no_stamp_or_is_not_whole_has_no_paths(written):
    for more in ({}, {"evidence": STAMPING, "is_whole": False}):
        lines, root = written(**more)
        assert root is None
        assert not any("evidence" in line for line in lines)


def test_a_run_goes_on_with_the_certificate_it_began_with(make_spec):
    environment = pki.sealer().pem_environment()
    spec = make_spec(seal_id=open_credential(environment).id)
    must_seal_alike(spec, environment)
    with pytest.raises(BatchError, match="B107"):
        must_seal_alike(spec, pki.issue("Another").pem_environment())


def test_another_certificate_makes_the_documents_anew(make_spec, make_customer):
    first, second = make_spec(seal_id="a"), make_spec(seal_id="b")
    assert first.content_keys().of(make_customer()) != second.content_keys().of(make_customer())
    assert first.content_keys().of(make_customer()) == make_spec(seal_id="a").content_keys().of(make_customer())


def test_the_time_stamp_does_not_change_what_documents_depend_on(make_spec, make_customer):
    assert make_spec(evidence=STAMPING).content_keys().of(make_customer()) == make_spec().content_keys().of(
        make_customer()
    )
