"""Print files of a run: the order of the post, whole letters, an index that leads to each."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from functools import cache
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import weasyprint

from engine.batch.bundle import COLUMNS, INDEX, Paper, bundle, state_of
from engine.batch.ledger import Entry, Ledger
from engine.batch.outcome_json import encode, known_in, manifest_line
from engine.batch.record_path import postal_place
from engine.errors import BatchError, StorageError
from engine.model.artifact import Artifact, Outcome, OutcomeStatus
from engine.storage.memory import MemorySink

# key -> postal place, pages; written in another order than the post's
LETTERS = {
    "C-5": ("", 1),
    "C-4": ("RO 400658", 2),
    "C-1": ("IT 20121", 2),
    "C-3": ("IT 9", 1),
    "C-2": ("IT 20121", 3),
    "C-6": ("IT", 2),
    "C-7": ("FR 75001", 2),
}
IN_ORDER = ["C-7", "C-6", "C-1", "C-2", "C-3", "C-4", "C-5"]


@cache
def pdf(key: str, pages: int) -> bytes:
    body = "".join(f"<p style='break-after: page'>{key} page {page + 1}</p>" for page in range(pages - 1))
    return weasyprint.HTML(string=f"<html lang=en><title>x</title>{body}<p>{key} page {pages}</p>").write_pdf()


@pytest.fixture
def sink():
    MemorySink._named.pop("letters", None)
    yield MemorySink._named.setdefault("letters", MemorySink())
    MemorySink._named.pop("letters", None)


@pytest.fixture
def state(tmp_path, make_spec, sink):
    """A finished run into memory://letters, with customers of each status."""
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec(out="memory://letters", channels=("pdf",)))
        done = [stored(sink, key, *what) for key, what in LETTERS.items()]
        others = [Outcome(f"X-{status}", status) for status in OutcomeStatus if status is not OutcomeStatus.DONE]
        others.append(Outcome("X-no-pdf", OutcomeStatus.DONE, postal="IT 1"))
        ledger.record(run, [Entry(place, outcome) for place, outcome in enumerate(done + others)])
        ledger.finish(run)
    return tmp_path / "state"


def stored(sink, key: str, postal: str, pages: int) -> Outcome:
    artifact = Artifact("pdf", "bill.pdf", "application/pdf", pdf(key, pages))
    put = sink.put(f"2026-10/tok-{key}/bill.pdf", artifact)
    page = sink.put(f"2026-10/tok-{key}/index.html", Artifact("microsite", "index.html", "text/html", b"page"))
    return Outcome(key, OutcomeStatus.DONE, objects=(page, put), token=f"tok-{key}", postal=postal)


def index_of(state) -> list[dict[str, str]]:
    with (state / "print" / INDEX).open(newline="") as file:
        return list(csv.DictReader(file))


def pages_of(state) -> dict[str, list[str]]:
    """The text of every page by print file."""
    found = {}
    for path in sorted((state / "print").glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        found[path.name] = [page.get_textpage().get_text_bounded() for page in document]
        document.close()
    return found


def test_letters_lie_in_the_order_of_the_post(state):
    made = bundle(state, Paper(100))
    assert [row["key"] for row in index_of(state)] == IN_ORDER
    assert (made.files, made.letters, made.pages, made.sheets) == (1, 7, 13, 13)
    pages = [f"{key} page {page + 1}" for key in IN_ORDER for page in range(LETTERS[key][1])]
    assert pages_of(state) == {"2026-10-0001.pdf": pages}


@pytest.mark.parametrize("most", [3, 4, 5, 13])
def test_no_letter_is_split_and_no_file_has_more_pages(state, most):
    made = bundle(state, Paper(most))
    pages = pages_of(state)
    assert made.files == len(pages)
    assert all(len(texts) <= most for texts in pages.values())
    for row in index_of(state):
        texts = pages[row["print_file"]][int(row["first_page"]) - 1 : int(row["last_page"])]
        assert texts == [f"{row['key']} page {page + 1}" for page in range(LETTERS[row["key"]][1])]


def test_a_file_is_filled_before_the_next_begins(state):
    bundle(state, Paper(5))
    assert [len(texts) for texts in pages_of(state).values()] == [4, 5, 4]  # 2+2, 2+3, 1+2+1


def test_for_both_sides_each_letter_begins_on_a_new_sheet(state):
    made = bundle(state, Paper(6, is_duplex=True))
    rows, pages = index_of(state), pages_of(state)
    assert all(int(row["first_page"]) % 2 == 1 for row in rows)
    assert made.sheets == sum(int(row["sheets"]) for row in rows) == 8
    assert made.pages == sum(map(len, pages.values())) == 16
    three = next(row for row in rows if row["key"] == "C-2")
    assert pages[three["print_file"]][int(three["last_page"])] == ""  # its empty back


def test_the_index_tells_place_digest_and_seal_of_each_letter(state, sink):
    bundle(state, Paper(100))
    rows = index_of(state)
    assert tuple(rows[0]) == COLUMNS
    assert {(row["key"], row["country"], row["postal_code"]) for row in rows} >= {
        ("C-1", "IT", "20121"),
        ("C-5", "", ""),
    }
    for row in rows:
        assert row["sha256"] == sink.objects[f"2026-10/tok-{row['key']}/bill.pdf"].sha256
        assert row["seal"] == "none"


def test_a_seal_that_could_not_be_kept_is_told(tmp_path, make_spec, sink):
    with pikepdf.open(BytesIO(pdf("C-1", 1))) as letter:
        letter.Root.AcroForm = pikepdf.Dictionary(Fields=[], SigFlags=3)
        letter.save(sealed := BytesIO())
    put = sink.put("2026-10/tok/bill.pdf", Artifact("pdf", "bill.pdf", "application/pdf", sealed.getvalue()))
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec(out="memory://letters"))
        ledger.record(run, [Entry(0, Outcome("C-1", OutcomeStatus.DONE, objects=(put,)))])
        ledger.finish(run)
    assert bundle(tmp_path / "state", Paper(10)).unsealed == 1
    assert [row["seal"] for row in index_of(tmp_path / "state")] == ["dropped"]


