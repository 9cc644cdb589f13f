"""Letters that lie in object storage are joined on the operator's machine."""

from __future__ import annotations

import csv

import pypdfium2
import weasyprint

from engine.batch.bundle import INDEX, Paper, bundle
from engine.batch.ledger import Entry, Ledger
from engine.batch.run_spec import RunSpec
from engine.model.artifact import Artifact, Outcome, OutcomeStatus
from engine.storage.address import SinkAddress
from tests.engine.batch.conftest import NOW

COUNT = 20  # more than are read ahead


def test_letters_come_back_from_object_storage(tmp_path, weed, credentials):
    address = SinkAddress("s3://bills/post", weed.endpoint)
    sink = address.open()
    spec = RunSpec(
        inputs=(), named=(), campaign_dir="", cycle="2026-10", time_zone="Europe/Rome", out=address.out,
        endpoint=address.endpoint, cache_control="private", channels=("pdf",), now=NOW, home=str(tmp_path),
        input_digest="i", campaign_digest="c", program_digest="p", key_id="k",
    )  # fmt: skip
    entries = []
    for place in range(COUNT):
        data = weasyprint.HTML(string=f"<html lang=en><title>x</title><p>letter {place}").write_pdf()
        stored = sink.put(f"2026-10/t{place}/bill.pdf", Artifact("pdf", "bill.pdf", "application/pdf", data))
        outcome = Outcome(f"C-{place}", OutcomeStatus.DONE, objects=(stored,), postal=f"IT {50 - place}")
        entries.append(Entry(place, outcome))
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(spec)
        ledger.record(run, entries)
        ledger.finish(run)
    made = bundle(tmp_path / "state", Paper(8))
    assert (made.files, made.letters) == (3, COUNT)
    with (tmp_path / "state" / "print" / INDEX).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == [f"C-{place}" for place in reversed(range(COUNT))]
    for row in rows:
        document = pypdfium2.PdfDocument(tmp_path / "state" / "print" / row["print_file"])
        text = document[int(row["first_page"]) - 1].get_textpage().get_text_bounded()
        document.close()
        assert text == f"letter {row['key'].removeprefix('C-')}"
