"""Small records as plain objects, and the way to write and read them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.ingest import IngestOptions, read


@pytest.fixture
def make_bill():
    def make(**changes):
        bill = {
            "number": "B-1",
            "issued_on": "2026-11-03",
            "due_on": "2026-11-24",
            "currency": "EUR",
            "lines": [{"category": "energy", "label": "Energy", "amount": "10.00"}],
            "taxes": [{"label": "VAT", "rate_percent": "22", "amount": "2.20"}],
            "total": "12.20",
            "amount_payable": "12.20",
        }
        return {**bill, **changes}

    return make


@pytest.fixture
def make_customer(make_bill):
    def make(key="C-1", **changes):
        return {"key": key, "name": {"given": "Ada", "family": "Lovelace"}, "bills": [make_bill()], **changes}

    return make


@pytest.fixture
def read_lines(tmp_path):
    """Write lines (objects, text or bytes) into a JSON Lines file and return all items read from it."""

    def run(*lines, end=b"\n", **options):
        path = tmp_path / "in.jsonl"
        path.write_bytes(end.join(_bytes(line) for line in lines) + end)
        return list(read([path], format="jsonl", options=IngestOptions(**options)))

    return run


def _bytes(line):
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line)).encode()


@pytest.fixture(scope="session")
def shared_fixtures():
    """The folder of real files; absent on a fresh machine."""
    default = Path(__file__).parents[4] / "shared" / "fixtures"
    folder = Path(os.environ.get("BILLCAST_FIXTURES", default))
    if not folder.is_dir():
        pytest.skip(f"the fixtures are not at {folder} (set BILLCAST_FIXTURES)")
    return folder