def test_only_the_owner_may_read_what_was_joined(state):
    bundle(state, Paper(4))
    assert (state / "print").stat().st_mode & 0o777 == 0o700
    for path in (state / "print").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_bundle_gives_the_same_bytes_and_a_shorter_one_leaves_nothing_behind(state):
    bundle(state, Paper(4))
    first = {path.name: path.read_bytes() for path in (state / "print").iterdir()}
    bundle(state, Paper(4))
    assert {path.name: path.read_bytes() for path in (state / "print").iterdir()} == first
    bundle(state, Paper(100))
    assert {path.name for path in (state / "print").iterdir()} == {"2026-10-0001.pdf", INDEX}


def test_a_letter_longer_than_a_print_file_is_refused_by_its_key(state):
    with pytest.raises(BatchError, match="R144 C-2: a letter takes 3 pages"):
        bundle(state, Paper(2))
    assert not (state / "print" / INDEX).exists()


def test_a_letter_that_changed_in_the_storage_is_refused(state, sink):
    sink.put("2026-10/tok-C-1/bill.pdf", Artifact("pdf", "bill.pdf", "application/pdf", pdf("C-9", 2)))
    with pytest.raises(StorageError, match="S106"):
        bundle(state, Paper(100))
    assert not (state / "print" / INDEX).exists()


def test_a_letter_that_is_gone_is_told(state, sink):
    del sink.objects["2026-10/tok-C-1/bill.pdf"]
    with pytest.raises(StorageError, match="S105"):
        bundle(state, Paper(100))


def test_an_index_of_before_never_stands_beside_a_bundle_that_broke_off(state, sink):
    bundle(state, Paper(100))
    del sink.objects["2026-10/tok-C-5/bill.pdf"]
    with pytest.raises(StorageError):
        bundle(state, Paper(4))
    assert not (state / "print" / INDEX).exists()


def test_an_unfinished_run_is_not_joined(tmp_path, make_spec):
    with Ledger.open(tmp_path / "state") as ledger:
        ledger.begin(make_spec(out="memory://letters"))
    with pytest.raises(BatchError, match="R140"):
        bundle(tmp_path / "state", Paper(10))


def test_a_run_without_pdfs_is_told(tmp_path, make_spec, make_outcome):
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec(out="memory://letters"))
        ledger.record(run, [Entry(0, make_outcome())])
        ledger.finish(run)
    with pytest.raises(BatchError, match="R142"):
        bundle(tmp_path / "state", Paper(10))


def test_an_output_folder_stands_for_its_only_run(tmp_path, make_spec):
    with pytest.raises(BatchError, match="R141"):
        state_of(tmp_path / "out")
    first = tmp_path / "out" / ".billcast" / "2026-10-a"
    Ledger.open(first).close()
    assert state_of(tmp_path / "out") == first
    assert state_of(first) == first
    Ledger.open(first.with_name("2026-10-b")).close()
    with pytest.raises(BatchError, match=r"R141[\s\S]*2026-10-a, 2026-10-b"):
        state_of(tmp_path / "out")


def test_a_full_disk_is_told(state, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("renderers.pdf.bundle.PdfPrintFile.save", full)
    with pytest.raises(StorageError, match="S103"):
        bundle(state, Paper(10))


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ({"postal_code": " sw1a 1aa ", "country": "GB"}, "GB SW1A1AA"),
        ({"postal_code": "20121"}, "IT 20121"),
        ({"city": "Milano"}, "IT"),
        (None, ""),
    ],
)
def test_the_postal_place_is_country_and_code(make_customer, address, place):
    assert postal_place(make_customer(address=address)) == place


def test_the_postal_place_is_in_no_manifest():
    assert "20121" not in manifest_line(known_in(encode(Outcome("C-1", OutcomeStatus.DONE, postal="IT 20121"))))


def chosen(tmp_path, make_spec, sink, ways: dict[str, str]):
    """A finished run in which a policy chose the way to each customer."""
    with Ledger.open(tmp_path / "chosen") as ledger:
        run = ledger.begin(make_spec(out="memory://letters", channels=("pdf",)))
        done = [replace(stored(sink, key, *LETTERS[key]), channel=way) for key, way in ways.items()]
        ledger.record(run, [Entry(place, outcome) for place, outcome in enumerate(done)])
        ledger.finish(run)
    return tmp_path / "chosen"


def test_where_a_policy_chose_only_those_met_by_post_get_paper(tmp_path, make_spec, sink):
    state = chosen(tmp_path, make_spec, sink, {"C-1": "email", "C-2": "post", "C-3": "", "C-4": "sms", "C-7": "post"})
    made = bundle(state, Paper(100))
    assert [line["key"] for line in index_of(state)] == ["C-7", "C-2", "C-3"]
    assert (made.letters, made.elsewhere) == (3, 2)


def test_a_run_whose_policy_meets_nobody_by_post_gives_an_empty_index(tmp_path, make_spec, sink):
    state = chosen(tmp_path, make_spec, sink, {"C-1": "email", "C-2": "push"})
    made = bundle(state, Paper(100))
    assert (made.letters, made.files, made.elsewhere) == (0, 0, 2)
    assert index_of(state) == []
    assert list((state / "print").glob("*.pdf")) == []
